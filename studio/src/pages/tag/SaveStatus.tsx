/** Whether what was done is saved: a green, yellow or red dot, with words. */

import {
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  mergeClasses,
  Text,
  tokens,
} from "@fluentui/react-components";
import { ArrowSyncCircleFilled, CheckmarkCircleFilled, RecordFilled } from "@fluentui/react-icons";
import type { Status } from "../../tagging/Keeper.ts";

const useStyles = makeStyles({
  line: { display: "flex", alignItems: "center", gap: tokens.spacingHorizontalXS },
  // As wide for every word, so that nothing beside it moves while one tags.
  state: { minWidth: "86px" },
  dot: { fontSize: "16px", lineHeight: 0, flexShrink: 0 },
  saved: { color: tokens.colorStatusSuccessForeground1 },
  saving: { color: tokens.colorPaletteYellowForeground2 },
  unsaved: { color: tokens.colorStatusDangerForeground1 },
  // Above the end of the text, which does not move for it.
  trouble: { position: "absolute", left: 0, right: 0, bottom: 0, zIndex: 1 },
});

const WORDS = { saved: "Saved", saving: "Saving…", unsaved: "Unsaved" };
const ICONS = {
  saved: CheckmarkCircleFilled,
  saving: ArrowSyncCircleFilled,
  unsaved: RecordFilled,
};

export interface SaveStatusProps {
  status: Status;
  onSave: () => void;
}

export function SaveStatus({ status, onSave }: SaveStatusProps) {
  const styles = useStyles();
  const Icon = ICONS[status.state];
  return (
    <div className={styles.line}>
      <div
        role="status"
        className={mergeClasses(styles.line, styles.state)}
        data-state={status.state}
        aria-label="Saving"
      >
        <Icon className={mergeClasses(styles.dot, styles[status.state])} aria-hidden />
        <Text>{WORDS[status.state]}</Text>
      </div>
      <Button size="small" disabled={status.state !== "unsaved"} onClick={onSave}>
        Save now
      </Button>
    </div>
  );
}

/** Why the document could not be saved, at the lower edge of a box that is placed. */
export function SaveTrouble({ status, onSave }: SaveStatusProps) {
  const styles = useStyles();
  if (status.problem === undefined) return null;
  return (
    <MessageBar intent="error" layout="multiline" className={styles.trouble}>
      <MessageBarBody>
        <MessageBarTitle>Not saved yet</MessageBarTitle>
        {status.problem} Your changes are kept in this browser.
      </MessageBarBody>
      <MessageBarActions>
        <Button onClick={onSave}>Try again</Button>
      </MessageBarActions>
    </MessageBar>
  );
}
