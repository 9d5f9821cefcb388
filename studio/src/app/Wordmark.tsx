import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";

const useStyles = makeStyles({
  mark: {
    display: "flex",
    alignItems: "center",
    gap: tokens.spacingHorizontalS,
    fontWeight: tokens.fontWeightSemibold,
    fontSize: tokens.fontSizeBase400,
    color: tokens.colorNeutralForeground1,
  },
  large: { fontSize: tokens.fontSizeBase600, gap: tokens.spacingHorizontalM },
});

export function Wordmark({ large = false }: { large?: boolean }) {
  const styles = useStyles();
  const size = large ? 36 : 24;
  return (
    <span className={mergeClasses(styles.mark, large && styles.large)}>
      <img src="/studio/icon.svg" alt="" width={size} height={size} />
      Spanwright
    </span>
  );
}
