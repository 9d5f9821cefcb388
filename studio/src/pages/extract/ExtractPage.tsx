import {
  Card,
  Field,
  Input,
  makeStyles,
  Spinner,
  Subtitle1,
  Text,
  tokens,
} from "@fluentui/react-components";
import { DocumentMultipleRegular, PlayRegular } from "@fluentui/react-icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useParams, useSearchParams } from "react-router";
import { projects, send } from "../../api/client.ts";
import { deploymentsQuery, extractionsQuery, modelsQuery } from "../../api/queries.ts";
import { ChoiceOf } from "../../extraction/ChoiceOf.tsx";
import { type Choice, choicesOf, chosen } from "../../extraction/choices.ts";
import { ButtonLink } from "../../parts/ButtonLink.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { GuardedButton } from "../../parts/Guarded.tsx";
import { Page } from "../../parts/Page.tsx";
import { Problem } from "../../parts/Problem.tsx";
import { useAct } from "../../parts/useAct.ts";
import { Extractions } from "./Extractions.tsx";

const useStyles = makeStyles({
  columns: {
    display: "grid",
    gridTemplateColumns: "repeat(auto-fit, minmax(min(400px, 100%), 1fr))",
    alignItems: "start",
    gap: tokens.spacingHorizontalXXL,
    maxWidth: "1200px",
  },
  form: { gap: tokens.spacingVerticalL, padding: tokens.spacingHorizontalXL },
  start: { alignSelf: "flex-start" },
  jobs: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM, minWidth: 0 },
  quiet: { color: tokens.colorNeutralForeground3 },
});

/** Lets a model read all documents of the container, and shows how that goes on. */
export function ExtractPage() {
  const styles = useStyles();
  const { project = "" } = useParams();
  const models = useQuery(modelsQuery(project));
  const deployments = useQuery(deploymentsQuery(project));
  const extractions = useQuery(extractionsQuery(project));
  const failed = [models, deployments, extractions].find(({ isError }) => isError);

  if (failed) {
    return (
      <Page title={TITLE} about={ABOUT}>
        <Problem error={failed.error} onRetry={() => void failed.refetch()} />
      </Page>
    );
  }
  if (!models.isSuccess || !deployments.isSuccess || !extractions.isSuccess) {
    return (
      <Page title={TITLE} about={ABOUT}>
        <Spinner label="Reading the models" />
      </Page>
    );
  }
  const choices = choicesOf(models.data, deployments.data);
  return (
    <Page title={TITLE} about={ABOUT}>
      {choices.length === 0 && extractions.data.length === 0 ? (
        <Empty
          icon={<DocumentMultipleRegular />}
          title="There is no model to extract with yet"
          action={<ButtonLink to="../train">Train a model</ButtonLink>}
        >
          A model that has been trained can read all documents of the container, however many.
        </Empty>
      ) : (
        <div className={styles.columns}>
          {choices.length > 0 && <NewExtraction project={project} choices={choices} />}
          <section className={styles.jobs} aria-labelledby="jobs">
            <Subtitle1 as="h2" id="jobs">
              Extractions
            </Subtitle1>
            {extractions.data.length === 0 ? (
              <Text className={styles.quiet}>
                There are none yet. You need not stay on this page while one is under way.
              </Text>
            ) : (
              <Extractions project={project} extractions={extractions.data} />
            )}
          </section>
        </div>
      )}
    </Page>
  );
}

const TITLE = "Extract documents";
const ABOUT = "Let a model read every document of the container, as one job.";

function NewExtraction({ project, choices }: { project: string; choices: readonly Choice[] }) {
  const styles = useStyles();
  const client = useQueryClient();
  const [address, setAddress] = useSearchParams();
  const [prefix, setPrefix] = useState("");
  const choice = chosen(choices, address);

  const { busy, error, act } = useAct(async () => {
    if (choice === undefined) return;
    const by = choice.kind === "model" ? "trainedModelLabel" : "deploymentName";
    await send("POST", projects(project, "extractions"), { body: { [by]: choice.name, prefix } });
    await client.invalidateQueries(extractionsQuery(project));
  });

  return (
    <Card className={styles.form}>
      <Subtitle1 as="h2">New extraction</Subtitle1>
      <Field label="Model">
        <ChoiceOf
          choices={choices}
          choice={choice}
          disabled={busy}
          onChoose={({ kind, name }) => setAddress({ [kind]: name }, { replace: true })}
        />
      </Field>
      <Field
        label="Names that begin with"
        hint="Leave it empty to read every .txt file of the container, those in folders too."
      >
        <Input
          value={prefix}
          placeholder="Such as contracts/2026/"
          disabled={busy}
          onChange={(_, { value }) => setPrefix(value)}
        />
      </Field>
      {error !== undefined && <Problem error={error} title="The extraction was not started" />}
      <GuardedButton
        needs="author"
        className={styles.start}
        appearance="primary"
        icon={<PlayRegular />}
        disabled={busy}
        onClick={() => void act()}
      >
        Extract
      </GuardedButton>
    </Card>
  );
}
