import { Field, Input, Textarea } from "@fluentui/react-components";
import { useState } from "react";
import { Languages } from "../../parts/Languages.tsx";
import { type Draft, descriptionFault, nameFault } from "./draft.ts";

export interface BasicsStepProps {
  draft: Draft;
  taken: readonly string[];
  onChange: (changes: Partial<Draft>) => void;
}

export function BasicsStep({ draft, taken, onChange }: BasicsStepProps) {
  // Nobody is told off before they have typed anything.
  const [touched, setTouched] = useState(draft.name !== "");
  const fault = touched ? nameFault(draft.name, taken) : undefined;
  return (
    <>
      <Field
        label="Name"
        required
        hint="There is no way to rename a project later."
        {...faulty(fault)}
      >
        <Input
          value={draft.name}
          autoComplete="off"
          spellCheck={false}
          onBlur={() => setTouched(true)}
          onChange={(_, { value }) => {
            setTouched(true);
            onChange({ name: value });
          }}
        />
      </Field>
      <Field label="Description" {...faulty(descriptionFault(draft.description))}>
        <Textarea
          rows={3}
          resize="vertical"
          value={draft.description}
          onChange={(_, { value }) => onChange({ description: value })}
        />
      </Field>
      <Languages
        language={draft.language}
        multilingual={draft.multilingual}
        onLanguage={(language) => onChange({ language })}
        onMultilingual={(multilingual) => onChange({ multilingual })}
      />
    </>
  );
}

function faulty(fault: string | undefined) {
  return fault === undefined ? {} : { validationState: "error" as const, validationMessage: fault };
}
