import { makeStyles, Subtitle1, Text, tokens } from "@fluentui/react-components";
import type { ReactNode } from "react";

const useStyles = makeStyles({
  block: {
    margin: "auto",
    padding: tokens.spacingHorizontalXXL,
    maxWidth: "480px",
    display: "flex",
    flexDirection: "column",
    alignItems: "center",
    textAlign: "center",
    gap: tokens.spacingVerticalM,
  },
  icon: { fontSize: "48px", lineHeight: 1, color: tokens.colorBrandForeground1 },
  text: { color: tokens.colorNeutralForeground2 },
});

export interface EmptyProps {
  icon: ReactNode;
  title: string;
  /** What to do next. */
  children: ReactNode;
  action?: ReactNode;
}

/** Says why there is nothing to see yet, and what to do next. */
export function Empty({ icon, title, children, action }: EmptyProps) {
  const styles = useStyles();
  return (
    <section className={styles.block}>
      <span className={styles.icon} aria-hidden>
        {icon}
      </span>
      <Subtitle1 as="h2">{title}</Subtitle1>
      <Text className={styles.text}>{children}</Text>
      {action}
    </section>
  );
}
