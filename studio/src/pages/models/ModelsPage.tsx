import { Page } from "../../parts/Page.tsx";

export function ModelsPage() {
  return <Page title="View model details">{null}</Page>;
}
