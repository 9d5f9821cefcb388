import { Button, makeStyles, ProgressBar, Text, tokens } from "@fluentui/react-components";
import type { Ongoing } from "../api/types.ts";
import { duration } from "./words.ts";

const useStyles = makeStyles({
  block: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalS },
  line: { display: "flex", alignItems: "center", gap: tokens.spacingHorizontalM },
  words: { flexGrow: 1 },
  quiet: { color: tokens.colorNeutralForeground3, fontVariantNumeric: "tabular-nums" },
});

export interface ProgressProps {
  title: string;
  job: Ongoing;
  /** When the work itself began; its time left is told from that. */
  started?: string | undefined;
  onCancel?: () => void;
}

/** How far a long work is: its phase, in per cent, and the time that is left. */
export function Progress({ title, job, started, onCancel }: ProgressProps) {
  const styles = useStyles();
  const percent = job.percentComplete;
  const left = timeLeft(percent, started);
  return (
    <div className={styles.block}>
      <div className={styles.line}>
        <Text weight="semibold" className={styles.words}>
          {title}
        </Text>
        {onCancel && (
          <Button size="small" onClick={onCancel} disabled={job.status === "cancelling"}>
            {job.status === "cancelling" ? "Cancelling…" : "Cancel"}
          </Button>
        )}
      </div>
      <ProgressBar
        thickness="large"
        aria-label={title}
        {...(job.status === "notStarted" ? {} : { value: percent / 100 })}
      />
      <Text size={200} className={styles.quiet}>
        {job.status === "notStarted" ? "waiting" : job.phase || "starting"} · {percent} %
        {left !== undefined && ` · about ${duration(left)} left`}
      </Text>
    </div>
  );
}

/** Seconds, told only once enough is done to tell. */
function timeLeft(percent: number, started: string | undefined): number | undefined {
  if (started === undefined || percent < 5 || percent >= 100) return undefined;
  const spent = (Date.now() - Date.parse(started)) / 1000;
  return spent < 2 ? undefined : (spent * (100 - percent)) / percent;
}
