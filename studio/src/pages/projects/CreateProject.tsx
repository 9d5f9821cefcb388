/** The way to a new project, step by step; what was entered stays when one goes back. */

import {
  Button,
  makeStyles,
  mergeClasses,
  Spinner,
  tokens,
  typographyStyles,
} from "@fluentui/react-components";
import { CheckmarkCircleFilled, CircleFilled, CircleRegular } from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { containersQuery, projectsQuery, storageQuery } from "../../api/queries.ts";
import { GuardedButton } from "../../parts/Guarded.tsx";
import { Page } from "../../parts/Page.tsx";
import { Problem } from "../../parts/Problem.tsx";
import { Progress } from "../../parts/Progress.tsx";
import { BasicsStep } from "./BasicsStep.tsx";
import { ContainerStep } from "./ContainerStep.tsx";
import { type Draft, descriptionFault, EMPTY, nameFault } from "./draft.ts";
import { FileStep, useCheck } from "./FileStep.tsx";
import { ReviewStep } from "./ReviewStep.tsx";
import { StorageState } from "./StorageState.tsx";
import { useCreation } from "./useCreation.ts";

const NARROW = "@media (max-width: 900px)";

const useStyles = makeStyles({
  frame: {
    display: "flex",
    gap: tokens.spacingHorizontalXXXL,
    [NARROW]: { flexDirection: "column", gap: tokens.spacingVerticalL },
  },
  steps: {
    listStyleType: "none",
    margin: 0,
    padding: 0,
    width: "220px",
    flexShrink: 0,
    display: "flex",
    flexDirection: "column",
    gap: tokens.spacingVerticalL,
    [NARROW]: { width: "auto", flexDirection: "row", flexWrap: "wrap" },
  },
  step: {
    display: "flex",
    alignItems: "center",
    gap: tokens.spacingHorizontalS,
    color: tokens.colorNeutralForeground3,
  },
  now: { color: tokens.colorNeutralForeground1, fontWeight: tokens.fontWeightSemibold },
  mark: { fontSize: "20px", flexShrink: 0 },
  reached: { color: tokens.colorBrandForeground1 },
  form: {
    flexGrow: 1,
    minWidth: 0,
    maxWidth: "760px",
    display: "flex",
    flexDirection: "column",
    gap: tokens.spacingVerticalL,
  },
  foot: {
    display: "flex",
    gap: tokens.spacingHorizontalS,
    paddingTop: tokens.spacingVerticalL,
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  gap: { flexGrow: 1 },
  title: { ...typographyStyles.subtitle1, margin: 0, outlineStyle: "none" },
});

interface Step {
  title: string;
  /** Why one cannot go on yet; nothing where one can. */
  lacks: string | undefined;
  body: ReactNode;
}

export function CreateProject({ importing }: { importing: boolean }) {
  const navigate = useNavigate();
  const storage = useQuery(storageQuery);
  const title = importing ? "Import a project" : "Create a project";
  // Whether there is anything to connect is found out once: the steps stay as they are after that.
  const [connecting, setConnecting] = useState<boolean>();
  const known = storage.data?.connected;
  useEffect(() => {
    if (known !== undefined) setConnecting((before) => before ?? !known);
  }, [known]);
  return (
    <Page title={title} about="One step after the other; nothing is made before the last one.">
      {connecting !== undefined ? (
        <Steps
          connecting={connecting}
          connected={known ?? false}
          importing={importing}
          onCancel={() => navigate("/projects")}
        />
      ) : storage.error !== null ? (
        <Problem error={storage.error} onRetry={() => void storage.refetch()} />
      ) : (
        <Spinner label="Looking at the storage account" />
      )}
    </Page>
  );
}

interface StepsProps {
  connecting: boolean;
  connected: boolean;
  importing: boolean;
  onCancel: () => void;
}

function Steps({ connecting, connected, importing, onCancel }: StepsProps) {
  const styles = useStyles();
  const [draft, setDraft] = useState<Draft>(EMPTY);
  const [at, setAt] = useState(0);
  const heading = useRef<HTMLHeadingElement>(null);
  const { data: projects } = useQuery({ ...projectsQuery, enabled: connected });
  const { data: containers = [] } = useQuery({ ...containersQuery, enabled: connected });
  const check = useCheck(draft);
  const creation = useCreation(draft);

  // Who goes on by keyboard or listens is told where they are.
  useEffect(() => {
    if (at >= 0) heading.current?.focus();
  }, [at]);

  const change = (changes: Partial<Draft>) => setDraft((before) => ({ ...before, ...changes }));
  const taken = (projects ?? []).map(({ projectName }) => projectName);
  const basics = nameFault(draft.name, taken) ?? descriptionFault(draft.description);
  const fits = draft.file === undefined || (check.data?.valid ?? false);

  const storage: Step = {
    title: "Connect storage",
    lacks: connected ? undefined : "The storage account must be reached first.",
    body: <StorageState />,
  };
  const file: Step = {
    title: importing ? "Choose labels file" : "Import labels (optional)",
    lacks: importing
      ? draft.file === undefined
        ? "Choose the file to import."
        : undefined
      : fits
        ? undefined
        : "The file must fit, or be taken away.",
    body: <FileStep draft={draft} importing={importing} check={check} onChange={change} />,
  };
  const steps: Step[] = [
    ...(connecting ? [storage] : []),
    ...(importing ? [file] : []),
    {
      title: "Enter basic information",
      lacks: basics,
      body: <BasicsStep draft={draft} taken={taken} onChange={change} />,
    },
    {
      title: "Choose storage container",
      // A labels file can name a container of another account.
      lacks: containers.some(({ containerName }) => containerName === draft.container)
        ? undefined
        : "Choose a container.",
      body: (
        <ContainerStep chosen={draft.container} onChoose={(container) => change({ container })} />
      ),
    },
    ...(importing ? [] : [file]),
    {
      title: "Review",
      lacks: fits ? undefined : "The labels file must fit.",
      body: <ReviewStep draft={draft} check={check} reporting={importing} />,
    },
  ];
  const step = steps[at];
  const last = at === steps.length - 1;
  if (step === undefined) return null;

  function submit(event: FormEvent) {
    event.preventDefault();
    if (step?.lacks !== undefined) return;
    if (last) void creation.create();
    else setAt(at + 1);
  }

  return (
    <div className={styles.frame}>
      <ol className={styles.steps} aria-label="Steps">
        {steps.map(({ title }, index) => (
          <li
            key={title}
            className={mergeClasses(styles.step, index === at && styles.now)}
            {...(index === at ? { "aria-current": "step" } : {})}
          >
            <Mark state={index < at ? "done" : index === at ? "now" : "ahead"} />
            {title}
          </li>
        ))}
      </ol>
      <form className={styles.form} onSubmit={submit} noValidate>
        <h2 ref={heading} tabIndex={-1} className={styles.title}>
          {step.title}
        </h2>
        {step.body}
        {creation.error !== undefined && last && (
          <Problem title="The project was not created" error={creation.error} />
        )}
        {creation.job !== undefined && (
          <Progress title={`Importing ${draft.file?.name ?? "labels"}`} job={creation.job} />
        )}
        <div className={styles.foot}>
          <Button disabled={creation.busy} onClick={onCancel}>
            Cancel
          </Button>
          <span className={styles.gap} />
          {at > 0 && (
            <Button disabled={creation.busy} onClick={() => setAt(at - 1)}>
              Back
            </Button>
          )}
          <GuardedButton
            needs="author"
            type="submit"
            appearance="primary"
            disabled={step.lacks !== undefined || creation.busy}
            title={step.lacks ?? ""}
          >
            {last ? (creation.busy ? "Creating…" : "Create Project") : "Next"}
          </GuardedButton>
        </div>
      </form>
    </div>
  );
}

function Mark({ state }: { state: "done" | "now" | "ahead" }) {
  const styles = useStyles();
  const reached = mergeClasses(styles.mark, styles.reached);
  if (state === "done") return <CheckmarkCircleFilled className={reached} aria-label="Done" />;
  if (state === "now") return <CircleFilled className={reached} aria-hidden />;
  return <CircleRegular className={styles.mark} aria-hidden />;
}
