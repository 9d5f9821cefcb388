import { Combobox, Field, Option } from "@fluentui/react-components";
import { useState } from "react";
import type { Model } from "../../api/types.ts";
import { leave } from "../../parts/combobox.ts";
import { nameFault } from "./preflight.ts";

export interface ModelNameProps {
  models: readonly Model[];
  name: string;
  onChange: (name: string) => void;
}

/** The name of the model to be trained: one that is there, or a new one that is typed. */
export function ModelName({ models, name, onChange }: ModelNameProps) {
  const [touched, setTouched] = useState(false);
  const fault = nameFault(name);
  const known = models.some(({ label }) => label === name);
  const shown = models.filter(({ label }) => known || label.includes(name));
  return (
    <Field
      label="Model name"
      required
      validationState={fault !== undefined && touched ? "error" : "none"}
      validationMessage={fault !== undefined && touched ? fault : null}
      hint={
        known
          ? "This model is there already: the training will replace it."
          : "Choose a model to train it again, or type the name of a new one."
      }
    >
      <Combobox
        freeform
        value={name}
        selectedOptions={known ? [name] : []}
        placeholder={models.length ? "Choose or type a name" : "Type a name, such as first"}
        onChange={(event) => {
          onChange(event.target.value);
          setTouched(event.target.value !== "");
        }}
        onOptionSelect={(_, { optionValue }) => optionValue !== undefined && onChange(optionValue)}
        onBlur={(event) => {
          setTouched(name !== "");
          leave(event);
        }}
      >
        {shown.map(({ label }) => (
          <Option key={label} value={label}>
            {label}
          </Option>
        ))}
      </Combobox>
    </Field>
  );
}
