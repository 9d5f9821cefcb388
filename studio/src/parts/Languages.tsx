/** The language of a project, and whether its documents are in several. */

import {
  Combobox,
  Field,
  makeStyles,
  Option,
  Switch,
  Text,
  tokens,
} from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { languagesQuery } from "../api/queries.ts";

const ONE = "The language of the documents in this project.";
const SEVERAL = "The language that most of your documents are in.";
const ABOUT_SEVERAL =
  "A language can then be set for each document too, and the model answers for texts in all of them.";

const useStyles = makeStyles({
  option: { display: "flex", justifyContent: "space-between", flexGrow: 1, columnGap: "16px" },
  code: { color: tokens.colorNeutralForeground3 },
});

export interface LanguagesProps {
  language: string;
  multilingual: boolean;
  disabled?: boolean;
  onLanguage: (code: string) => void;
  onMultilingual: (several: boolean) => void;
}

export function Languages(props: LanguagesProps) {
  const { language, multilingual, disabled = false, onLanguage, onMultilingual } = props;
  const styles = useStyles();
  const { data: languages = [] } = useQuery(languagesQuery);
  // What was typed to search by; nothing while nobody searches.
  const [sought, setSought] = useState<string>();
  const [open, setOpen] = useState(false);

  const wanted = (sought ?? "").trim().toLowerCase();
  const found = languages.filter(
    ({ languageName, languageCode }) =>
      languageName.toLowerCase().includes(wanted) || languageCode.startsWith(wanted),
  );
  return (
    <>
      <Field label="Language" required hint={multilingual ? SEVERAL : ONE}>
        <Combobox
          value={sought ?? nameOf(language, languages)}
          selectedOptions={[language]}
          disabled={disabled}
          open={open}
          onChange={(event) => {
            setSought(event.target.value);
            setOpen(true);
          }}
          onOptionSelect={(_, { optionValue }) => {
            if (optionValue !== undefined) onLanguage(optionValue);
            setSought(undefined);
          }}
          onOpenChange={(_, data) => {
            setOpen(data.open);
            if (!data.open) setSought(undefined);
          }}
        >
          {found.map(({ languageName, languageCode }) => (
            <Option key={languageCode} value={languageCode} text={languageName}>
              <span className={styles.option}>
                {languageName}
                <Text size={200} className={styles.code}>
                  {languageCode}
                </Text>
              </span>
            </Option>
          ))}
          {found.length === 0 && (
            <Option disabled value="" text="">
              No language is called that
            </Option>
          )}
        </Combobox>
      </Field>
      <Field hint={ABOUT_SEVERAL}>
        <Switch
          label="My documents are in multiple languages"
          checked={multilingual}
          disabled={disabled}
          onChange={(_, { checked }) => onMultilingual(checked)}
        />
      </Field>
    </>
  );
}

/** Return what a language is called; a code that is not in the list is shown as it is. */
export function nameOf(
  code: string,
  languages: readonly { languageName: string; languageCode: string }[],
): string {
  return languages.find(({ languageCode }) => languageCode === code)?.languageName ?? code;
}
