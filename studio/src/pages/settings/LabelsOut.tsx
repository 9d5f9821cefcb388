import { Dropdown, Field, makeStyles, Option, tokens } from "@fluentui/react-components";
import { ArrowDownloadRegular } from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type Detail, projects, send } from "../../api/client.ts";
import { run } from "../../api/jobs.ts";
import { type Count, FORMATS, type Format } from "../../api/labels.ts";
import { modelsQuery } from "../../api/queries.ts";
import type { Job } from "../../api/types.ts";
import { download } from "../../parts/download.ts";
import { GuardedButton } from "../../parts/Guarded.tsx";
import { Remarks } from "../../parts/LabelsReport.tsx";
import { Problem } from "../../parts/Problem.tsx";
import { Progress } from "../../parts/Progress.tsx";
import { useAct } from "../../parts/useAct.ts";
import { FormatFields } from "./FormatFields.tsx";
import { Section } from "./Section.tsx";

const PRESENT = "The present ones";

const useStyles = makeStyles({
  fields: { display: "grid", gap: tokens.spacingVerticalL, maxWidth: "560px" },
  left: { alignSelf: "start" },
});

interface Exported extends Job {
  resultUrl: string;
}

/** The labels as a file, in any format. */
export function LabelsOut({ project }: { project: string }) {
  const styles = useStyles();
  const { data: models = [] } = useQuery(modelsQuery(project));
  const [format, setFormat] = useState<Format>(FORMATS[0] as Format);
  const [counts, setCounts] = useState<Count>();
  const [model, setModel] = useState("");
  const [job, setJob] = useState<Job>();
  const [notices, setNotices] = useState<readonly Detail[]>([]);

  const { busy, error, act } = useAct(async () => {
    setNotices([]);
    const query = {
      format: format.id,
      stringIndexType: counts,
      trainedModelLabel: model || undefined,
    };
    try {
      const path = projects(project, "labels", ":export");
      const exported = await run<Exported>("POST", path, { query }, { onProgress: setJob });
      const url = new URL(exported.resultUrl);
      const file = await send("GET", url.pathname + url.search);
      const name = `${project}-${model || "labels"}-${format.id}${format.ending}`;
      download(file.text, name);
      setNotices(exported.warnings);
    } finally {
      setJob(undefined);
    }
  });

  return (
    <Section
      title="Export labels"
      about="As a file, for this service, the hosted one, or other tools."
    >
      <div className={styles.fields}>
        <FormatFields
          formats={FORMATS}
          format={format}
          counts={counts}
          onFormat={(chosen) => {
            setFormat(chosen);
            setCounts(undefined);
          }}
          onCounts={setCounts}
        />
        {models.length > 0 && (
          <Field label="Labels">
            <Dropdown
              value={model === "" ? PRESENT : `Those that ${model} was trained on`}
              selectedOptions={[model]}
              onOptionSelect={(_, { optionValue }) => setModel(optionValue ?? "")}
            >
              <Option value="">{PRESENT}</Option>
              {models.map(({ label }) => (
                <Option key={label} value={label}>{`Those that ${label} was trained on`}</Option>
              ))}
            </Dropdown>
          </Field>
        )}
      </div>
      {job !== undefined && <Progress title="Writing the file" job={job} />}
      {error !== undefined && <Problem title="The labels were not exported" error={error} />}
      {notices.length > 0 && <Remarks notices={notices} />}
      <GuardedButton
        needs="author"
        className={styles.left}
        icon={<ArrowDownloadRegular />}
        disabled={busy}
        onClick={() => void act()}
      >
        {busy ? "Exporting…" : "Export"}
      </GuardedButton>
    </Section>
  );
}
