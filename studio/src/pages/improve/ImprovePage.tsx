import { Page } from "../../parts/Page.tsx";

export function ImprovePage() {
  return <Page title="Improve model">{null}</Page>;
}
