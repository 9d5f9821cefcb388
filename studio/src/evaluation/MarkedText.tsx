import { makeStyles, mergeClasses, Text, tokens } from "@fluentui/react-components";
import { documentAddress } from "../parts/addresses.ts";
import { PageLink } from "../parts/PageLink.tsx";
import { type Mark, type Marked, placeOf } from "./marks.ts";
import { contextOf, piecesOf, type Row, rowsOf, type Side } from "./rows.ts";
import { useHues } from "./useHues.ts";
import { VERDICTS, VerdictIcon } from "./Verdict.tsx";

const useStyles = makeStyles({
  row: {
    padding: `${tokens.spacingVerticalS} 0`,
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
    contentVisibility: "auto",
    containIntrinsicSize: "auto 72px",
  },
  between: { contentVisibility: "auto", containIntrinsicSize: "auto 28px" },
  line: { display: "grid", gridTemplateColumns: "76px minmax(0, 1fr)", columnGap: "12px" },
  side: { color: tokens.colorNeutralForeground3, lineHeight: "28px" },
  text: { whiteSpace: "pre-wrap", overflowWrap: "anywhere", lineHeight: "28px", margin: 0 },
  plain: { color: tokens.colorNeutralForeground3 },
  entity: {
    color: "inherit",
    backgroundColor: tokens.colorNeutralBackground4,
    borderBottom: "2px solid currentColor",
    borderRadius: "2px",
    padding: "1px 0",
  },
  wrong: {
    borderBottomStyle: "dashed",
    borderBottomColor: tokens.colorStatusDangerForeground3,
  },
  tag: {
    whiteSpace: "nowrap",
    margin: "0 4px",
    fontSize: tokens.fontSizeBase200,
    fontWeight: tokens.fontWeightSemibold,
  },
  word: { fontWeight: tokens.fontWeightRegular, color: tokens.colorStatusDangerForeground3 },
  mistakes: {
    listStyleType: "none",
    margin: `${tokens.spacingVerticalXS} 0 0 88px`,
    padding: 0,
    display: "flex",
    flexDirection: "column",
    gap: "2px",
  },
  mistake: { display: "flex", flexWrap: "wrap", columnGap: tokens.spacingHorizontalM },
});

export interface MarkedTextProps {
  project: string;
  document: Marked;
  text: string;
  onlyWrong: boolean;
}

/** A judged document, line by line: what is tagged above what is predicted, with its mistakes. */
export function MarkedText({ project, document, text, onlyWrong }: MarkedTextProps) {
  const styles = useStyles();
  const marks = onlyWrong
    ? document.marks.filter(({ verdict }) => verdict !== "right")
    : document.marks;
  const rows = rowsOf(text, marks).filter(({ marks: own }) => !onlyWrong || own.length > 0);
  return (
    <div>
      {rows.map((row) => (
        <div key={row.start} className={row.marks.length ? styles.row : styles.between}>
          {row.marks.length === 0 ? (
            <div className={styles.line}>
              <span />
              <p className={mergeClasses(styles.text, styles.plain)}>
                {text.slice(row.start, row.end)}
              </p>
            </div>
          ) : (
            <>
              <Line project={project} text={text} row={row} side="expected" name="Tagged" />
              <Line project={project} text={text} row={row} side="predicted" name="Predicted" />
              <ul className={styles.mistakes}>
                {row.marks
                  .filter((mark) => mark.verdict !== "right" && placeOf(mark) >= row.start)
                  .map((mark) => (
                    <li
                      key={`${mark.verdict} ${placeOf(mark)} ${mark.predicted?.category}`}
                      className={styles.mistake}
                    >
                      <Text size={200}>
                        <VerdictIcon verdict={mark.verdict} /> {sentenceOf(mark, text)}
                      </Text>
                      <FixTag project={project} document={document.name} mark={mark} text={text} />
                    </li>
                  ))}
              </ul>
            </>
          )}
        </div>
      ))}
    </div>
  );
}

interface LineProps {
  project: string;
  text: string;
  row: Row;
  side: Side;
  name: string;
}

function Line({ project, text, row, side, name }: LineProps) {
  const styles = useStyles();
  const hues = useHues(project);
  return (
    <div className={styles.line}>
      <Text size={200} className={styles.side}>
        {name}
      </Text>
      <p className={styles.text}>
        {piecesOf(row, side).map(({ start, end, mark, last }) => {
          const words = text.slice(start, end);
          const span = mark?.[side];
          if (mark === null || span == null) return <span key={start}>{words}</span>;
          const colours = hues(span.category);
          const { word } = VERDICTS[mark.verdict];
          return (
            <span key={start}>
              <mark
                className={mergeClasses(styles.entity, mark.verdict !== "right" && styles.wrong)}
                style={colours && { backgroundColor: colours.back, color: colours.text }}
              >
                {words}
              </mark>
              {last && (
                <span className={styles.tag} style={colours && { color: colours.strong }}>
                  {/* What is right is ticked once, where it was predicted. */}
                  {(mark.verdict !== "right" || side === "predicted") && (
                    <VerdictIcon verdict={mark.verdict} />
                  )}{" "}
                  {span.category}
                  {mark.verdict !== "right" && <span className={styles.word}> {word}</span>}
                </span>
              )}
            </span>
          );
        })}
      </p>
    </div>
  );
}

/** What is wrong, in a sentence. */
export function sentenceOf({ verdict, expected, predicted }: Mark, text: string): string {
  const own = expected && `“${contextOf(text, expected).inside}”`;
  const other = predicted && `“${contextOf(text, predicted).inside}”`;
  const sure =
    predicted?.confidence === undefined ? "" : ` (${Math.round(predicted.confidence * 100)} %)`;
  if (verdict === "missed") return `${own} is tagged ${expected?.category} and was missed.`;
  if (verdict === "spurious") {
    return `${other} is predicted as ${predicted?.category}${sure} and not tagged.`;
  }
  if (verdict === "wrongBorder") {
    return `${expected?.category}: ${own} is tagged, ${other} is predicted${sure}.`;
  }
  const where = own === other ? "" : `${other} `;
  return `${own} is tagged ${expected?.category}; ${where}is predicted as ${predicted?.category}${sure}.`;
}

interface FixTagProps {
  project: string;
  document: string;
  mark: Mark;
  text: string;
}

/** Leads to the place on the Tag data page. */
export function FixTag({ project, document, mark, text }: FixTagProps) {
  const span = mark.expected ?? mark.predicted;
  return (
    <PageLink
      to={documentAddress(project, document, placeOf(mark))}
      aria-label={`Fix tag: ${span ? contextOf(text, span).inside : document}`}
    >
      Fix tag
    </PageLink>
  );
}
