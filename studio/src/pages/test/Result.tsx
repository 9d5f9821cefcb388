import {
  Dropdown,
  Field,
  makeStyles,
  Option,
  Switch,
  Tab,
  TabList,
  Text,
  tokens,
} from "@fluentui/react-components";
import { SearchInfoRegular } from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { entitiesQuery } from "../../api/queries.ts";
import { told } from "../../extraction/choices.ts";
import { Copy } from "../../parts/Copy.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { EntityChip } from "../../parts/EntityChip.tsx";
import { count } from "../../parts/words.ts";
import { hueAt } from "../../text/hues.ts";
import { Cards } from "./Cards.tsx";
import type { Extraction, Found } from "./extraction.ts";
import { Highlighted } from "./Highlighted.tsx";

const useStyles = makeStyles({
  box: {
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
    overflow: "hidden",
    flexShrink: 0,
  },
  head: {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    columnGap: tokens.spacingHorizontalL,
    padding: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalM}`,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  about: { flexGrow: 1, color: tokens.colorNeutralForeground3 },
  tools: {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    columnGap: tokens.spacingHorizontalXL,
    rowGap: tokens.spacingVerticalS,
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalL}`,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  threshold: { display: "flex", alignItems: "center", gap: tokens.spacingHorizontalS },
  slider: { width: "160px", accentColor: tokens.colorCompoundBrandBackground },
  share: { minWidth: "44px", textAlign: "right", fontVariantNumeric: "tabular-nums" },
  gap: { flexGrow: 1 },
  legend: {
    display: "flex",
    flexWrap: "wrap",
    gap: tokens.spacingHorizontalS,
    margin: 0,
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalL}`,
    listStyleType: "none",
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  type: { display: "flex", minWidth: 0 },
  sort: { minWidth: "150px" },
  json: {
    margin: 0,
    padding: tokens.spacingHorizontalL,
    maxHeight: "min(60vh, 640px)",
    overflow: "auto",
    whiteSpace: "pre-wrap",
    overflowWrap: "anywhere",
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    lineHeight: tokens.lineHeightBase300,
  },
});

type Order = "Confidence" | "Place in the text" | "Entity";

const ORDERS: Record<Order, (one: Found, other: Found) => number> = {
  Confidence: (one, other) => other.confidenceScore - one.confidenceScore,
  "Place in the text": (one, other) => one.offset - other.offset,
  Entity: (one, other) =>
    one.category.localeCompare(other.category) || other.confidenceScore - one.confidenceScore,
};

/** What is shown of the entities, and how. */
interface View {
  cards: boolean;
  order: Order;
  /** In per cent. */
  threshold: number;
}

export interface ResultProps {
  project: string;
  extraction: Extraction;
}

/** What a model found in a text: in the text itself, as cards, and as the service told it. */
export function Result({ project, extraction }: ResultProps) {
  const styles = useStyles();
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    box.current?.scrollIntoView({ block: "start", behavior: "smooth" });
  }, []);
  const [tab, setTab] = useState("result");
  const [view, setView] = useState<View>({ cards: false, order: "Confidence", threshold: 0 });
  return (
    <section ref={box} className={styles.box} aria-label="Result">
      <div className={styles.head}>
        <TabList
          selectedValue={tab}
          onTabSelect={(_, { value }) => setTab(String(value))}
          aria-label="Views of the result"
        >
          <Tab value="result">Result</Tab>
          <Tab value="json">JSON</Tab>
        </TabList>
        <Text size={200} align="end" className={styles.about}>
          by the {told(extraction.choice)}
        </Text>
      </div>
      {tab === "json" ? (
        <Json text={extraction.json} />
      ) : (
        <Entities project={project} extraction={extraction} view={view} onView={setView} />
      )}
    </section>
  );
}

interface EntitiesProps extends ResultProps {
  view: View;
  onView: (view: View) => void;
}

function Entities({ project, extraction: { text, entities }, view, onView }: EntitiesProps) {
  const styles = useStyles();
  const { data: types } = useQuery(entitiesQuery(project));
  const { cards, order, threshold } = view;

  const hues = useMemo(() => {
    // A type may have been deleted since the model was trained: it comes after those of today.
    const names = [...(types ?? []), ...entities].map(({ category }) => category);
    return new Map([...new Set(names)].map((category, place) => [category, hueAt(place)]));
  }, [types, entities]);
  const hueOf = useCallback((category: string) => hues.get(category) ?? 0, [hues]);
  const sure = useMemo(
    () => entities.filter(({ confidenceScore }) => confidenceScore * 100 >= threshold),
    [entities, threshold],
  );
  const sorted = useMemo(() => sure.toSorted(ORDERS[order]), [sure, order]);

  return (
    <>
      <div className={styles.tools}>
        <Switch
          label="Show Cards"
          checked={cards}
          onChange={(_, { checked }) => onView({ ...view, cards: checked })}
        />
        <div className={styles.threshold}>
          <label htmlFor="threshold">Confidence at least</label>
          {/* The slider of the components makes browsers warn of a style of theirs. */}
          <input
            id="threshold"
            type="range"
            className={styles.slider}
            aria-valuetext={`${threshold} %`}
            min={0}
            max={100}
            value={threshold}
            onChange={({ target }) => onView({ ...view, threshold: target.valueAsNumber })}
          />
          <Text className={styles.share}>{threshold} %</Text>
        </div>
        <span className={styles.gap} />
        {cards && (
          <Field label="Sorted by" orientation="horizontal">
            <Dropdown
              className={styles.sort}
              size="small"
              value={order}
              selectedOptions={[order]}
              onOptionSelect={(_, { optionValue }) =>
                onView({ ...view, order: optionValue as Order })
              }
            >
              {Object.keys(ORDERS).map((one) => (
                <Option key={one}>{one}</Option>
              ))}
            </Dropdown>
          </Field>
        )}
        <Text aria-live="polite">
          {sure.length === entities.length
            ? count(entities.length, "entity", "entities")
            : `${sure.length} of ${count(entities.length, "entity", "entities")}`}
        </Text>
      </div>
      {sure.length > 0 && <Legend entities={sure} hues={hues} />}
      {sure.length === 0 && (
        <Empty icon={<SearchInfoRegular />} title="No entities were found">
          {entities.length === 0
            ? "The model sees nothing in this text that it has learned to extract."
            : `None has a confidence of ${threshold} % or more.`}
        </Empty>
      )}
      {cards ? (
        sure.length > 0 && <Cards entities={sorted} hueOf={hueOf} />
      ) : (
        <Highlighted text={text} entities={sure} hueOf={hueOf} />
      )}
    </>
  );
}

interface LegendProps {
  entities: readonly Found[];
  hues: ReadonlyMap<string, number>;
}

/** The types that were found, in the order of the project. */
function Legend({ entities, hues }: LegendProps) {
  const styles = useStyles();
  const counts = new Map<string, number>();
  for (const { category } of entities) counts.set(category, (counts.get(category) ?? 0) + 1);
  return (
    <ul className={styles.legend} aria-label="Entity types">
      {[...hues].map(([category, hue]) => {
        const found = counts.get(category);
        return (
          found && (
            <li key={category} className={styles.type}>
              <EntityChip category={category} hue={hue} count={found} />
            </li>
          )
        );
      })}
    </ul>
  );
}

/** The answer to the letter; for the eye, it can be indented. */
function Json({ text }: { text: string }) {
  const styles = useStyles();
  const [indented, setIndented] = useState(false);
  return (
    <>
      <div className={styles.tools}>
        <Switch
          label="Indent"
          checked={indented}
          onChange={(_, { checked }) => setIndented(checked)}
        />
        <span className={styles.gap} />
        <Copy text={text} />
      </div>
      <section
        className={styles.json}
        aria-label="Answer of the service"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
        tabIndex={0}
      >
        {indented ? JSON.stringify(JSON.parse(text), null, 2) : text}
      </section>
    </>
  );
}
