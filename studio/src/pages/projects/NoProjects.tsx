/** What the studio is, for who sees it for the first time. */

import { Body1, makeStyles, Subtitle1, Text, tokens } from "@fluentui/react-components";
import {
  AddRegular,
  HatGraduationRegular,
  RocketRegular,
  TagRegular,
  WrenchRegular,
} from "@fluentui/react-icons";
import type { ReactElement } from "react";
import { useSearchParams } from "react-router";
import { GuardedButton } from "../../parts/Guarded.tsx";

const STEPS: readonly [ReactElement, string, string][] = [
  [
    <TagRegular key="tag" />,
    "Tag data",
    "Mark what matters in some of your documents: names, dates, sums, clauses.",
  ],
  [
    <HatGraduationRegular key="train" />,
    "Train",
    "Let a model learn from what you have marked. It takes minutes, on this machine.",
  ],
  [
    <WrenchRegular key="improve" />,
    "Improve model",
    "See where it is right and where it is wrong, and tag what it lacks.",
  ],
  [
    <RocketRegular key="deploy" />,
    "Deploy model",
    "Have your programs send texts, and get back what the model finds in them.",
  ],
];

const useStyles = makeStyles({
  block: {
    margin: "auto",
    maxWidth: "880px",
    display: "flex",
    flexDirection: "column",
    alignItems: "center",
    textAlign: "center",
    gap: tokens.spacingVerticalXL,
    paddingBottom: tokens.spacingVerticalXXXL,
  },
  about: { maxWidth: "600px", textAlign: "center", color: tokens.colorNeutralForeground2 },
  steps: {
    listStyleType: "none",
    margin: 0,
    padding: 0,
    alignSelf: "stretch",
    display: "grid",
    gridTemplateColumns: "repeat(auto-fit, minmax(190px, 1fr))",
    gap: tokens.spacingHorizontalL,
    textAlign: "left",
  },
  step: {
    display: "flex",
    flexDirection: "column",
    gap: tokens.spacingVerticalXS,
    padding: tokens.spacingVerticalL,
    borderRadius: tokens.borderRadiusLarge,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
  },
  icon: {
    fontSize: "28px",
    lineHeight: 1,
    color: tokens.colorBrandForeground1,
    marginBottom: tokens.spacingVerticalXS,
  },
  quiet: { color: tokens.colorNeutralForeground2 },
});

export function NoProjects() {
  const styles = useStyles();
  const [, setParameters] = useSearchParams();
  return (
    <section className={styles.block}>
      <Subtitle1 as="h2">Teach a model what to find in your documents</Subtitle1>
      <Body1 className={styles.about}>
        A project is made for one kind of document, such as loan agreements. It reads the texts in a
        container of your storage account, and keeps what you tag in them and the models that learn
        from it.
      </Body1>
      <ol className={styles.steps}>
        {STEPS.map(([icon, title, about]) => (
          <li key={title} className={styles.step}>
            <span className={styles.icon} aria-hidden>
              {icon}
            </span>
            <Text weight="semibold">{title}</Text>
            <Text className={styles.quiet}>{about}</Text>
          </li>
        ))}
      </ol>
      <GuardedButton
        needs="author"
        appearance="primary"
        size="large"
        icon={<AddRegular />}
        onClick={() => setParameters("create")}
      >
        Create your first project
      </GuardedButton>
    </section>
  );
}
