/** What is kept of a document beside its labels: its set, its language, the file that it was made of. */

import {
  Field,
  makeStyles,
  Radio,
  RadioGroup,
  Select,
  Text,
  tokens,
} from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { languagesQuery } from "../../api/queries.ts";
import type { Converted, Dataset, Project } from "../../api/types.ts";
import type { State } from "../../tagging/Session.ts";

const useStyles = makeStyles({
  facts: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalXS },
  fact: { gridTemplateColumns: "64px minmax(0, 1fr)" },
});

export interface DocumentFactsProps {
  project: Project;
  state: State;
  converted: Converted | undefined;
  readOnly: boolean;
  onDataset: (dataset: Dataset | null) => void;
  onLanguage: (language: string | null) => void;
}

export function DocumentFacts(props: DocumentFactsProps) {
  const { project, state, converted, readOnly, onDataset, onLanguage } = props;
  const styles = useStyles();
  const languages = useQuery({ ...languagesQuery, enabled: project.multilingual });
  return (
    <div className={styles.facts}>
      <Field label="Set" orientation="horizontal" className={styles.fact}>
        <RadioGroup
          layout="horizontal"
          disabled={readOnly}
          value={state.dataset ?? ""}
          onChange={(_, { value }) => onDataset(value === "" ? null : (value as Dataset))}
        >
          <Radio value="" label="Any" title="Either set, as a training draws" />
          <Radio value="Train" label="Train" />
          <Radio value="Test" label="Test" />
        </RadioGroup>
      </Field>
      {project.multilingual && (
        <Field label="Language" orientation="horizontal" className={styles.fact}>
          <Select
            disabled={readOnly}
            value={state.language ?? ""}
            onChange={(_, data) => onLanguage(data.value === "" ? null : data.value)}
          >
            <option value="">As the project ({project.language})</option>
            {(languages.data ?? []).map(({ languageCode, languageName }) => (
              <option key={languageCode} value={languageCode}>
                {languageName}
              </option>
            ))}
          </Select>
        </Field>
      )}
      {converted !== undefined && (
        <Text size={200}>
          The text of {converted.original}, by {converted.by}
        </Text>
      )}
    </div>
  );
}
