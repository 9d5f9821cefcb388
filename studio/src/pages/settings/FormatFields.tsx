import { Dropdown, Field, Option } from "@fluentui/react-components";
import { COUNTS, type Count, type Format } from "../../api/labels.ts";

export interface FormatFieldsProps {
  formats: readonly Format[];
  format: Format;
  counts: Count | undefined;
  onFormat: (format: Format) => void;
  onCounts: (counts: Count | undefined) => void;
}

/** The format of a file of labels, and what its offsets count where tools differ in that. */
export function FormatFields(props: FormatFieldsProps) {
  const { formats, format, counts, onFormat, onCounts } = props;
  const known = format.counts ?? [];
  return (
    <>
      <Field label="Format" hint={format.about}>
        <Dropdown
          value={format.name}
          selectedOptions={[format.id]}
          onOptionSelect={(_, { optionValue }) => {
            const chosen = formats.find(({ id }) => id === optionValue);
            if (chosen !== undefined) onFormat(chosen);
          }}
        >
          {formats.map(({ id, name }) => (
            <Option key={id} value={id}>
              {name}
            </Option>
          ))}
        </Dropdown>
      </Field>
      {known.length > 0 && (
        <Field
          label="Offsets count"
          hint="It makes a difference only after characters such as emoji."
        >
          <Dropdown
            value={counts === undefined ? "as the tool does" : COUNTS[counts]}
            selectedOptions={[counts ?? ""]}
            onOptionSelect={(_, { optionValue }) =>
              onCounts(known.find((one) => one === optionValue))
            }
          >
            <Option value="">as the tool does</Option>
            {known.map((one) => (
              <Option key={one} value={one}>
                {COUNTS[one]}
              </Option>
            ))}
          </Dropdown>
        </Field>
      )}
    </>
  );
}
