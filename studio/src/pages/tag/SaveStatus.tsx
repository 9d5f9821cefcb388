/** Whether what was done is saved: a green, yellow or red dot, with words. */

import { Button, makeStyles, mergeClasses, Text, tokens } from "@fluentui/react-components";
import { ArrowSyncCircleFilled, CheckmarkCircleFilled, RecordFilled } from "@fluentui/react-icons";
import type { Status } from "../../tagging/Keeper.ts";

const useStyles = makeStyles({
  line: {
    display: "flex",
    alignItems: "center",
    gap: tokens.spacingHorizontalXS,
    minHeight: "32px",
  },
  dot: { fontSize: "16px", lineHeight: 0, flexShrink: 0 },
  saved: { color: tokens.colorStatusSuccessForeground1 },
  saving: { color: tokens.colorPaletteYellowForeground2 },
  unsaved: { color: tokens.colorStatusDangerForeground1 },
  why: {
    maxWidth: "260px",
    overflow: "hidden",
    textOverflow: "ellipsis",
    whiteSpace: "nowrap",
    color: tokens.colorNeutralForeground3,
  },
});

const WORDS = { saved: "Saved", saving: "Saving…", unsaved: "Unsaved" };
const ICONS = {
  saved: CheckmarkCircleFilled,
  saving: ArrowSyncCircleFilled,
  unsaved: RecordFilled,
};

export function SaveStatus({ status, onSave }: { status: Status; onSave: () => void }) {
  const styles = useStyles();
  const Icon = ICONS[status.state];
  return (
    <div className={styles.line}>
      <div role="status" className={styles.line} data-state={status.state} aria-label="Saving">
        <Icon className={mergeClasses(styles.dot, styles[status.state])} aria-hidden />
        <Text>{WORDS[status.state]}</Text>
        {status.problem !== undefined && (
          <Text size={200} className={styles.why} title={status.problem}>
            {status.problem}
          </Text>
        )}
      </div>
      {status.state === "unsaved" && (
        <Button size="small" appearance="primary" onClick={onSave}>
          Save now
        </Button>
      )}
    </div>
  );
}
