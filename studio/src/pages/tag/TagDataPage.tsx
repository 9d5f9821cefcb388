import { Page } from "../../parts/Page.tsx";

export function TagDataPage() {
  return <Page title="Tag data">{null}</Page>;
}
