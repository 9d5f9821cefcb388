import { Page } from "../../parts/Page.tsx";

export function ProjectsPage() {
  return <Page title="Projects">{null}</Page>;
}
