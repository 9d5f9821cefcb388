import {
  Card,
  Field,
  makeStyles,
  Radio,
  RadioGroup,
  Text,
  tokens,
} from "@fluentui/react-components";
import { useMemo, useState } from "react";
import { useSearchParams } from "react-router";
import type { Model } from "../../api/types.ts";
import type { Confusion } from "../../evaluation/answers.ts";
import { axisOf, type Shown, used } from "../../evaluation/matrix.ts";
import { BehindCell } from "./BehindCell.tsx";
import { ConfusionMatrix } from "./ConfusionMatrix.tsx";

const useStyles = makeStyles({
  choices: { display: "flex", flexWrap: "wrap", columnGap: tokens.spacingHorizontalXXXL },
  card: { padding: 0 },
  quiet: { color: tokens.colorNeutralForeground3, maxWidth: "960px" },
});

export interface MatrixViewProps {
  project: string;
  model: Model;
  confusion: Confusion;
}

/** The confusion matrix of the test set, with what it is to show. */
export function MatrixView({ project, model, confusion }: MatrixViewProps) {
  const styles = useStyles();
  const [normalized, setNormalized] = useState(false);
  const [shown, setShown] = useState<Shown>("all");
  const [search, setSearch] = useSearchParams();
  const axis = useMemo(() => used(confusion, axisOf(confusion), shown), [confusion, shown]);
  const [actual, predicted] = [search.get("actual"), search.get("predicted")];
  return (
    <>
      <div className={styles.choices}>
        <Field label="Numbers">
          <RadioGroup
            layout="horizontal"
            value={normalized ? "normalized" : "raw"}
            onChange={(_, { value }) => setNormalized(value === "normalized")}
          >
            <Radio value="raw" label="Raw" />
            <Radio value="normalized" label="Normalized (% of row)" />
          </RadioGroup>
        </Field>
        <Field label="Cells">
          <RadioGroup
            layout="horizontal"
            value={shown}
            onChange={(_, { value }) => setShown(value as Shown)}
          >
            <Radio value="all" label="All" />
            <Radio value="errors" label="Only errors" />
            <Radio value="matches" label="Only matches" />
          </RadioGroup>
        </Field>
      </div>
      {axis.length === 0 ? (
        <Text>
          {shown === "errors"
            ? "There are no errors: all is as tagged."
            : "There is nothing to show."}
        </Text>
      ) : (
        <Card className={styles.card}>
          <ConfusionMatrix
            axis={axis}
            confusion={confusion}
            shown={shown}
            normalized={normalized}
            onOpen={(own, other) => setSearch({ actual: own, predicted: other })}
          />
        </Card>
      )}
      <Text size={200} className={styles.quiet}>
        Each row is what was tagged, each column what the model predicted there. A tagged entity
        counts 1, shared out by its characters; so does each stretch of text between two of them, in
        the row “$none”. The column “$none” is what was missed, the row “$none” what is spurious:
        predicted where nothing is tagged. Select a number to see the places behind it.
      </Text>
      {actual !== null && predicted !== null && (
        <BehindCell
          project={project}
          model={model.label}
          actual={actual}
          predicted={predicted}
          onClose={() => setSearch({})}
        />
      )}
    </>
  );
}
