/** What can be done with the document: undo, suggestions, all occurrences; and whether it is saved. */

import {
  Toolbar as Bar,
  Button,
  makeStyles,
  Select,
  Spinner,
  Subtitle2,
  ToolbarButton,
  ToolbarDivider,
  Tooltip,
  tokens,
} from "@fluentui/react-components";
import {
  ArrowRedoRegular,
  ArrowUndoRegular,
  CheckmarkRegular,
  DismissRegular,
  KeyboardRegular,
  SparkleRegular,
  TagMultipleRegular,
} from "@fluentui/react-icons";
import type { Model } from "../../api/types.ts";
import { count } from "../../parts/words.ts";
import type { Status } from "../../tagging/Keeper.ts";
import type { State } from "../../tagging/Session.ts";
import { SaveStatus } from "./SaveStatus.tsx";

const useStyles = makeStyles({
  bar: {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    columnGap: tokens.spacingHorizontalS,
    padding: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalM}`,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
  },
  name: {
    flexGrow: 1,
    flexBasis: "120px",
    minWidth: "80px",
    overflow: "hidden",
    textOverflow: "ellipsis",
    whiteSpace: "nowrap",
    margin: 0,
  },
  tools: { padding: 0 },
  suggestions: { display: "flex", alignItems: "center", gap: tokens.spacingHorizontalXS },
  model: { maxWidth: "180px" },
});

export interface ToolbarProps {
  name: string;
  state: State;
  status: Status;
  models: readonly Model[];
  /** The trained model whose suggestions are shown. */
  model: string;
  suggesting: boolean;
  readOnly: boolean;
  onUndo: () => void;
  onRedo: () => void;
  onModel: (model: string) => void;
  onAcceptAll: () => void;
  onRejectAll: () => void;
  onOccurrences: () => void;
  onShortcuts: () => void;
  onSave: () => void;
}

export function Toolbar(props: ToolbarProps) {
  const { name, state, status, models, model, suggesting, readOnly } = props;
  const styles = useStyles();
  const { undoable, redoable, suggestions } = state;
  return (
    <div className={styles.bar}>
      <Subtitle2 as="h2" className={styles.name} title={name}>
        {name}
      </Subtitle2>
      <Bar aria-label="Document" size="small" className={styles.tools}>
        <Tooltip content={undoable ? `Undo: ${undoable.title}` : "Undo"} relationship="description">
          <ToolbarButton
            aria-label="Undo"
            icon={<ArrowUndoRegular />}
            disabled={readOnly || undoable === undefined}
            onClick={props.onUndo}
          />
        </Tooltip>
        <Tooltip content={redoable ? `Redo: ${redoable.title}` : "Redo"} relationship="description">
          <ToolbarButton
            aria-label="Redo"
            icon={<ArrowRedoRegular />}
            disabled={readOnly || redoable === undefined}
            onClick={props.onRedo}
          />
        </Tooltip>
        <ToolbarDivider />
        <ToolbarButton
          icon={<TagMultipleRegular />}
          disabled={readOnly}
          onClick={props.onOccurrences}
        >
          Tag all
        </ToolbarButton>
        <Tooltip content="Keyboard shortcuts (?)" relationship="description">
          <ToolbarButton
            aria-label="Keyboard shortcuts"
            icon={<KeyboardRegular />}
            onClick={props.onShortcuts}
          />
        </Tooltip>
      </Bar>
      <SaveStatus status={status} onSave={props.onSave} />
      {models.length > 0 && (
        <div className={styles.suggestions}>
          <SparkleRegular aria-hidden />
          <Select
            size="small"
            className={styles.model}
            aria-label="Suggestions"
            value={model}
            onChange={(_, data) => props.onModel(data.value)}
          >
            <option value="">No suggestions</option>
            {models.map(({ label }) => (
              <option key={label} value={label}>
                Suggest by {label}
              </option>
            ))}
          </Select>
          {suggesting && <Spinner size="extra-tiny" aria-label="Asking the model" />}
          {model !== "" && !suggesting && (
            <>
              <Button
                size="small"
                icon={<CheckmarkRegular />}
                disabled={readOnly || suggestions.length === 0}
                title={count(suggestions.length, "open suggestion")}
                onClick={props.onAcceptAll}
              >
                Accept all
              </Button>
              <Button
                size="small"
                icon={<DismissRegular />}
                disabled={suggestions.length === 0}
                onClick={props.onRejectAll}
              >
                Reject all
              </Button>
            </>
          )}
        </div>
      )}
    </div>
  );
}
