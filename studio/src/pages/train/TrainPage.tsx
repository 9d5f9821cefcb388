import {
  Button,
  Card,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  Spinner,
  Subtitle1,
  Text,
  tokens,
} from "@fluentui/react-components";
import { HatGraduationRegular, TagRegular } from "@fluentui/react-icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useParams } from "react-router";
import { projects, send } from "../../api/client.ts";
import {
  documentsQuery,
  faultsQuery,
  limitsQuery,
  modelsQuery,
  trainingsQuery,
} from "../../api/queries.ts";
import { documentAddress } from "../../parts/addresses.ts";
import { ButtonLink } from "../../parts/ButtonLink.tsx";
import { Confirm } from "../../parts/Confirm.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { useLacking } from "../../parts/Guarded.tsx";
import { Page } from "../../parts/Page.tsx";
import { PageLink } from "../../parts/PageLink.tsx";
import { Problem } from "../../parts/Problem.tsx";
import { count } from "../../parts/words.ts";
import { running } from "../../training/attempts.ts";
import { useTrainings } from "../../training/useTrainings.ts";
import { ModelName } from "./ModelName.tsx";
import { lackOf, nameFault, type Preflight, preflightOf, splitLackOf } from "./preflight.ts";
import { type Choice, SplitChoice } from "./SplitChoice.tsx";
import { TrainingJobs } from "./TrainingJobs.tsx";

const useStyles = makeStyles({
  columns: {
    display: "grid",
    gridTemplateColumns: "minmax(0, 3fr) minmax(300px, 2fr)",
    alignItems: "start",
    gap: tokens.spacingHorizontalXL,
    maxWidth: "1240px",
    "@media (max-width: 1000px)": { gridTemplateColumns: "minmax(0, 1fr)" },
  },
  form: { padding: tokens.spacingHorizontalXL, gap: tokens.spacingVerticalXL },
  jobs: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM, minWidth: 0 },
  quiet: { color: tokens.colorNeutralForeground3 },
  foot: {
    position: "sticky",
    bottom: 0,
    marginTop: "auto",
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    gap: tokens.spacingHorizontalL,
    padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalXXL}`,
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
  },
  reason: { color: tokens.colorNeutralForeground2, flex: "1 1 240px" },
  named: { margin: 0, paddingLeft: tokens.spacingHorizontalXL, overflowWrap: "anywhere" },
});

export function TrainPage() {
  const styles = useStyles();
  const { project = "" } = useParams();
  const client = useQueryClient();
  const documents = useQuery(documentsQuery(project));
  const faults = useQuery(faultsQuery(project));
  const models = useQuery(modelsQuery(project));
  const trainings = useTrainings(project);
  const limits = useQuery(limitsQuery);
  const lacking = useLacking("author");
  const [name, setName] = useState("");
  const [choice, setChoice] = useState<Choice>({ kind: "automatic", train: 80 });
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<unknown>();

  const failed = [documents, models, trainings, limits].find(({ error }) => error !== null);
  if (failed) {
    return (
      <Page title="Train">
        <Problem error={failed.error} onRetry={() => void failed.refetch()} />
      </Page>
    );
  }
  if (!documents.isSuccess || !models.isSuccess || !trainings.isSuccess || !limits.isSuccess) {
    return (
      <Page title="Train">
        <Spinner label="Looking at the documents" style={{ margin: "auto" }} />
      </Page>
    );
  }

  const preflight = preflightOf(documents.data, faults.data ?? []);
  const nothing = preflight.usable.length + preflight.leftOut.length === 0;
  const going = running(trainings.data);
  const reason =
    lacking ??
    lackOf(preflight, limits.data.taggedDocumentsToTrain) ??
    (going &&
      `${going.result.modelLabel} is being trained; a project has one training at a time.`) ??
    (choice.kind === "manual" ? splitLackOf(preflight) : undefined) ??
    nameFault(name);
  const known = models.data.some(({ label }) => label === name);

  async function train() {
    setRefusal(undefined);
    await send("POST", projects(project, ":train"), {
      body: {
        modelLabel: name,
        trainingConfigVersion: "latest",
        ...(choice.kind === "automatic" ? {} : { evaluationOptions: optionsOf(choice) }),
      },
    });
    await client.invalidateQueries(trainingsQuery(project));
  }

  async function trainNew() {
    setBusy(true);
    try {
      await train();
    } catch (error) {
      setRefusal(error);
      await client.invalidateQueries(trainingsQuery(project));
    } finally {
      setBusy(false);
    }
  }

  return (
    <>
      <Page
        title="Train"
        about="Let a model learn from what is tagged, and judge it by documents it has not seen."
      >
        {nothing ? (
          <Empty
            icon={<TagRegular />}
            title="Nothing is tagged yet"
            action={<ButtonLink to="../tag">Tag data</ButtonLink>}
          >
            A model learns from examples. Tag the entities in at least ten documents, then come
            back.
          </Empty>
        ) : (
          <div className={styles.columns}>
            <Card className={styles.form}>
              <Subtitle1 as="h2">New training</Subtitle1>
              <ModelName models={models.data} name={name} onChange={setName} />
              <SplitChoice preflight={preflight} choice={choice} onChange={setChoice} />
              <LeftOut preflight={preflight} project={project} />
              {faults.isPending && (
                <Spinner size="tiny" label="Checking the texts" labelPosition="after" />
              )}
              {faults.error && (
                <Problem title="The texts could not be checked" error={faults.error} />
              )}
              {refusal !== undefined && (
                <Problem title="The training was not started" error={refusal} />
              )}
            </Card>
            <section className={styles.jobs} aria-labelledby="jobs">
              <Subtitle1 as="h2" id="jobs">
                Training jobs
              </Subtitle1>
              {trainings.data.length === 0 ? (
                <Text className={styles.quiet}>
                  There are none of the last days. A training takes from half a minute to a few
                  hours, by the number of documents; you need not stay on this page.
                </Text>
              ) : (
                <TrainingJobs project={project} trainings={trainings.data} models={models.data} />
              )}
            </section>
          </div>
        )}
      </Page>
      <footer className={styles.foot}>
        <Button
          appearance="primary"
          size="large"
          icon={<HatGraduationRegular />}
          disabled={busy}
          disabledFocusable={reason !== undefined}
          aria-describedby="reason"
          onClick={() => (known ? setAsking(true) : void trainNew())}
        >
          Train
        </Button>
        <Text id="reason" className={styles.reason} aria-live="polite">
          {reason ??
            (known
              ? `${name} will be replaced once the training has ended well.`
              : `${name} will be trained as a new model.`)}
        </Text>
      </footer>
      {asking && (
        <Confirm
          title="This model is already trained"
          action="Train and overwrite"
          onConfirm={train}
          onClose={() => setAsking(false)}
        >
          <Text block>
            When the new training has ended, <strong>{name}</strong> is replaced: its present state
            and scores are gone for good.
          </Text>
          <Text block style={{ marginTop: 12 }}>
            What is deployed goes on to answer with the old model until you deploy the new one.
          </Text>
        </Confirm>
      )}
    </>
  );
}

/** What a training is asked for where documents are not split automatically. */
function optionsOf({ kind, train }: Choice) {
  if (kind === "manual") return { kind: "manual" };
  return {
    kind: "percentage",
    trainingSplitPercentage: train,
    testingSplitPercentage: 100 - train,
  };
}

/** Names the tagged documents that a training would leave out. */
function LeftOut({ preflight: { leftOut }, project }: { preflight: Preflight; project: string }) {
  const styles = useStyles();
  if (leftOut.length === 0) return null;
  const shown = leftOut.slice(0, 10);
  return (
    <MessageBar intent="warning" layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>
          {count(leftOut.length, "tagged document")} will be left out
        </MessageBarTitle>
        <ul className={styles.named}>
          {shown.map(({ documentName, message }) => (
            <li key={documentName}>
              <PageLink to={documentAddress(project, documentName)}>{documentName}</PageLink>:{" "}
              {message}
            </li>
          ))}
          {leftOut.length > shown.length && <li>and {leftOut.length - shown.length} more</li>}
        </ul>
      </MessageBarBody>
    </MessageBar>
  );
}
