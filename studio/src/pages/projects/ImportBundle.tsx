import { Field, Input, makeStyles, tokens } from "@fluentui/react-components";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { importBundle } from "../../api/bundles.ts";
import { containersQuery, projectsQuery } from "../../api/queries.ts";
import type { Ongoing } from "../../api/types.ts";
import { useNotices } from "../../app/Notices.tsx";
import { Confirm } from "../../parts/Confirm.tsx";
import { FilePicker } from "../../parts/FilePicker.tsx";
import { Progress } from "../../parts/Progress.tsx";
import { nameFault } from "./draft.ts";

const useStyles = makeStyles({ fields: { display: "grid", gap: tokens.spacingVerticalM } });

export interface ImportBundleProps {
  /** The names of the projects that there are. */
  taken: readonly string[];
  onClose: () => void;
}

/** Makes a project of a bundle, in a container of its own. */
export function ImportBundle({ taken, onClose }: ImportBundleProps) {
  const styles = useStyles();
  const client = useQueryClient();
  const notices = useNotices();
  const [file, setFile] = useState<File>();
  const [name, setName] = useState("");
  const [job, setJob] = useState<Ongoing>();
  const fault = nameFault(name, taken);

  async function make() {
    if (file === undefined) return;
    try {
      await importBundle(file, name, setJob);
    } finally {
      setJob(undefined);
    }
    void client.invalidateQueries(containersQuery);
    await client.invalidateQueries(projectsQuery);
    notices.done({ title: `The project ${name} is imported` });
  }

  return (
    <Confirm
      title="Import a bundle"
      action="Import"
      ready={file !== undefined && fault === undefined}
      onConfirm={make}
      onClose={onClose}
    >
      <div className={styles.fields}>
        <p>
          The file that “Export project” has written in a project's settings. Its documents go into
          a container of their own.
        </p>
        <FilePicker
          label="Choose a bundle"
          accept={[".bundle"]}
          file={file}
          disabled={job !== undefined}
          onPick={(picked) => {
            setFile(picked);
            if (name === "") setName(picked.name.replace(/\.bundle$/, ""));
          }}
          onRemove={() => setFile(undefined)}
        />
        <Field label="Name" required validationMessage={name === "" ? null : (fault ?? null)}>
          <Input value={name} onChange={(_, data) => setName(data.value)} />
        </Field>
        {job !== undefined && <Progress title="Making the project" job={job} />}
      </div>
    </Confirm>
  );
}
