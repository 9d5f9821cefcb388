import { makeStyles, Spinner, tokens } from "@fluentui/react-components";
import {
  CheckmarkCircleFilled,
  DismissCircleFilled,
  SubtractCircleRegular,
} from "@fluentui/react-icons";
import { ended, type State } from "../api/types.ts";
import { stateInWords } from "./attempts.ts";

const useStyles = makeStyles({
  state: { display: "inline-flex", alignItems: "center", gap: tokens.spacingHorizontalXS },
  good: { color: tokens.colorStatusSuccessForeground1, flexShrink: 0 },
  bad: { color: tokens.colorStatusDangerForeground1, flexShrink: 0 },
  quiet: { color: tokens.colorNeutralForeground3, flexShrink: 0 },
});

/** How a training stands, by a sign and a word. */
export function AttemptState({ state }: { state: State }) {
  const styles = useStyles();
  return (
    <span className={styles.state}>
      {!ended(state) ? (
        <Spinner size="extra-tiny" />
      ) : state === "failed" ? (
        <DismissCircleFilled className={styles.bad} aria-hidden />
      ) : state === "succeeded" ? (
        <CheckmarkCircleFilled className={styles.good} aria-hidden />
      ) : (
        <SubtractCircleRegular className={styles.quiet} aria-hidden />
      )}
      {stateInWords(state)}
    </span>
  );
}
