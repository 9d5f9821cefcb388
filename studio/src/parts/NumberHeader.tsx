import { makeStyles, TableHeaderCell } from "@fluentui/react-components";
import type { ReactNode } from "react";

const useStyles = makeStyles({ inner: { justifyContent: "flex-end", textAlign: "right" } });

/** The head of a column of numbers: at the right, as they are. */
export function NumberHeader({ children }: { children: ReactNode }) {
  const styles = useStyles();
  return <TableHeaderCell button={{ className: styles.inner }}>{children}</TableHeaderCell>;
}
