import { makeStyles, mergeClasses, Text, Title2, tokens } from "@fluentui/react-components";
import { type ReactNode, useEffect } from "react";

const useStyles = makeStyles({
  head: {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    columnGap: tokens.spacingHorizontalXL,
    rowGap: tokens.spacingVerticalS,
    padding: `${tokens.spacingVerticalXL} ${tokens.spacingHorizontalXXL} ${tokens.spacingVerticalM}`,
  },
  titles: { flexGrow: 1, minWidth: 0, display: "flex", flexDirection: "column" },
  about: { color: tokens.colorNeutralForeground3 },
  commands: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalS },
  body: {
    flexGrow: 1,
    padding: `0 ${tokens.spacingHorizontalXXL} ${tokens.spacingVerticalXXL}`,
    display: "flex",
    flexDirection: "column",
    gap: tokens.spacingVerticalL,
    minWidth: 0,
  },
  narrow: { maxWidth: "960px" },
});

export interface PageProps {
  title: string;
  about?: ReactNode;
  /** What can be done on this page: buttons, at the right of its title. */
  commands?: ReactNode;
  /** For pages of forms, whose lines would be too long on a wide screen. */
  narrow?: boolean;
  children: ReactNode;
}

/** A page: its title, what can be done on it, and its body. */
export function Page({ title, about, commands, narrow = false, children }: PageProps) {
  const styles = useStyles();
  useEffect(() => {
    document.title = `${title} – Spanwright`;
  }, [title]);
  return (
    <>
      <header className={mergeClasses(styles.head, narrow && styles.narrow)}>
        <div className={styles.titles}>
          <Title2 as="h1">{title}</Title2>
          {about !== undefined && <Text className={styles.about}>{about}</Text>}
        </div>
        {commands !== undefined && <div className={styles.commands}>{commands}</div>}
      </header>
      <div className={mergeClasses(styles.body, narrow && styles.narrow)}>{children}</div>
    </>
  );
}
