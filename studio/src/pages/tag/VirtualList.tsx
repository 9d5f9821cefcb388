/** A list of which only what can be seen is made; it is walked with the arrow keys. */

import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef } from "react";

const useStyles = makeStyles({
  box: {
    overflowY: "auto",
    minHeight: 0,
    flexGrow: 1,
    outlineStyle: "none",
    ":focus-visible": {
      boxShadow: `inset 0 0 0 2px ${tokens.colorStrokeFocus2}`,
      borderRadius: tokens.borderRadiusMedium,
    },
  },
  inner: { position: "relative" },
  row: {
    position: "absolute",
    left: 0,
    right: 0,
    boxSizing: "border-box",
    display: "flex",
    alignItems: "center",
    cursor: "pointer",
    borderRadius: tokens.borderRadiusMedium,
    ":hover": { backgroundColor: tokens.colorNeutralBackground6 },
  },
  current: {
    backgroundColor: tokens.colorNeutralBackground6,
    boxShadow: `inset 3px 0 0 ${tokens.colorCompoundBrandStroke}`,
  },
});

export interface VirtualListProps<Item> {
  label: string;
  items: readonly Item[];
  /** The place of the chosen one, or -1. */
  chosen: number;
  rowHeight: number;
  keyOf: (item: Item) => string;
  onChoose: (item: Item) => void;
  /** Hears of the Enter key on the chosen one. */
  onEnter?: () => void;
  nameOf?: (item: Item) => string;
  children: (item: Item) => ReactNode;
}

export function VirtualList<Item>(props: VirtualListProps<Item>) {
  const { label, items, chosen, rowHeight, keyOf, onChoose, onEnter, nameOf, children } = props;
  const styles = useStyles();
  const box = useRef<HTMLDivElement>(null);
  const id = useId();
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    overscan: 8,
  });

  useEffect(() => {
    if (chosen >= 0) rows.scrollToIndex(chosen);
  }, [chosen, rows]);

  function walk(event: KeyboardEvent) {
    const to = target(event.key, chosen, items.length);
    const item = to === null ? undefined : items[to];
    if (item === undefined) {
      if (event.key !== "Enter" || onEnter === undefined) return;
      event.preventDefault();
      onEnter();
      return;
    }
    event.preventDefault();
    onChoose(item);
  }

  return (
    <div
      ref={box}
      role="listbox"
      aria-label={label}
      tabIndex={0}
      className={styles.box}
      {...(chosen >= 0 ? { "aria-activedescendant": `${id}-${chosen}` } : {})}
      onKeyDown={walk}
    >
      <div className={styles.inner} style={{ height: rows.getTotalSize() }} role="presentation">
        {rows.getVirtualItems().map(({ index, start }) => {
          const item = items[index];
          if (item === undefined) return null;
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the list has the keys
            <div
              key={keyOf(item)}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === chosen}
              aria-setsize={items.length}
              aria-posinset={index + 1}
              {...(nameOf ? { "aria-label": nameOf(item) } : {})}
              className={mergeClasses(styles.row, index === chosen && styles.current)}
              style={{ height: rowHeight, transform: `translateY(${start}px)` }}
              onClick={() => onChoose(item)}
              tabIndex={-1}
            >
              {children(item)}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function target(key: string, chosen: number, count: number): number | null {
  switch (key) {
    case "ArrowDown":
      return Math.min(chosen + 1, count - 1);
    case "ArrowUp":
      return Math.max(chosen - 1, 0);
    case "Home":
      return 0;
    case "End":
      return count - 1;
    case "PageDown":
      return Math.min(chosen + 10, count - 1);
    case "PageUp":
      return Math.max(chosen - 10, 0);
    default:
      return null;
  }
}
