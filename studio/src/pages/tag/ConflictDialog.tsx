/** Asks what shall hold where somebody else has saved labels of the same document meanwhile. */

import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Text,
} from "@fluentui/react-components";
import { count } from "../../parts/words.ts";
import type { Content } from "../../tagging/Content.ts";
import type { Conflict } from "../../tagging/Keeper.ts";
import { difference, type Span } from "../../tagging/spans.ts";

export interface ConflictDialogProps {
  name: string;
  text: string;
  conflict: Conflict;
  onResolve: (content: Content) => void;
}

export function ConflictDialog({ name, text, conflict, onResolve }: ConflictDialogProps) {
  const { base, mine, theirs, both, otherText } = conflict;
  return (
    <Dialog open modalType="alert">
      <DialogSurface>
        <DialogBody>
          <DialogTitle>
            {otherText ? "The text has changed meanwhile" : "Saved by somebody else meanwhile"}
          </DialogTitle>
          <DialogContent style={{ display: "flex", flexDirection: "column", gap: 12 }}>
            {otherText ? (
              <Text>
                {name} has another text now than the one that you have tagged, so your last changes
                have no place in it. The new text is opened with the labels that were saved for it.
              </Text>
            ) : (
              <>
                <Text>
                  While you worked on {name}, its labels were saved from another window or by
                  another person. Nothing has been overwritten. Which labels shall hold?
                </Text>
                <Changes title="You" text={text} before={base.spans} after={mine.spans} />
                <Changes
                  title="The other one"
                  text={text}
                  before={base.spans}
                  after={theirs.spans}
                />
                {both.lost.length > 0 && (
                  <Text size={200}>
                    If you keep both, {count(both.lost.length, "label")} of yours that would overlap
                    theirs {both.lost.length === 1 ? "is" : "are"} left out.
                  </Text>
                )}
              </>
            )}
          </DialogContent>
          <DialogActions fluid>
            {otherText ? (
              <Button appearance="primary" onClick={() => onResolve(theirs)}>
                Open the new text
              </Button>
            ) : (
              <>
                <Button onClick={() => onResolve(theirs)}>Take theirs</Button>
                <Button onClick={() => onResolve(mine)}>Keep mine</Button>
                <Button
                  appearance="primary"
                  onClick={() =>
                    onResolve({
                      spans: both.spans,
                      language: mine.language === base.language ? theirs.language : mine.language,
                      dataset: mine.dataset === base.dataset ? theirs.dataset : mine.dataset,
                    })
                  }
                >
                  Keep both
                </Button>
              </>
            )}
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}

interface ChangesProps {
  title: string;
  text: string;
  before: readonly Span[];
  after: readonly Span[];
}

function Changes({ title, text, before, after }: ChangesProps) {
  const { add, remove } = difference(before, after);
  const quote = ({ start, end, category }: Span) =>
    `${category} “${text.slice(start, Math.min(end, start + 40)).replace(/\s+/g, " ")}”`;
  const told = (spans: readonly Span[]) =>
    spans.slice(0, 3).map(quote).join(", ") + (spans.length > 3 ? ", …" : "");
  return (
    <div>
      <Text weight="semibold">{title}</Text>
      <ul style={{ margin: "4px 0 0" }}>
        {add.length > 0 && (
          <li>
            {count(add.length, "label")} added: {told(add)}
          </li>
        )}
        {remove.length > 0 && (
          <li>
            {count(remove.length, "label")} removed: {told(remove)}
          </li>
        )}
        {add.length + remove.length === 0 && <li>no labels changed</li>}
      </ul>
    </div>
  );
}
