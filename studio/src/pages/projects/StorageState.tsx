/** Whether the service reaches its storage account, and what to do where it does not. */

import {
  Body1,
  Button,
  Card,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  mergeClasses,
  Spinner,
  Subtitle2,
  Text,
  tokens,
} from "@fluentui/react-components";
import {
  ArrowClockwiseRegular,
  CheckmarkCircleRegular,
  DismissCircleRegular,
} from "@fluentui/react-icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { Detail } from "../../api/client.ts";
import { storageQuery } from "../../api/queries.ts";
import { Copy } from "../../parts/Copy.tsx";
import { Problem } from "../../parts/Problem.tsx";

/** What the account keeps, by the name of its service. */
const KEEPS: Record<string, string> = {
  blob: "Blobs: your documents, and trained models",
  table: "Tables: projects, labels and jobs",
  queue: "Queues: work that is waiting",
};

const useStyles = makeStyles({
  block: {
    display: "flex",
    flexDirection: "column",
    gap: tokens.spacingVerticalL,
    maxWidth: "720px",
  },
  list: {
    listStyleType: "none",
    margin: 0,
    padding: 0,
    display: "flex",
    flexDirection: "column",
    gap: tokens.spacingVerticalM,
  },
  item: { display: "flex", gap: tokens.spacingHorizontalS },
  icon: { fontSize: "20px", flexShrink: 0 },
  good: { color: tokens.colorStatusSuccessForeground1 },
  bad: { color: tokens.colorStatusDangerForeground1 },
  words: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalXXS, minWidth: 0 },
  command: {
    margin: `${tokens.spacingVerticalXS} 0`,
    padding: tokens.spacingHorizontalM,
    whiteSpace: "pre-wrap",
    overflowWrap: "anywhere",
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground3,
  },
});

export function StorageState() {
  const styles = useStyles();
  const client = useQueryClient();
  const { data: storage, error, isFetching, refetch } = useQuery(storageQuery);
  const connected = storage?.connected ?? false;

  async function checkAgain() {
    const { data } = await refetch();
    if (data?.connected) await client.invalidateQueries();
  }

  if (storage === undefined) {
    if (error !== null) return <Problem error={error} onRetry={() => void refetch()} />;
    return <Spinner label="Looking at the storage account" />;
  }
  return (
    <div className={styles.block}>
      <MessageBar intent={connected ? "success" : "error"} layout="multiline">
        <MessageBarBody>
          <MessageBarTitle>
            {connected
              ? "The storage account is connected."
              : "The service does not reach its storage account."}
          </MessageBarTitle>{" "}
          {connected
            ? "Go on with Next."
            : "Projects, documents and models are kept there, so nothing can be made before it does."}
        </MessageBarBody>
      </MessageBar>
      <Card>
        <Subtitle2 as="h3">
          Storage account {storage.accountName || "(no setting names it)"}
        </Subtitle2>
        <ul className={styles.list}>
          {Object.entries(KEEPS).map(([service, keeps]) => (
            <Service
              key={service}
              keeps={keeps}
              faults={storage.errors.filter(({ target }) => target === service)}
              connected={connected || storage.errors.some(({ target }) => target !== undefined)}
            />
          ))}
          {storage.errors
            .filter(({ target }) => KEEPS[target ?? ""] === undefined)
            .map((fault) => (
              <Service key={fault.message} keeps="Settings" faults={[fault]} connected={false} />
            ))}
        </ul>
      </Card>
      <Body1>
        A service has one storage account. <strong>This is irreversible:</strong> once there are
        projects, the service cannot be moved to another account or be given a second one.
      </Body1>
      <Button
        icon={<ArrowClockwiseRegular />}
        disabled={isFetching}
        style={{ alignSelf: "start" }}
        onClick={() => void checkAgain()}
      >
        {isFetching ? "Checking…" : "Check again"}
      </Button>
    </div>
  );
}

interface ServiceProps {
  keeps: string;
  faults: readonly Detail[];
  connected: boolean;
}

function Service({ keeps, faults, connected }: ServiceProps) {
  const styles = useStyles();
  const good = faults.length === 0 && connected;
  return (
    <li className={styles.item}>
      {good ? (
        <CheckmarkCircleRegular
          className={mergeClasses(styles.icon, styles.good)}
          aria-label="Reached"
        />
      ) : (
        <DismissCircleRegular
          className={mergeClasses(styles.icon, styles.bad)}
          aria-label="Not reached"
        />
      )}
      <span className={styles.words}>
        <Text weight="semibold">{keeps}</Text>
        {faults.map((fault) => (
          <Text key={fault.message}>{fault.message}</Text>
        ))}
        {faults.map(({ message }) => {
          const command = commandFor(message);
          return (
            command && (
              <div key={message}>
                <pre className={styles.command}>{command}</pre>
                <Copy text={command} label="Copy the command" />
              </div>
            )
          );
        })}
      </span>
    </li>
  );
}

/** Return what gives the service's identity the role that is missing. */
function commandFor(message: string): string | undefined {
  const role = /the\s+role (Storage \w+ Data \w+)/.exec(message)?.[1];
  if (role === undefined || !message.includes("identity needs")) return undefined;
  return [
    `az role assignment create --role "${role}"`,
    '--assignee "<the service\'s identity>" --scope "<the storage account\'s id>"',
  ].join(" ");
}
