import { Page } from "../../parts/Page.tsx";

export function DeployPage() {
  return <Page title="Deploy model">{null}</Page>;
}
