import { Button, Field, makeStyles, Switch, Textarea, tokens } from "@fluentui/react-components";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { projects, send } from "../../api/client.ts";
import { projectQuery, projectsQuery } from "../../api/queries.ts";
import type { Project } from "../../api/types.ts";
import { useNotices } from "../../app/Notices.tsx";
import { GuardedButton, useLacking } from "../../parts/Guarded.tsx";
import { Languages } from "../../parts/Languages.tsx";
import { Problem } from "../../parts/Problem.tsx";
import { useAct } from "../../parts/useAct.ts";
import { Section } from "./Section.tsx";

const DESCRIPTION_LENGTH = 1_000;

/** What the threshold begins with when it is switched on. */
const THRESHOLD = 0.5;

const useStyles = makeStyles({
  form: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalL },
  foot: { display: "flex", gap: tokens.spacingHorizontalS },
  slider: { maxWidth: "420px" },
  range: { margin: 0, accentColor: tokens.colorCompoundBrandBackground },
});

interface Values {
  description: string;
  language: string;
  multilingual: boolean;
  /** Nothing: all entities are given. */
  threshold: number | undefined;
}

function valuesOf(project: Project): Values {
  const { description, language, multilingual, settings } = project;
  return { description, language, multilingual, threshold: settings.confidenceThreshold };
}

/** What can be changed of a project; its name cannot. */
export function Details({ project }: { project: Project }) {
  const styles = useStyles();
  const client = useQueryClient();
  const notices = useNotices();
  const readOnly = useLacking("author") !== undefined;
  // What was changed here; all else follows the project, which others may change.
  const [changes, setChanges] = useState<Partial<Values>>({});

  const present = valuesOf(project);
  const values: Values = { ...present, ...changes };
  const changed = (Object.keys(values) as (keyof Values)[]).some(
    (name) => values[name] !== present[name],
  );
  const tooLong = [...values.description].length > DESCRIPTION_LENGTH;
  const change = (some: Partial<Values>) => setChanges((before) => ({ ...before, ...some }));

  const { busy, error, act } = useAct(async (event: FormEvent) => {
    event.preventDefault();
    const { threshold, ...body } = values;
    await send("PATCH", projects(project.projectName), {
      body: { ...body, settings: { confidenceThreshold: threshold ?? null } },
      type: "application/merge-patch+json",
    });
    await client.invalidateQueries({ ...projectQuery(project.projectName), exact: true });
    void client.invalidateQueries(projectsQuery);
    setChanges({});
    notices.done({ title: "The settings are saved" });
  });

  return (
    <Section title="Details" about="The name of a project cannot be changed.">
      <form className={styles.form} onSubmit={(event) => void act(event)} noValidate>
        <Field
          label="Description"
          {...(tooLong
            ? {
                validationState: "error",
                validationMessage: "A description has at most 1,000 characters.",
              }
            : {})}
        >
          <Textarea
            rows={3}
            resize="vertical"
            disabled={readOnly}
            value={values.description}
            onChange={(_, { value }) => change({ description: value })}
          />
        </Field>
        <Languages
          language={values.language}
          multilingual={values.multilingual}
          disabled={readOnly}
          onLanguage={(language) => change({ language })}
          onMultilingual={(multilingual) => change({ multilingual })}
        />
        <Field hint="Deployed models of this project leave out what they are less sure of.">
          <Switch
            label="Leave out entities of low confidence"
            checked={values.threshold !== undefined}
            disabled={readOnly}
            onChange={(_, { checked }) => change({ threshold: checked ? THRESHOLD : undefined })}
          />
        </Field>
        {values.threshold !== undefined && (
          <Field
            className={styles.slider}
            label={`Confidence threshold: ${values.threshold.toFixed(2)}`}
          >
            {/* The slider of the components makes browsers warn of a style of theirs. */}
            <input
              type="range"
              className={styles.range}
              min={0}
              max={1}
              step={0.01}
              disabled={readOnly}
              value={values.threshold}
              onChange={({ target }) => change({ threshold: target.valueAsNumber })}
            />
          </Field>
        )}
        {error !== undefined && <Problem title="The settings were not saved" error={error} />}
        <div className={styles.foot}>
          <GuardedButton
            needs="author"
            type="submit"
            appearance="primary"
            disabled={!changed || tooLong || busy}
          >
            {busy ? "Saving…" : "Save"}
          </GuardedButton>
          {changed && !busy && <Button onClick={() => setChanges({})}>Undo changes</Button>}
        </div>
      </form>
    </Section>
  );
}
