import {
  Button,
  Field,
  makeStyles,
  ProgressBar,
  Spinner,
  Text,
  tokens,
} from "@fluentui/react-components";
import { BeakerRegular, PlayRegular } from "@fluentui/react-icons";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useParams, useSearchParams } from "react-router";
import { deploymentsQuery, limitsQuery, modelsQuery, projectQuery } from "../../api/queries.ts";
import type { State } from "../../api/types.ts";
import { ChoiceOf } from "../../extraction/ChoiceOf.tsx";
import { type Choice, choicesOf, chosen } from "../../extraction/choices.ts";
import { ButtonLink } from "../../parts/ButtonLink.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { Page } from "../../parts/Page.tsx";
import { Problem } from "../../parts/Problem.tsx";
import { extract, type Question } from "./extraction.ts";
import { Result } from "./Result.tsx";
import { type Source, TextInput } from "./TextInput.tsx";

const useStyles = makeStyles({
  model: { maxWidth: "420px" },
  progress: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalS },
});

export function TestModelPage() {
  const { project = "" } = useParams();
  const models = useQuery(modelsQuery(project));
  const deployments = useQuery(deploymentsQuery(project));
  const limits = useQuery(limitsQuery);
  const failed = [models, deployments, limits].find(({ isError }) => isError);

  if (models.isSuccess && deployments.isSuccess && limits.isSuccess) {
    const choices = choicesOf(models.data, deployments.data);
    if (choices.length > 0) {
      const { charactersPerJob, jobDocumentLength } = limits.data;
      const most = Math.min(charactersPerJob, jobDocumentLength);
      return <Bench project={project} choices={choices} most={most} />;
    }
    return (
      <Page title="Test model" about={ABOUT}>
        <Empty
          icon={<BeakerRegular />}
          title="There is no model to test yet"
          action={<ButtonLink to="../train">Train a model</ButtonLink>}
        >
          A model can be tested as soon as it is trained, whether it is deployed or not.
        </Empty>
      </Page>
    );
  }
  return (
    <Page title="Test model" about={ABOUT}>
      {failed ? (
        <Problem error={failed.error} onRetry={() => void failed.refetch()} />
      ) : (
        <Spinner label="Reading the models" />
      )}
    </Page>
  );
}

const ABOUT = "Let a model extract entities from a text, deployed or not.";

interface BenchProps {
  project: string;
  choices: readonly Choice[];
  most: number;
}

function Bench({ project, choices, most }: BenchProps) {
  const styles = useStyles();
  const { data: settings } = useQuery(projectQuery(project));
  const [address, setAddress] = useSearchParams();
  const [source, setSource] = useState<Source>({ text: "" });
  const [state, setState] = useState<State>("notStarted");
  const controller = useRef<AbortController>(null);
  useEffect(() => () => controller.current?.abort(), []);

  const test = useMutation({
    mutationFn: (question: Question) => {
      controller.current = new AbortController();
      setState("notStarted");
      return extract(question, controller.current.signal, setState);
    },
  });
  const choice = chosen(choices, address);

  function run() {
    if (choice === undefined) return;
    test.mutate({ project, choice, language: settings?.language ?? "", text: source.text });
  }

  return (
    <Page
      title="Test model"
      about={ABOUT}
      commands={
        <Button
          appearance="primary"
          icon={<PlayRegular />}
          disabled={test.isPending || source.text === ""}
          onClick={run}
        >
          Run the test
        </Button>
      }
    >
      <Field label="Model" className={styles.model}>
        <ChoiceOf
          choices={choices}
          choice={choice}
          disabled={test.isPending}
          onChoose={({ kind, name }) => setAddress({ [kind]: name }, { replace: true })}
        />
      </Field>
      <TextInput
        project={project}
        source={source}
        most={most}
        onChange={setSource}
        disabled={test.isPending}
      />
      {test.isPending && (
        <div className={styles.progress}>
          <ProgressBar aria-label="The test" />
          <Text role="status">
            {state === "notStarted" ? "Waiting for its turn…" : "Reading the text…"}
          </Text>
        </div>
      )}
      {test.isError && <Problem error={test.error} title="The test was not run" onRetry={run} />}
      {test.isSuccess && <Result key={test.submittedAt} project={project} extraction={test.data} />}
    </Page>
  );
}
