import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import {
  AddCircleRegular,
  ArrowAutofitWidthRegular,
  ArrowSwapRegular,
  CheckmarkCircleRegular,
  SubtractCircleRegular,
} from "@fluentui/react-icons";
import type { ReactElement } from "react";
import type { Verdict } from "./marks.ts";

interface Words {
  icon: ReactElement;
  word: string;
  /** How it counts into the scores. */
  counts: string;
}

export const VERDICTS: Record<Verdict, Words> = {
  right: { icon: <CheckmarkCircleRegular />, word: "right", counts: "TP" },
  missed: { icon: <SubtractCircleRegular />, word: "missed", counts: "FN" },
  spurious: { icon: <AddCircleRegular />, word: "not tagged", counts: "FP" },
  wrongType: { icon: <ArrowSwapRegular />, word: "wrong type", counts: "FP and FN" },
  wrongBorder: { icon: <ArrowAutofitWidthRegular />, word: "wrong border", counts: "FP and FN" },
};

export const ORDER: readonly Verdict[] = [
  "right",
  "missed",
  "spurious",
  "wrongType",
  "wrongBorder",
];

const useStyles = makeStyles({
  icon: {
    display: "inline-flex",
    verticalAlign: "-0.15em",
    fontSize: "1.15em",
    color: tokens.colorStatusDangerForeground3,
  },
  right: { color: tokens.colorStatusSuccessForeground1 },
});

/** The sign of a verdict: each has a shape of its own. */
export function VerdictIcon({ verdict }: { verdict: Verdict }) {
  const styles = useStyles();
  return (
    <span className={mergeClasses(styles.icon, verdict === "right" && styles.right)} aria-hidden>
      {VERDICTS[verdict].icon}
    </span>
  );
}
