import { Caption1, makeStyles, Text, tokens } from "@fluentui/react-components";
import type { ReactNode } from "react";

const useStyles = makeStyles({
  figure: { display: "flex", flexDirection: "column", minWidth: "88px" },
  name: { color: tokens.colorNeutralForeground3 },
  value: { fontVariantNumeric: "tabular-nums" },
});

/** A number, or a few words, under its name. */
export function Figure({
  name,
  children,
  large = false,
}: {
  name: string;
  children: ReactNode;
  large?: boolean;
}) {
  const styles = useStyles();
  return (
    <div className={styles.figure}>
      <Caption1 as="span" className={styles.name}>
        {name}
      </Caption1>
      <Text size={large ? 700 : 400} weight="semibold" className={styles.value}>
        {children}
      </Text>
    </div>
  );
}
