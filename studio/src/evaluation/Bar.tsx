import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";

const useStyles = makeStyles({
  track: { minWidth: "80px", height: "12px", display: "flex", alignItems: "center" },
  bar: {
    height: "12px",
    minWidth: "2px",
    borderRadius: "2px",
    backgroundColor: tokens.colorBrandBackground,
    forcedColorAdjust: "none",
  },
  warned: { backgroundColor: tokens.colorPaletteMarigoldBorderActive },
});

/** A number as a bar; the number itself stands beside it. */
export function Bar({
  value,
  most,
  warned = false,
}: {
  value: number;
  most: number;
  warned?: boolean;
}) {
  const styles = useStyles();
  return (
    <div className={styles.track} aria-hidden>
      {value > 0 && (
        <div
          className={mergeClasses(styles.bar, warned && styles.warned)}
          style={{ width: `${(100 * value) / Math.max(1, most)}%` }}
        />
      )}
    </div>
  );
}
