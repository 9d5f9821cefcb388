import {
  Button,
  DrawerBody,
  DrawerHeader,
  DrawerHeaderTitle,
  makeStyles,
  OverlayDrawer,
  Spinner,
  Subtitle2,
  Text,
  tokens,
} from "@fluentui/react-components";
import { DismissRegular } from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { JudgedText } from "../../evaluation/JudgedText.tsx";
import { markedOf } from "../../evaluation/marks.ts";
import { type Behind, behind, NONE } from "../../evaluation/matrix.ts";
import { evaluatedQuery } from "../../evaluation/queries.ts";
import { contextOf } from "../../evaluation/rows.ts";
import { documentAddress } from "../../parts/addresses.ts";
import { PageLink } from "../../parts/PageLink.tsx";
import { Problem } from "../../parts/Problem.tsx";
import { count } from "../../parts/words.ts";

/** Documents whose places are shown at first, and more at a time: the text of each must be read. */
const STEP = 10;

const useStyles = makeStyles({
  body: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM },
  list: {
    listStyleType: "none",
    margin: 0,
    padding: 0,
    display: "flex",
    flexDirection: "column",
    gap: tokens.spacingVerticalM,
  },
  place: {
    padding: tokens.spacingHorizontalM,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusMedium,
    overflowWrap: "anywhere",
  },
  side: { display: "grid", gridTemplateColumns: "76px minmax(0, 1fr)" },
  quiet: { color: tokens.colorNeutralForeground3 },
  entity: {
    color: "inherit",
    backgroundColor: tokens.colorNeutralBackground4,
    borderBottom: "2px solid currentColor",
  },
});

export interface BehindCellProps {
  project: string;
  model: string;
  actual: string;
  predicted: string;
  onClose: () => void;
}

/** The places in the test set that a cell of the matrix is made of. */
export function BehindCell({ project, model, actual, predicted, onClose }: BehindCellProps) {
  const styles = useStyles();
  const found = useQuery(evaluatedQuery(project, model, "Test"));
  const [most, setMost] = useState(STEP);
  const byDocument = useMemo(() => {
    const groups = new Map<string, Behind[]>();
    for (const one of behind((found.data ?? []).map(markedOf), actual, predicted)) {
      groups.set(one.document, [...(groups.get(one.document) ?? []), one]);
    }
    return [...groups];
  }, [found.data, actual, predicted]);
  const places = byDocument.reduce((sum, [, own]) => sum + own.length, 0);
  return (
    <OverlayDrawer
      open
      position="end"
      size="medium"
      onOpenChange={(_, { open }) => !open && onClose()}
    >
      <DrawerHeader>
        <DrawerHeaderTitle
          action={
            <Button
              appearance="subtle"
              aria-label="Close"
              icon={<DismissRegular />}
              onClick={onClose}
            />
          }
        >
          {titleOf(actual, predicted)}
        </DrawerHeaderTitle>
      </DrawerHeader>
      <DrawerBody>
        <div className={styles.body}>
          {found.isPending && <Spinner label="Reading what was predicted" />}
          {found.error && <Problem error={found.error} onRetry={() => void found.refetch()} />}
          {found.isSuccess && (
            <Text className={styles.quiet}>
              {places > 0
                ? `${count(places, "place")} in ${count(byDocument.length, "document")} of the test set`
                : actual === NONE && predicted === NONE
                  ? "This is all text that is neither tagged nor predicted: there are no entities to show."
                  : "There are no entities behind this number."}
            </Text>
          )}
          {byDocument.slice(0, most).map(([document, own]) => (
            <section key={document}>
              <Subtitle2 as="h3">{document}</Subtitle2>
              <JudgedText
                project={project}
                document={document}
                digest={found.data?.find(({ location }) => location === document)?.textDigest}
              >
                {(text) => (
                  <ul className={styles.list}>
                    {own.map((one) => (
                      <Place
                        key={`${one.expected?.start} ${one.predicted?.start}`}
                        project={project}
                        place={one}
                        text={text}
                      />
                    ))}
                  </ul>
                )}
              </JudgedText>
            </section>
          ))}
          {byDocument.length > most && (
            <Button onClick={() => setMost(most + STEP)}>Show more documents</Button>
          )}
        </div>
      </DrawerBody>
    </OverlayDrawer>
  );
}

function titleOf(actual: string, predicted: string): string {
  if (actual === predicted) return actual === NONE ? "Not an entity" : `${actual}: found`;
  if (actual === NONE) return `Spurious: predicted as ${predicted}, not tagged`;
  if (predicted === NONE) return `Missed: tagged ${actual}`;
  return `Tagged ${actual}, predicted as ${predicted}`;
}

function Place({ project, place, text }: { project: string; place: Behind; text: string }) {
  const styles = useStyles();
  const { document, expected, predicted } = place;
  const sides = [
    { name: "Tagged", span: expected },
    { name: "Predicted", span: predicted },
  ];
  return (
    <li className={styles.place}>
      {sides.map(({ name, span }) => {
        if (span === null) {
          return (
            <div key={name} className={styles.side}>
              <Text className={styles.quiet}>{name}</Text>
              <Text className={styles.quiet}>nothing</Text>
            </div>
          );
        }
        const { before, inside, after } = contextOf(text, span);
        return (
          <div key={name} className={styles.side}>
            <Text className={styles.quiet}>{name}</Text>
            <Text>
              {before}
              <mark className={styles.entity}>{inside}</mark>
              {after}{" "}
              <Text size={200} weight="semibold">
                {span.category}
              </Text>
            </Text>
          </div>
        );
      })}
      <PageLink to={documentAddress(project, document, (expected ?? predicted)?.start ?? 0)}>
        Fix tag
      </PageLink>
    </li>
  );
}
