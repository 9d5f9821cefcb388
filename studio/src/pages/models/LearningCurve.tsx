import { makeStyles, tokens } from "@fluentui/react-components";
import type { Report } from "../../evaluation/answers.ts";
import { count } from "../../parts/words.ts";

const [WIDTH, HEIGHT, LEFT, BOTTOM, TOP] = [360, 150, 34, 26, 10];

const useStyles = makeStyles({
  picture: { maxWidth: "420px", width: "100%", height: "auto" },
  axis: { stroke: tokens.colorNeutralStroke2, strokeWidth: 1 },
  words: { fill: tokens.colorNeutralForeground3, fontSize: "11px" },
  line: { stroke: tokens.colorBrandForeground1, strokeWidth: 2, fill: "none" },
  point: { fill: tokens.colorBrandForeground1 },
});

/** The measured scores by the number of documents, with the curve through them where there is one. */
export function LearningCurve({ curve: { points, fit } }: { curve: Report["learningCurve"] }) {
  const styles = useStyles();
  if (points.length === 0) return null;
  const most = Math.max(...points.map(({ documentCount }) => documentCount));
  const x = (documents: number) => LEFT + ((WIDTH - LEFT - 12) * documents) / (most * 1.05);
  const y = (f1: number) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - f1);
  const first = Math.min(...points.map(({ documentCount }) => documentCount));
  const path = fit
    ? Array.from({ length: 41 }, (_, step) => first + ((most - first) * step) / 40)
        .map((documents) => {
          const f1 = 1 - (fit.floor + fit.factor * documents ** -fit.exponent);
          return `${x(documents).toFixed(1)},${y(Math.min(1, Math.max(0, f1))).toFixed(1)}`;
        })
        .join(" ")
    : "";
  const said = points
    .map(({ documentCount, f1 }) => `${count(documentCount, "document")}: F1 ${f1.toFixed(2)}`)
    .join("; ");
  return (
    <svg
      className={styles.picture}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={`Learning curve. ${said}`}
    >
      {[0, 0.5, 1].map((f1) => (
        <g key={f1}>
          <line className={styles.axis} x1={LEFT} x2={WIDTH - 8} y1={y(f1)} y2={y(f1)} />
          <text className={styles.words} x={LEFT - 6} y={y(f1) + 4} textAnchor="end">
            {f1}
          </text>
        </g>
      ))}
      {path && <polyline className={styles.line} points={path} />}
      {points.map(({ documentCount, f1 }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: points never move, and two may be the same
        <circle key={at} className={styles.point} cx={x(documentCount)} cy={y(f1)} r={3.5}>
          <title>{`${count(documentCount, "document")}: F1 ${f1.toFixed(2)}`}</title>
        </circle>
      ))}
      <text className={styles.words} x={x(first)} y={HEIGHT - 8} textAnchor="middle">
        {first}
      </text>
      <text className={styles.words} x={x(most)} y={HEIGHT - 8} textAnchor="end">
        {count(most, "document")}
      </text>
    </svg>
  );
}
