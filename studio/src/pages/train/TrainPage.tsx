import { Page } from "../../parts/Page.tsx";

export function TrainPage() {
  return <Page title="Train">{null}</Page>;
}
