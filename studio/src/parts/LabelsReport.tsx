/** What an import of a labels file would do, and where it does not fit. */

import {
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  Table,
  TableBody,
  TableCell,
  TableHeader,
  TableHeaderCell,
  TableRow,
  Text,
  tokens,
} from "@fluentui/react-components";
import type { Detail } from "../api/client.ts";
import { fixOf, type Report } from "../api/labels.ts";
import { count, number } from "./words.ts";

/** Faults that are shown; to read more of them helps nobody. */
const SHOWN = 100;

const useStyles = makeStyles({
  block: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM, minWidth: 0 },
  scroll: { overflow: "auto", maxHeight: "320px" },
  cell: {
    verticalAlign: "top",
    paddingTop: tokens.spacingVerticalS,
    paddingBottom: tokens.spacingVerticalS,
    overflowWrap: "anywhere",
  },
  place: { fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200 },
  narrow: { width: "112px" },
  number: { textAlign: "right", fontVariantNumeric: "tabular-nums", width: "112px" },
  list: { margin: 0, paddingLeft: tokens.spacingHorizontalL },
  quiet: { color: tokens.colorNeutralForeground3 },
});

export interface LabelsReportProps {
  report: Report;
  /** Of a file that fits, say only that. */
  brief?: boolean;
}

export function LabelsReport({ report, brief = false }: LabelsReportProps) {
  const styles = useStyles();
  const { valid, problems, notices, entities } = report;
  return (
    <section className={styles.block} aria-label="What the import would do">
      <MessageBar intent={valid ? "success" : "error"} layout="multiline">
        <MessageBarBody>
          <MessageBarTitle>{valid ? "The file fits." : "The file does not fit."}</MessageBarTitle>{" "}
          {valid
            ? `It has ${sizeOf(report)}.`
            : `${count(problems.length, "problem")} found. Nothing is changed until all of them are mended.`}
        </MessageBarBody>
      </MessageBar>
      {!valid && <Problems problems={problems} />}
      {valid && !brief && (
        <>
          <ul className={styles.list} aria-label="Changes">
            {changesOf(report).map((change) => (
              <li key={change}>{change}</li>
            ))}
          </ul>
          {entities.length > 0 && (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
            <section className={styles.scroll} tabIndex={0} aria-label="Entity types">
              <Table size="small" aria-label="Entity types in the file">
                <TableHeader>
                  <TableRow>
                    <TableHeaderCell>Entity type</TableHeaderCell>
                    <TableHeaderCell className={styles.number}>
                      <span style={{ flexGrow: 1 }}>Labels</span>
                    </TableHeaderCell>
                  </TableRow>
                </TableHeader>
                <TableBody>
                  {entities.map(({ category, labelsCount }) => (
                    <TableRow key={category}>
                      <TableCell>{category}</TableCell>
                      <TableCell className={styles.number}>{number(labelsCount)}</TableCell>
                    </TableRow>
                  ))}
                </TableBody>
              </Table>
            </section>
          )}
        </>
      )}
      {notices.length > 0 && <Remarks notices={notices} />}
    </section>
  );
}

function Problems({ problems }: { problems: readonly Detail[] }) {
  const styles = useStyles();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
    <section className={styles.scroll} tabIndex={0} aria-label="Problems">
      <Table size="small" aria-label="Problems of the file">
        <TableHeader>
          <TableRow>
            <TableHeaderCell>Where</TableHeaderCell>
            <TableHeaderCell>What is wrong</TableHeaderCell>
            <TableHeaderCell>What to do</TableHeaderCell>
          </TableRow>
        </TableHeader>
        <TableBody>
          {problems.slice(0, SHOWN).map(({ message, target }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two problems can be the same word for word
            <TableRow key={index}>
              <TableCell className={styles.cell}>
                <span className={styles.place}>{placeOf(message, target)}</span>
              </TableCell>
              <TableCell className={styles.cell}>{ofFile(message)}</TableCell>
              <TableCell className={styles.cell}>{fixOf(message)}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
      {problems.length > SHOWN && (
        <Text className={styles.quiet}>and {number(problems.length - SHOWN)} more</Text>
      )}
    </section>
  );
}

/** What is taken otherwise than a file has it, or what a format has no room for. */
export function Remarks({ notices }: { notices: readonly Detail[] }) {
  const styles = useStyles();
  return (
    <MessageBar intent="warning" layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>{count(notices.length, "remark")}</MessageBarTitle>
        <ul className={styles.list}>
          {notices.slice(0, SHOWN).map(({ message, target }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two remarks can be the same word for word
            <li key={index}>
              {target !== undefined && <span className={styles.place}>{target}: </span>}
              {message}
            </li>
          ))}
          {notices.length > SHOWN && <li>and {number(notices.length - SHOWN)} more</li>}
        </ul>
      </MessageBarBody>
    </MessageBar>
  );
}

function sizeOf({ documentsCount, labelsCount, entities, changes }: Report): string {
  const types = Math.max(entities.length, changes.entities.made.length);
  return [
    count(documentsCount, "document"),
    count(labelsCount, "label"),
    `${count(types, "entity type")}`,
  ].join(", ");
}

/** Say what would change, a sentence each; what would not is left out. */
function changesOf({ changes }: Report): string[] {
  const { entities, texts, labelledDocuments: labelled } = changes;
  const sentences: [number, string][] = [
    [changes.project === "made" ? 1 : 0, "The project is made."],
    [
      changes.project === "replaced" ? 1 : 0,
      "Settings of the project change to those of the file.",
    ],
    [entities.made.length, `New entity types: ${entities.made.join(", ")}.`],
    [
      entities.removed.length,
      `Entity types that the file does not have go, with all their labels: ${entities.removed.join(", ")}.`,
    ],
    [texts.made, `${count(texts.made, "document")} made in the container.`],
    [texts.replaced, `${count(texts.replaced, "document")} overwritten with the text of the file.`],
    [labelled.made, `${count(labelled.made, "document")} labelled for the first time.`],
    [
      labelled.replaced,
      `${count(labelled.replaced, "document")} with the labels of the file in place of the present ones.`,
    ],
    [labelled.removed, `${count(labelled.removed, "document")} left without labels.`],
  ];
  const told = sentences.filter(([times]) => times > 0).map(([, sentence]) => sentence);
  return told.length > 0 ? told : ["Nothing changes: all of it is there already."];
}

/** A file that cannot be read has no path, but its message names the line. */
function placeOf(message: string, target: string | undefined): string {
  const line = /line \d+(, column \d+)?/.exec(message);
  if ((target === undefined || target === "$") && line !== null) return line[0];
  return target ?? "";
}

/** What was sent is the file, for who chose it. */
function ofFile(message: string): string {
  return message.replace("The request body", "The file").replace("the request body", "the file");
}
