/** The menu at a selection or at a tag: which entity it is, and what else can be done with it. */

import {
  Menu,
  MenuDivider,
  MenuItem,
  MenuList,
  MenuPopover,
  makeStyles,
  type PositioningVirtualElement,
  tokens,
} from "@fluentui/react-components";
import {
  CheckmarkRegular,
  DeleteRegular,
  DismissRegular,
  TagMultipleRegular,
} from "@fluentui/react-icons";
import type { KeyboardEvent } from "react";
import { placeOf } from "../../tagging/keys.ts";
import { Swatch } from "./Swatch.tsx";
import type { Kind } from "./types.ts";

const useStyles = makeStyles({
  surface: { maxHeight: "min(420px, 60vh)", overflowY: "auto", minWidth: "220px" },
  key: {
    fontFamily: tokens.fontFamilyMonospace,
    color: tokens.colorNeutralForeground3,
    fontSize: tokens.fontSizeBase200,
  },
});

export interface SpanMenuProps {
  target: PositioningVirtualElement;
  kinds: readonly Kind[];
  /** The type that it has already. */
  category?: string | undefined;
  onPick: (category: string) => void;
  onOccurrences: () => void;
  /** Only for a tag. */
  onRemove?: (() => void) | undefined;
  /** Only for a suggestion. */
  onAccept?: (() => void) | undefined;
  onReject?: (() => void) | undefined;
  onClose: () => void;
}

export function SpanMenu(props: SpanMenuProps) {
  const { target, kinds, category, onPick, onOccurrences, onRemove, onAccept, onReject } = props;
  const styles = useStyles();

  /** The keys of the page hold here too. */
  function press(event: KeyboardEvent) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const act = actOf(event.key);
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
    props.onClose();
  }

  function actOf(key: string): (() => void) | undefined {
    if (key === "Delete") return onRemove;
    if (key === "a") return onAccept;
    if (key === "r") return onReject;
    if (key === "t") return onOccurrences;
    const kind = kinds[placeOf(key)];
    return kind && (() => onPick(kind.category));
  }

  return (
    <Menu
      open
      hasIcons
      onOpenChange={(_, { open }) => !open && props.onClose()}
      positioning={{ target, position: "below", align: "start", offset: 14 }}
    >
      <MenuPopover className={styles.surface}>
        <MenuList aria-label="Entity" onKeyDownCapture={press}>
          {onAccept && (
            <MenuItem icon={<CheckmarkRegular />} secondaryContent="a" onClick={onAccept}>
              Accept
            </MenuItem>
          )}
          {onReject && (
            <MenuItem icon={<DismissRegular />} secondaryContent="r" onClick={onReject}>
              Reject
            </MenuItem>
          )}
          {onAccept && <MenuDivider />}
          {kinds.map((kind) => (
            <MenuItem
              key={kind.category}
              icon={<Swatch hue={kind.hue} />}
              secondaryContent={kind.key ? <kbd className={styles.key}>{kind.key}</kbd> : null}
              disabled={kind.category === category}
              onClick={() => onPick(kind.category)}
            >
              {kind.category}
            </MenuItem>
          ))}
          {kinds.length > 0 && <MenuDivider />}
          <MenuItem icon={<TagMultipleRegular />} secondaryContent="t" onClick={onOccurrences}>
            Tag all occurrences…
          </MenuItem>
          {onRemove && (
            <MenuItem icon={<DeleteRegular />} secondaryContent="Del" onClick={onRemove}>
              Remove tag
            </MenuItem>
          )}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
