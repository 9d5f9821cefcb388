import { makeStyles, tokens } from "@fluentui/react-components";
import { useLook } from "../app/Look.tsx";
import { hue as coloursOf } from "../text/hues.ts";

const useStyles = makeStyles({
  chip: {
    alignSelf: "flex-start",
    maxWidth: "100%",
    boxSizing: "border-box",
    display: "inline-flex",
    alignItems: "center",
    gap: tokens.spacingHorizontalSNudge,
    padding: `1px ${tokens.spacingHorizontalSNudge}`,
    borderRadius: tokens.borderRadiusMedium,
    border: "1px solid transparent",
    fontSize: tokens.fontSizeBase200,
    lineHeight: tokens.lineHeightBase200,
  },
  name: { overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" },
  count: { fontVariantNumeric: "tabular-nums", fontWeight: tokens.fontWeightSemibold },
});

export interface EntityChipProps {
  category: string;
  hue: number;
  /** How many there are. */
  count?: number;
}

/** The name of an entity type in its colour, as its labels are painted. */
export function EntityChip({ category, hue, count }: EntityChipProps) {
  const styles = useStyles();
  const { look } = useLook();
  const colours = look === "contrast" ? undefined : coloursOf(hue, look);
  return (
    <span
      className={styles.chip}
      title={category}
      style={
        colours
          ? { backgroundColor: colours.back, color: colours.text, borderColor: colours.strong }
          : { borderColor: "currentcolor" }
      }
    >
      <span className={styles.name}>{category}</span>
      {count !== undefined && <span className={styles.count}>{count}</span>}
    </span>
  );
}
