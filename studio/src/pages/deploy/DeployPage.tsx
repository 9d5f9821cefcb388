import {
  Button,
  makeStyles,
  Radio,
  Spinner,
  Table,
  TableBody,
  TableCell,
  TableHeader,
  TableHeaderCell,
  TableRow,
  Text,
  tokens,
} from "@fluentui/react-components";
import {
  ArrowSwapRegular,
  CheckmarkCircleFilled,
  CircleRegular,
  HatGraduationRegular,
  LinkRegular,
  RocketRegular,
  StopRegular,
  WarningFilled,
} from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useParams, useSearchParams } from "react-router";
import { deploymentsQuery, modelsQuery } from "../../api/queries.ts";
import { ButtonLink } from "../../parts/ButtonLink.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { GuardedButton } from "../../parts/Guarded.tsx";
import { Page } from "../../parts/Page.tsx";
import { Problem } from "../../parts/Problem.tsx";
import { moment, percent } from "../../parts/words.ts";
import { DeployDialog } from "./DeployDialog.tsx";
import { PredictionDialog } from "./PredictionDialog.tsx";
import { type Row, rowsOf } from "./rows.ts";
import { SwapDialog } from "./SwapDialog.tsx";
import { UndeployDialog } from "./UndeployDialog.tsx";

const useStyles = makeStyles({
  scroll: {
    overflowX: "auto",
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
  },
  table: { minWidth: "940px" },
  choice: { width: "48px" },
  name: { width: "176px" },
  deployment: { width: "120px" },
  status: { width: "150px" },
  when: { width: "150px" },
  lines: { display: "flex", flexDirection: "column", padding: `${tokens.spacingVerticalSNudge} 0` },
  number: { textAlign: "right", fontVariantNumeric: "tabular-nums" },
  numberHead: { width: "84px", "& > *": { justifyContent: "flex-end" } },
  row: { cursor: "pointer" },
  state: { display: "flex", alignItems: "center", gap: tokens.spacingHorizontalS },
  live: { color: tokens.colorPaletteGreenForeground1 },
  stale: { color: tokens.colorPaletteDarkOrangeForeground1 },
  quiet: { color: tokens.colorNeutralForeground3 },
  id: {
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    lineHeight: tokens.lineHeightBase200,
    overflowWrap: "anywhere",
  },
  link: { color: tokens.colorBrandForegroundLink },
});

type Asking = "deploy" | "swap" | "url" | "undeploy";

export function DeployPage() {
  const { project = "" } = useParams();
  const models = useQuery(modelsQuery(project));
  const deployments = useQuery(deploymentsQuery(project));
  const [address] = useSearchParams();
  const [chosen, setChosen] = useState<string>();
  const [asking, setAsking] = useState<Asking>();

  const ready = models.isSuccess && deployments.isSuccess;
  const rows = ready ? rowsOf(models.data, deployments.data) : [];
  // Other pages lead here with a model in mind.
  const named = rows.find(({ label }) => label === address.get("model"));
  const row = chosen === undefined ? named : rows.find(({ id }) => id === chosen);
  const close = () => setAsking(undefined);

  return (
    <Page
      title="Deploy model"
      about="A deployed model answers over the API under the name of its deployment."
      commands={
        rows.length > 0 && (
          <>
            <GuardedButton
              needs="author"
              appearance="primary"
              icon={<RocketRegular />}
              disabled={row?.model === undefined}
              onClick={() => setAsking("deploy")}
            >
              Deploy model
            </GuardedButton>
            <GuardedButton
              needs="author"
              icon={<ArrowSwapRegular />}
              disabled={row?.deployment === undefined || (deployments.data?.length ?? 0) < 2}
              onClick={() => setAsking("swap")}
            >
              Swap
            </GuardedButton>
            <Button
              icon={<LinkRegular />}
              disabled={row?.deployment === undefined}
              onClick={() => setAsking("url")}
            >
              Get prediction URL
            </Button>
            <GuardedButton
              needs="owner"
              icon={<StopRegular />}
              disabled={row?.deployment === undefined}
              onClick={() => setAsking("undeploy")}
            >
              Undeploy
            </GuardedButton>
          </>
        )
      }
    >
      {models.isError && <Problem error={models.error} onRetry={() => void models.refetch()} />}
      {deployments.isError && (
        <Problem error={deployments.error} onRetry={() => void deployments.refetch()} />
      )}
      {(models.isPending || deployments.isPending) && <Spinner label="Reading the models" />}
      {ready &&
        (rows.length === 0 ? (
          <Empty
            icon={<HatGraduationRegular />}
            title="There is no trained model yet"
            action={<ButtonLink to="../train">Train a model</ButtonLink>}
          >
            Models that have been trained successfully are listed here, to be deployed.
          </Empty>
        ) : (
          <>
            <Models rows={rows} chosen={row?.id} onChoose={setChosen} />
            <Hint row={row} />
          </>
        ))}
      {row && asking === "deploy" && (
        <DeployDialog
          project={project}
          model={row.label}
          deployments={deployments.data ?? []}
          onDone={(name) => setChosen(`deployment ${name}`)}
          onClose={close}
        />
      )}
      {row?.deployment && asking === "swap" && (
        <SwapDialog
          project={project}
          first={row.deployment}
          others={(deployments.data ?? []).filter(
            ({ deploymentName }) => deploymentName !== row.deployment?.deploymentName,
          )}
          onClose={close}
        />
      )}
      {row?.deployment && asking === "url" && (
        <PredictionDialog
          project={project}
          deployment={row.deployment.deploymentName}
          onClose={close}
        />
      )}
      {row?.deployment && asking === "undeploy" && (
        <UndeployDialog project={project} deployment={row.deployment} onClose={close} />
      )}
    </Page>
  );
}

interface ModelsProps {
  rows: readonly Row[];
  chosen: string | undefined;
  onChoose: (id: string) => void;
}

function Models({ rows, chosen, onChoose }: ModelsProps) {
  const styles = useStyles();
  return (
    <div className={styles.scroll}>
      <Table className={styles.table} aria-label="Trained models and their deployments">
        <TableHeader>
          <TableRow>
            <TableHeaderCell className={styles.choice} aria-label="Selection" />
            <TableHeaderCell className={styles.name}>Model</TableHeaderCell>
            <TableHeaderCell className={styles.deployment}>Deployment</TableHeaderCell>
            <TableHeaderCell className={styles.status}>Status</TableHeaderCell>
            <TableHeaderCell className={styles.when}>Deployed</TableHeaderCell>
            <TableHeaderCell>Model id</TableHeaderCell>
            <TableHeaderCell className={styles.numberHead}>F1 score</TableHeaderCell>
          </TableRow>
        </TableHeader>
        <TableBody>
          {rows.map((row) => (
            <TableRow
              key={row.id}
              className={styles.row}
              appearance={row.id === chosen ? "brand" : "none"}
              onClick={() => onChoose(row.id)}
            >
              <TableCell>
                <Radio
                  name="model"
                  value={row.id}
                  checked={row.id === chosen}
                  onChange={() => onChoose(row.id)}
                  aria-label={
                    row.deployment
                      ? `Select ${row.label}, deployed as ${row.deployment.deploymentName}`
                      : `Select ${row.label}`
                  }
                />
              </TableCell>
              <TableCell>
                <span className={styles.lines}>
                  <Text weight="semibold">{row.label}</Text>
                  <Text size={200} className={styles.quiet}>
                    trained {moment(row.trained)}
                  </Text>
                </span>
              </TableCell>
              <TableCell>{row.deployment ? row.deployment.deploymentName : <None />}</TableCell>
              <TableCell>
                <Status row={row} />
              </TableCell>
              <TableCell>
                {row.deployment ? moment(row.deployment.lastDeployedDateTime) : <None />}
              </TableCell>
              <TableCell className={styles.id}>{row.modelId}</TableCell>
              <TableCell className={styles.number}>
                {row.model && row.current ? percent(row.model.f1) : <None />}
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </div>
  );
}

function Status({ row: { deployment, model, current } }: { row: Row }) {
  const styles = useStyles();
  if (deployment === undefined) {
    return (
      <span className={styles.state}>
        <CircleRegular aria-hidden className={styles.quiet} /> Not deployed
      </span>
    );
  }
  if (current) {
    return (
      <span className={styles.state}>
        <CheckmarkCircleFilled aria-hidden className={styles.live} /> Deployed
      </span>
    );
  }
  return (
    <span className={styles.state}>
      <WarningFilled aria-hidden className={styles.stale} />
      <span className={styles.lines}>
        Deployed
        <Text size={200}>{model ? "an earlier training" : "its model is deleted"}</Text>
      </span>
    </span>
  );
}

function None() {
  const styles = useStyles();
  return <span className={styles.quiet}>–</span>;
}

/** What can be done with the selected line, or why not. */
function Hint({ row }: { row: Row | undefined }) {
  const styles = useStyles();
  if (row === undefined) {
    return (
      <Text className={styles.quiet}>Select a model to deploy it, or to call it by its API.</Text>
    );
  }
  if (row.deployment === undefined) {
    return (
      <Text className={styles.quiet}>
        Deploy “{row.label}” to call it over the API, or{" "}
        <Link className={styles.link} to={`../test?model=${encodeURIComponent(row.label)}`}>
          try it out first
        </Link>
        .
      </Text>
    );
  }
  if (row.model !== undefined && !row.current) {
    return (
      <Text className={styles.quiet}>
        “{row.deployment.deploymentName}” still answers with an earlier training of “{row.label}”.
        Deploy the model again to let it answer with the last one.
      </Text>
    );
  }
  return (
    <Text className={styles.quiet}>
      “{row.deployment.deploymentName}” answers over the API:{" "}
      <Link
        className={styles.link}
        to={`../test?deployment=${encodeURIComponent(row.deployment.deploymentName)}`}
      >
        test it
      </Link>
      , or get the prediction URL to call it from a program.
    </Text>
  );
}
