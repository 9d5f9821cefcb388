import { Page } from "../../parts/Page.tsx";

export function TestModelPage() {
  return <Page title="Test model">{null}</Page>;
}
