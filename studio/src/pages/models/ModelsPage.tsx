import { Spinner } from "@fluentui/react-components";
import { DataTrendingRegular, HatGraduationRegular } from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "react-router";
import { modelsQuery } from "../../api/queries.ts";
import { pageAddress } from "../../parts/addresses.ts";
import { ButtonLink } from "../../parts/ButtonLink.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { Page } from "../../parts/Page.tsx";
import { Problem } from "../../parts/Problem.tsx";
import { attemptsOf } from "../../training/attempts.ts";
import { useTrainings } from "../../training/useTrainings.ts";
import { ModelPage } from "./ModelPage.tsx";
import { ModelsTable } from "./ModelsTable.tsx";

export function ModelsPage() {
  const { project = "", model } = useParams();
  const models = useQuery(modelsQuery(project));
  const trainings = useTrainings(project);
  const failed = [models, trainings].find(({ error }) => error !== null);
  const train = pageAddress(project, "train");
  if (failed) {
    return (
      <Page title="View model details">
        <Problem error={failed.error} onRetry={() => void failed.refetch()} />
      </Page>
    );
  }
  if (!models.isSuccess || !trainings.isSuccess) {
    return (
      <Page title="View model details">
        <Spinner label="Looking for models" style={{ margin: "auto" }} />
      </Page>
    );
  }
  const chosen = models.data.find(({ label }) => label === model);
  if (chosen !== undefined)
    return <ModelPage key={chosen.modelId} project={project} model={chosen} />;
  if (model !== undefined) {
    return (
      <Page title="View model details">
        <Empty
          icon={<DataTrendingRegular />}
          title={`There is no model called ${model}`}
          action={<ButtonLink to={pageAddress(project, "models")}>All models</ButtonLink>}
        >
          It may have been deleted, or its training has not ended well.
        </Empty>
      </Page>
    );
  }
  const attempts = attemptsOf(models.data, trainings.data);
  return (
    <Page
      title="View model details"
      about="How good each trained model is, by documents that it has not learned from."
      commands={
        attempts.length > 0 && (
          <ButtonLink to={train} icon={<HatGraduationRegular />}>
            Train a model
          </ButtonLink>
        )
      }
    >
      {attempts.length === 0 ? (
        <Empty
          icon={<DataTrendingRegular />}
          title="No model is trained yet"
          action={<ButtonLink to={train}>Train</ButtonLink>}
        >
          Train a model, and its scores will be here.
        </Empty>
      ) : (
        <ModelsTable project={project} attempts={attempts} />
      )}
    </Page>
  );
}
