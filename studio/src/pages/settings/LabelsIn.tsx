import {
  Checkbox,
  Field,
  makeStyles,
  Radio,
  RadioGroup,
  Spinner,
  tokens,
} from "@fluentui/react-components";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { projects } from "../../api/client.ts";
import { run } from "../../api/jobs.ts";
import {
  type Count,
  check,
  FORMATS,
  type Format,
  type ImportOptions,
  MEDIA,
} from "../../api/labels.ts";
import type { Job } from "../../api/types.ts";
import { useNotices } from "../../app/Notices.tsx";
import { Confirm } from "../../parts/Confirm.tsx";
import { FilePicker } from "../../parts/FilePicker.tsx";
import { GuardedButton, useLacking } from "../../parts/Guarded.tsx";
import { LabelsReport } from "../../parts/LabelsReport.tsx";
import { Problem } from "../../parts/Problem.tsx";
import { Progress } from "../../parts/Progress.tsx";
import { useAct } from "../../parts/useAct.ts";
import { type LabelsFile, readLabelsFile, withoutSettings } from "../projects/labelsFile.ts";
import { FormatFields } from "./FormatFields.tsx";
import { Section } from "./Section.tsx";

/** All dialects of labels files are read as one format. */
const READ: readonly Format[] = FORMATS.filter(({ own, id }) => !own || id === "project").map(
  (format) =>
    format.own
      ? {
          ...format,
          name: "Labels file",
          about: "Of this service or of the hosted one, of any year.",
        }
      : format,
);

const useStyles = makeStyles({
  fields: { display: "grid", gap: tokens.spacingVerticalL, maxWidth: "560px" },
  left: { alignSelf: "start" },
});

/** Labels from a file: first a dry run, which says what would happen, then the import. */
export function LabelsIn({ project }: { project: string }) {
  const styles = useStyles();
  const client = useQueryClient();
  const notices = useNotices();
  const lacking = useLacking("author");
  const [format, setFormat] = useState<Format>(READ[0] as Format);
  const [counts, setCounts] = useState<Count>();
  const [mode, setMode] = useState<"replace" | "add">("replace");
  const [overwrite, setOverwrite] = useState(false);
  const [file, setFile] = useState<LabelsFile>();
  const [job, setJob] = useState<Job>();
  const [asking, setAsking] = useState(false);

  const options: ImportOptions = {
    format: format.id,
    mode,
    overwrite,
    stringIndexType: counts,
  };
  // What the project is called and where its documents are, it says itself.
  const body = file === undefined ? "" : format.own ? withoutSettings(file) : file.raw;
  const report = useQuery({
    queryKey: ["project", project, "check", file?.id, options],
    queryFn: ({ signal }) => check(project, body, options, signal),
    enabled: file !== undefined && lacking === undefined,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const loses =
    report.data !== undefined &&
    report.data.changes.entities.removed.length +
      report.data.changes.labelledDocuments.removed +
      report.data.changes.labelledDocuments.replaced +
      report.data.changes.texts.replaced >
      0;

  const { error, act } = useAct(async () => {
    try {
      const path = projects(project, "labels", ":import");
      const request = { body, query: { ...options }, type: MEDIA };
      await run("POST", path, request, { onProgress: setJob });
      await client.invalidateQueries({
        queryKey: ["project", project],
        predicate: ({ queryKey }) => queryKey[2] !== "check",
      });
      setFile(undefined);
      notices.done({ title: "The labels are imported" });
    } finally {
      setJob(undefined);
    }
  });

  function choose(chosen: Format) {
    setFormat(chosen);
    setCounts(undefined);
    setMode(chosen.own ? "replace" : "add");
    setOverwrite(false);
  }

  const ready = report.data?.valid === true && !report.isFetching && job === undefined;
  return (
    <Section
      title="Import labels"
      about="From a file. What it would do is shown first. The project's own settings stay as they are."
    >
      <div className={styles.fields}>
        <FormatFields
          formats={READ}
          format={format}
          counts={counts}
          onFormat={choose}
          onCounts={setCounts}
        />
        <Field label="What the file does not name">
          <RadioGroup
            value={mode}
            onChange={(_, { value }) => setMode(value === "add" ? "add" : "replace")}
          >
            <Radio value="add" label="Stays: the file is added to what is tagged already" />
            <Radio value="replace" label="Goes: only what is in the file is tagged then" />
          </RadioGroup>
        </Field>
        {!format.own && (
          <Checkbox
            label="Overwrite documents that have another text than the file says"
            checked={overwrite}
            onChange={(_, { checked }) => setOverwrite(checked === true)}
          />
        )}
      </div>
      <FilePicker
        label="Choose a file"
        accept={[".json", ".jsonl", ".csv", ".conll", ".txt"]}
        file={file}
        disabled={lacking !== undefined || job !== undefined}
        onPick={(chosen) => void readLabelsFile(chosen).then(setFile)}
        onRemove={() => setFile(undefined)}
      />
      {file !== undefined && report.isFetching && (
        <Spinner label="Checking the file against the documents" />
      )}
      {file !== undefined && report.data !== undefined && <LabelsReport report={report.data} />}
      {report.error !== null && (
        <Problem title="The file could not be checked" error={report.error} />
      )}
      {job !== undefined && <Progress title="Importing the labels" job={job} />}
      {error !== undefined && <Problem title="The labels were not imported" error={error} />}
      <GuardedButton
        needs="author"
        appearance="primary"
        className={styles.left}
        disabled={!ready}
        onClick={() => (loses ? setAsking(true) : void act())}
      >
        Import
      </GuardedButton>
      {asking && (
        <Confirm
          title="Replace present labels?"
          action="Import"
          onConfirm={act}
          onClose={() => setAsking(false)}
        >
          The file takes the place of labels that the project has now, as the report says. This
          cannot be undone; to keep them, export them first.
        </Confirm>
      )}
    </Section>
  );
}
