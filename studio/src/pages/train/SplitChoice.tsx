import {
  Field,
  makeStyles,
  Radio,
  RadioGroup,
  SpinButton,
  Text,
  tokens,
} from "@fluentui/react-components";
import { number } from "../../parts/words.ts";
import { type Preflight, splitLackOf } from "./preflight.ts";
import { AUTOMATIC, byDataset, byPercentage, bySharesOf, type Split } from "./split.ts";

export type SplitKind = "automatic" | "percentage" | "manual";

export interface Choice {
  kind: SplitKind;
  /** Per cent for training, where that is chosen; the rest is for the test. */
  train: number;
}

/** Per cent for training that make sense: some to learn from, and some to judge by. */
export const SHARES = { least: 10, most: 95 };

/** How many documents each set would have. */
export function splitOf({ usable, marked }: Preflight, { kind, train }: Choice): Split {
  if (kind === "manual") return byDataset(usable.length, marked);
  if (kind === "percentage") return bySharesOf(usable.length, train);
  return byPercentage(usable.length, AUTOMATIC.train, AUTOMATIC.test);
}

const useStyles = makeStyles({
  inset: {
    display: "flex",
    alignItems: "center",
    flexWrap: "wrap",
    gap: tokens.spacingHorizontalM,
    paddingLeft: "36px",
    paddingBottom: tokens.spacingVerticalS,
  },
  share: { width: "96px" },
  quiet: { color: tokens.colorNeutralForeground3, display: "block" },
  bar: {
    display: "flex",
    height: "12px",
    gap: "2px",
    borderRadius: tokens.borderRadiusMedium,
    overflow: "hidden",
    marginTop: tokens.spacingVerticalS,
  },
  train: { backgroundColor: tokens.colorBrandBackground },
  validation: { backgroundColor: tokens.colorPaletteTealBorderActive },
  test: { backgroundColor: tokens.colorPaletteMarigoldBorderActive },
  parts: {
    display: "flex",
    flexWrap: "wrap",
    columnGap: tokens.spacingHorizontalXXL,
    rowGap: tokens.spacingVerticalS,
    margin: `${tokens.spacingVerticalM} 0 0`,
    padding: 0,
    listStyleType: "none",
  },
  part: { display: "flex", alignItems: "baseline", gap: tokens.spacingHorizontalS },
  dot: {
    width: "10px",
    height: "10px",
    borderRadius: tokens.borderRadiusCircular,
    alignSelf: "center",
  },
  count: { fontVariantNumeric: "tabular-nums" },
});

export interface SplitChoiceProps {
  preflight: Preflight;
  choice: Choice;
  onChange: (choice: Choice) => void;
}

/** How documents are dealt out to the sets, with how many each of them gets. */
export function SplitChoice({ preflight, choice, onChange }: SplitChoiceProps) {
  const styles = useStyles();
  const lack = splitLackOf(preflight);
  const split = splitOf(preflight, choice);
  const parts = [
    { name: "training", count: split.train, look: styles.train },
    { name: "validation", count: split.validation, look: styles.validation },
    { name: "test", count: split.test, look: styles.test },
  ];
  return (
    <>
      <Field label="How the documents are split">
        <RadioGroup
          value={choice.kind}
          onChange={(_, data) => onChange({ ...choice, kind: data.value as SplitKind })}
        >
          <Radio
            value="automatic"
            label="Automatically: 80 % training, 10 % validation, 10 % test"
          />
          <Radio value="percentage" label="By percentages of your own" />
          {choice.kind === "percentage" && (
            <div className={styles.inset}>
              <Field label="Training, in %" orientation="horizontal">
                <SpinButton
                  className={styles.share}
                  value={choice.train}
                  min={SHARES.least}
                  max={SHARES.most}
                  step={5}
                  onChange={(_, data) => {
                    const typed = data.value ?? Number.parseInt(data.displayValue ?? "", 10);
                    if (!Number.isInteger(typed)) return;
                    const train = Math.min(SHARES.most, Math.max(SHARES.least, typed));
                    onChange({ ...choice, train });
                  }}
                />
              </Field>
              <Text>Test: {100 - choice.train} %</Text>
              <Text size={200} className={styles.quiet}>
                One in nine of the training documents is kept for validation.
              </Text>
            </div>
          )}
          <Radio
            value="manual"
            disabled={lack !== undefined}
            label={{
              children: (
                <>
                  By hand: as each document is marked
                  {lack !== undefined && (
                    <Text size={200} className={styles.quiet}>
                      {lack}
                    </Text>
                  )}
                </>
              ),
            }}
          />
        </RadioGroup>
      </Field>
      <div>
        <Text size={200} className={styles.quiet}>
          With the {number(preflight.usable.length)} tagged documents that there are now:
        </Text>
        <div className={styles.bar} aria-hidden>
          {parts.map(({ name, count, look }) => (
            <div key={name} className={look} style={{ flexGrow: count }} />
          ))}
        </div>
        <ul className={styles.parts} aria-label="Documents of each set">
          {parts.map(({ name, count, look }) => (
            <li key={name} className={styles.part}>
              <span className={`${styles.dot} ${look}`} aria-hidden />
              <Text weight="semibold" className={styles.count}>
                {number(count)}
              </Text>
              <Text>{name}</Text>
            </li>
          ))}
        </ul>
      </div>
    </>
  );
}
