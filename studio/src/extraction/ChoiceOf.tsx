import { Dropdown, Option, OptionGroup } from "@fluentui/react-components";
import type { Choice } from "./choices.ts";

export interface ChoiceOfProps {
  choices: readonly Choice[];
  choice: Choice | undefined;
  disabled: boolean;
  onChoose: (choice: Choice) => void;
}

/** Lets one choose a deployment or a trained model, by its name. */
export function ChoiceOf({ choices, choice, disabled, onChoose }: ChoiceOfProps) {
  const id = ({ kind, name }: Choice) => `${kind} ${name}`;
  const groups = [
    { label: "Deployments", own: choices.filter(({ kind }) => kind === "deployment") },
    { label: "Trained models", own: choices.filter(({ kind }) => kind === "model") },
  ].filter(({ own }) => own.length > 0);
  return (
    <Dropdown
      disabled={disabled}
      value={choice === undefined ? "" : nameOf(choice)}
      selectedOptions={choice === undefined ? [] : [id(choice)]}
      onOptionSelect={(_, { optionValue }) => {
        const found = choices.find((one) => id(one) === optionValue);
        if (found) onChoose(found);
      }}
    >
      {groups.map(({ label, own }) => (
        <OptionGroup key={label} label={label}>
          {own.map((one) => (
            <Option key={id(one)} value={id(one)} text={nameOf(one)}>
              {nameOf(one)}
            </Option>
          ))}
        </OptionGroup>
      ))}
    </Dropdown>
  );
}

function nameOf({ kind, name, model }: Choice): string {
  return kind === "model" ? name : `${name} (deployment of ${model})`;
}
