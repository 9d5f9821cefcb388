import { makeStyles, Text, tokens } from "@fluentui/react-components";
import { EntityChip } from "../../parts/EntityChip.tsx";
import { number, percent } from "../../parts/words.ts";
import type { Found } from "./extraction.ts";

const useStyles = makeStyles({
  list: {
    listStyleType: "none",
    margin: 0,
    padding: tokens.spacingHorizontalL,
    display: "grid",
    gridTemplateColumns: "repeat(auto-fill, minmax(min(240px, 100%), 1fr))",
    gap: tokens.spacingHorizontalM,
    maxHeight: "min(60vh, 640px)",
    overflow: "auto",
  },
  card: {
    display: "flex",
    flexDirection: "column",
    gap: tokens.spacingVerticalS,
    padding: tokens.spacingHorizontalM,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
    backgroundColor: tokens.colorNeutralBackground1,
    // Thousands of them cost nothing while they are out of sight.
    contentVisibility: "auto",
    containIntrinsicSize: "auto 112px",
  },
  words: {
    flexGrow: 1,
    whiteSpace: "pre-wrap",
    overflowWrap: "anywhere",
    display: "-webkit-box",
    WebkitBoxOrient: "vertical",
    WebkitLineClamp: "4",
    overflow: "hidden",
  },
  confidence: {
    display: "flex",
    alignItems: "center",
    gap: tokens.spacingHorizontalS,
    color: tokens.colorNeutralForeground3,
    fontVariantNumeric: "tabular-nums",
  },
  bar: {
    flexGrow: 1,
    height: "4px",
    borderRadius: tokens.borderRadiusCircular,
    backgroundColor: tokens.colorNeutralBackground5,
    overflow: "hidden",
  },
  filled: {
    display: "block",
    height: "100%",
    backgroundColor: tokens.colorCompoundBrandBackground,
    forcedColorAdjust: "none",
  },
});

export interface CardsProps {
  /** In the order in which they are to be shown. */
  entities: readonly Found[];
  hueOf: (category: string) => number;
}

/** The entities alone, each with its type, its text and its confidence. */
export function Cards({ entities, hueOf }: CardsProps) {
  const styles = useStyles();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
    <ul className={styles.list} aria-label="Entities" tabIndex={0}>
      {entities.map(({ category, text, offset, length, confidenceScore }) => (
        <li key={`${offset} ${category}`} className={styles.card}>
          <EntityChip category={category} hue={hueOf(category)} />
          <Text weight="semibold" className={styles.words} title={text}>
            {text}
          </Text>
          <Text size={200} className={styles.confidence}>
            <span className={styles.bar} aria-hidden>
              <span className={styles.filled} style={{ width: `${confidenceScore * 100}%` }} />
            </span>
            <span>{percent(confidenceScore)}</span>
            <span>
              at {number(offset)}–{number(offset + length)}
            </span>
          </Text>
        </li>
      ))}
    </ul>
  );
}
