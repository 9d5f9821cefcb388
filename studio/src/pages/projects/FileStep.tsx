import { makeStyles, Spinner, Text, tokens } from "@fluentui/react-components";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { check, type Report } from "../../api/labels.ts";
import { FilePicker } from "../../parts/FilePicker.tsx";
import { LabelsReport } from "../../parts/LabelsReport.tsx";
import { Problem } from "../../parts/Problem.tsx";
import type { Draft } from "./draft.ts";
import { draftOf, fileFor, readLabelsFile } from "./labelsFile.ts";

const useStyles = makeStyles({ quiet: { color: tokens.colorNeutralForeground2 } });

export type Check = UseQueryResult<Report>;

/** What an import of the draft's file would do; asked for once the container is chosen. */
export function useCheck(draft: Draft): Check {
  const { file, name, container, language, multilingual } = draft;
  return useQuery({
    queryKey: ["check", file?.id, name, container, language, multilingual],
    queryFn: ({ signal }) => check(name, fileFor(draft), {}, signal),
    enabled: file !== undefined && name !== "" && container !== "",
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
}

export interface FileStepProps {
  draft: Draft;
  importing: boolean;
  check: Check;
  onChange: (changes: Partial<Draft>) => void;
}

export function FileStep({ draft, importing, check, onChange }: FileStepProps) {
  const styles = useStyles();

  async function pick(chosen: File) {
    const file = await readLabelsFile(chosen);
    onChange(importing ? { ...draftOf(file.content), file } : { file });
  }

  return (
    <>
      <Text className={styles.quiet}>
        {importing
          ? "The file that an export has written, here or in the hosted service, of whatever year. What it says of its project is filled in on the next pages. Its documents must be in the container that you choose there."
          : "If your documents are tagged already, choose the labels file: that of this service or of the hosted one, of whatever year. What you have entered on the pages before counts, not what the file says of its project. Files of other tools can be imported later, in the project's settings."}
      </Text>
      <FilePicker
        label="Choose a labels file"
        accept={[".json"]}
        file={draft.file}
        onPick={(file) => void pick(file)}
        onRemove={() => onChange({ file: undefined })}
      />
      {!importing && draft.file !== undefined && <Checked check={check} />}
    </>
  );
}

/** The report of a dry run, or how far it is. */
export function Checked({ check, brief = false }: { check: Check; brief?: boolean }) {
  if (check.data !== undefined) return <LabelsReport report={check.data} brief={brief} />;
  if (check.error !== null) {
    return (
      <Problem
        title="The file could not be checked"
        error={check.error}
        onRetry={() => void check.refetch()}
      />
    );
  }
  return <Spinner label="Checking the file against the documents. Nothing is changed." />;
}
