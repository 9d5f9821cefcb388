import { Card, makeStyles, Subtitle2, Text, tokens } from "@fluentui/react-components";
import { type ReactNode, useId } from "react";

const useStyles = makeStyles({
  card: { padding: tokens.spacingHorizontalXL, rowGap: tokens.spacingVerticalL, flexShrink: 0 },
  head: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalXXS },
  about: { color: tokens.colorNeutralForeground3 },
});

export interface SectionProps {
  title: string;
  about: string;
  children: ReactNode;
}

/** A part of the settings, under a heading of its own. */
export function Section({ title, about, children }: SectionProps) {
  const styles = useStyles();
  const id = useId();
  return (
    <Card role="region" className={styles.card} aria-labelledby={id}>
      <div className={styles.head}>
        <Subtitle2 as="h2" id={id}>
          {title}
        </Subtitle2>
        <Text className={styles.about}>{about}</Text>
      </div>
      {children}
    </Card>
  );
}
