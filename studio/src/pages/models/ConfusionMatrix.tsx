import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { useVirtualizer, type VirtualItem } from "@tanstack/react-virtual";
import { useRef } from "react";
import type { Confusion } from "../../evaluation/answers.ts";
import { cellOf, NONE, type Shown, told } from "../../evaluation/matrix.ts";

/** Pixels; the virtual rows and columns go by them. */
const [CELL_WIDTH, CELL_HEIGHT, HEAD_WIDTH, HEAD_HEIGHT] = [56, 34, 200, 150];

const useStyles = makeStyles({
  box: { overflow: "auto", maxHeight: "72vh" },
  table: { borderCollapse: "separate", borderSpacing: 0, tableLayout: "fixed" },
  head: {
    position: "sticky",
    backgroundColor: tokens.colorNeutralBackground1,
    fontWeight: tokens.fontWeightRegular,
    fontSize: tokens.fontSizeBase200,
    boxSizing: "border-box",
  },
  corner: {
    top: 0,
    left: 0,
    zIndex: 3,
    textAlign: "left",
    verticalAlign: "bottom",
    padding: tokens.spacingHorizontalM,
    fontWeight: tokens.fontWeightSemibold,
    borderBottom: `1px solid ${tokens.colorNeutralStroke1}`,
    borderRight: `1px solid ${tokens.colorNeutralStroke1}`,
  },
  across: { display: "block", textAlign: "right", marginBottom: tokens.spacingVerticalL },
  top: {
    top: 0,
    zIndex: 2,
    padding: `${tokens.spacingVerticalS} 0`,
    verticalAlign: "bottom",
    borderBottom: `1px solid ${tokens.colorNeutralStroke1}`,
  },
  upright: {
    writingMode: "vertical-rl",
    transform: "rotate(180deg)",
    maxHeight: `${HEAD_HEIGHT - 16}px`,
    overflow: "hidden",
    textOverflow: "ellipsis",
    whiteSpace: "nowrap",
    margin: "0 auto",
    textAlign: "left",
  },
  side: {
    left: 0,
    zIndex: 1,
    textAlign: "right",
    padding: `0 ${tokens.spacingHorizontalM}`,
    borderRight: `1px solid ${tokens.colorNeutralStroke1}`,
    overflow: "hidden",
    textOverflow: "ellipsis",
    whiteSpace: "nowrap",
  },
  none: { fontStyle: "italic" },
  cell: { padding: "1px", height: `${CELL_HEIGHT}px`, boxSizing: "border-box" },
  empty: { color: tokens.colorNeutralForegroundDisabled, textAlign: "center" },
  button: {
    width: "100%",
    height: "100%",
    border: "1px solid transparent",
    borderRadius: tokens.borderRadiusSmall,
    font: "inherit",
    fontSize: tokens.fontSizeBase200,
    fontVariantNumeric: "tabular-nums",
    color: tokens.colorNeutralForeground1,
    cursor: "pointer",
    ":hover": { border: `1px solid ${tokens.colorNeutralStroke1Hover}` },
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: "-1px" },
  },
  match: { fontWeight: tokens.fontWeightSemibold },
});

export interface ConfusionMatrixProps {
  axis: readonly string[];
  confusion: Confusion;
  shown: Shown;
  normalized: boolean;
  onOpen: (actual: string, predicted: string) => void;
}

/** The matrix as a table, of which only what can be seen is made: there can be 200 types. */
export function ConfusionMatrix({
  axis,
  confusion,
  shown,
  normalized,
  onOpen,
}: ConfusionMatrixProps) {
  const styles = useStyles();
  const box = useRef<HTMLElement>(null);
  const rows = useVirtualizer({
    count: axis.length,
    getScrollElement: () => box.current,
    estimateSize: () => CELL_HEIGHT,
    overscan: 6,
  });
  const columns = useVirtualizer({
    horizontal: true,
    count: axis.length,
    getScrollElement: () => box.current,
    estimateSize: () => CELL_WIDTH,
    overscan: 4,
  });
  const [across, down] = [columns.getVirtualItems(), rows.getVirtualItems()];
  const [left, right] = gaps(across, columns.getTotalSize());
  const [above, below] = gaps(down, rows.getTotalSize());
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reached by keyboard
    <section ref={box} className={styles.box} tabIndex={0} aria-label="Confusion matrix">
      <table
        className={styles.table}
        style={{ width: HEAD_WIDTH + columns.getTotalSize() }}
        aria-label="Confusion matrix: rows are actual types, columns predicted types"
        aria-rowcount={axis.length + 1}
        aria-colcount={axis.length + 1}
      >
        <thead>
          <tr style={{ height: HEAD_HEIGHT }} aria-rowindex={1}>
            <th className={mergeClasses(styles.head, styles.corner)} style={{ width: HEAD_WIDTH }}>
              <span className={styles.across}>Predicted →</span>
              Actual ↓
            </th>
            {left > 0 && <td style={{ width: left }} />}
            {across.map(({ index }) => (
              <th
                key={index}
                scope="col"
                aria-colindex={index + 2}
                className={mergeClasses(styles.head, styles.top)}
                style={{ width: CELL_WIDTH }}
                title={nameOf(axis[index], "missed")}
              >
                <div className={mergeClasses(styles.upright, axis[index] === NONE && styles.none)}>
                  {nameOf(axis[index], "missed")}
                </div>
              </th>
            ))}
            {right > 0 && <td style={{ width: right }} />}
          </tr>
        </thead>
        <tbody>
          {above > 0 && <tr style={{ height: above }} />}
          {down.map(({ index: row }) => (
            <tr key={row} aria-rowindex={row + 2} style={{ height: CELL_HEIGHT }}>
              <th
                scope="row"
                className={mergeClasses(
                  styles.head,
                  styles.side,
                  axis[row] === NONE && styles.none,
                )}
                title={nameOf(axis[row], "spurious")}
              >
                {nameOf(axis[row], "spurious")}
              </th>
              {left > 0 && <td />}
              {across.map(({ index: column }) => (
                <MatrixCell
                  key={column}
                  actual={axis[row] ?? ""}
                  predicted={axis[column] ?? ""}
                  place={column + 2}
                  confusion={confusion}
                  shown={shown}
                  normalized={normalized}
                  onOpen={onOpen}
                />
              ))}
              {right > 0 && <td />}
            </tr>
          ))}
          {below > 0 && <tr style={{ height: below }} />}
        </tbody>
      </table>
    </section>
  );
}

interface MatrixCellProps extends Omit<ConfusionMatrixProps, "axis"> {
  actual: string;
  predicted: string;
  place: number;
}

function MatrixCell(props: MatrixCellProps) {
  const { actual, predicted, place, confusion, shown, normalized, onOpen } = props;
  const styles = useStyles();
  const cell = cellOf(confusion, actual, predicted, shown);
  if (cell === null) {
    return <td className={mergeClasses(styles.cell, styles.empty)} aria-colindex={place} />;
  }
  const match = actual === predicted;
  const value = told(cell, normalized);
  const colour = match ? tokens.colorPaletteGreenBackground2 : tokens.colorPaletteRedBackground2;
  // A touch of colour even for the smallest share, so that it can be found.
  const strength = Math.round(18 + 0.82 * cell.normalizedValue);
  return (
    <td className={styles.cell} aria-colindex={place}>
      <button
        type="button"
        className={mergeClasses(styles.button, match && styles.match)}
        style={{ backgroundColor: `color-mix(in srgb, ${colour} ${strength}%, transparent)` }}
        aria-label={`Actual ${nameOf(actual, "spurious")}, predicted ${nameOf(predicted, "missed")}: ${value}${normalized ? " %" : ""}`}
        onClick={() => onOpen(actual, predicted)}
      >
        {value}
      </button>
    </td>
  );
}

function nameOf(name: string | undefined, none: string): string {
  return name === NONE ? `${NONE} (${none})` : (name ?? "");
}

/** Pixels before and after what is made of a row or column. */
function gaps(items: readonly VirtualItem[], total: number): [number, number] {
  return [items[0]?.start ?? 0, total - (items[items.length - 1]?.end ?? total)];
}
