import { makeStyles, Spinner, Tab, TabList } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "react-router";
import type { Model } from "../../api/types.ts";
import { reportQuery, summaryQuery } from "../../evaluation/queries.ts";
import { Review } from "../../evaluation/Review.tsx";
import { modelAddress, pageAddress } from "../../parts/addresses.ts";
import { Page } from "../../parts/Page.tsx";
import { PageLink } from "../../parts/PageLink.tsx";
import { Problem } from "../../parts/Problem.tsx";
import { Commands } from "./Commands.tsx";
import { DatasetDistribution } from "./DatasetDistribution.tsx";
import { EntityMetrics } from "./EntityMetrics.tsx";
import { MatrixView } from "./MatrixView.tsx";
import { Overview } from "./Overview.tsx";

const VIEWS = [
  { path: "overview", title: "Overview" },
  { path: "entities", title: "Entity performance metrics" },
  { path: "matrix", title: "Test set confusion matrix" },
  { path: "details", title: "Test set details" },
  { path: "distribution", title: "Dataset distribution" },
];

const useStyles = makeStyles({ tabs: { flexWrap: "wrap" } });

export interface ModelPageProps {
  project: string;
  model: Model;
}

/** All that is known of one model. */
export function ModelPage({ project, model }: ModelPageProps) {
  const styles = useStyles();
  const { view = "overview" } = useParams();
  const navigate = useNavigate();
  return (
    <Page
      title={model.label}
      about={
        <PageLink to={pageAddress(project, "models")}>View model details: all models</PageLink>
      }
      commands={<Commands project={project} model={model} />}
    >
      <TabList
        className={styles.tabs}
        selectedValue={view}
        onTabSelect={(_, { value }) =>
          void navigate(modelAddress(project, model.label, String(value)))
        }
      >
        {VIEWS.map(({ path, title }) => (
          <Tab key={path} value={path}>
            {title}
          </Tab>
        ))}
      </TabList>
      <View project={project} model={model} view={view} />
    </Page>
  );
}

function View({ project, model, view }: ModelPageProps & { view: string }) {
  const summary = useQuery(summaryQuery(project, model.label));
  const report = useQuery(reportQuery(project, model.label));
  const failed = [summary, report].find(({ error }) => error !== null);
  if (failed) return <Problem error={failed.error} onRetry={() => void failed.refetch()} />;
  if (!summary.isSuccess || !report.isSuccess) return <Spinner label="Reading the evaluation" />;
  const evaluation = summary.data.customEntityRecognitionEvaluation;
  const props = { project, model, evaluation, report: report.data };
  switch (view) {
    case "entities":
      return <EntityMetrics {...props} />;
    case "matrix":
      return <MatrixView project={project} model={model} confusion={evaluation.confusionMatrix} />;
    case "details":
      return <Review project={project} model={model.label} dataset="Test" />;
    case "distribution":
      return <DatasetDistribution project={project} report={report.data} />;
    default:
      return <Overview {...props} options={summary.data.evaluationOptions} />;
  }
}
