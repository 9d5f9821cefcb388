import {
  Button,
  Field,
  Input,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  SearchBox,
  Spinner,
  Table,
  TableBody,
  TableCell,
  TableHeader,
  TableHeaderCell,
  TableRow,
  TableSelectionCell,
  Text,
  tokens,
} from "@fluentui/react-components";
import { AddRegular } from "@fluentui/react-icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { projects, send } from "../../api/client.ts";
import { containersQuery } from "../../api/queries.ts";
import type { Container } from "../../api/types.ts";
import { Problem } from "../../parts/Problem.tsx";
import { useAct } from "../../parts/useAct.ts";
import { number } from "../../parts/words.ts";
import { containerFault } from "./draft.ts";

/** Documents are counted no further. */
const COUNTED = 1_000;

const useStyles = makeStyles({
  scroll: {
    maxHeight: "320px",
    overflow: "auto",
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground1,
  },
  number: { width: "120px", textAlign: "right", fontVariantNumeric: "tabular-nums" },
  cut: { overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" },
  quiet: { color: tokens.colorNeutralForeground2 },
  line: {
    display: "flex",
    alignItems: "flex-end",
    flexWrap: "wrap",
    gap: tokens.spacingHorizontalS,
  },
  name: { flexGrow: 1, maxWidth: "420px" },
});

export interface ContainerStepProps {
  chosen: string;
  onChoose: (container: string) => void;
}

export function ContainerStep({ chosen, onChoose }: ContainerStepProps) {
  const styles = useStyles();
  const { data: containers, error, refetch } = useQuery(containersQuery);
  const [sought, setSought] = useState("");

  if (containers === undefined) {
    if (error === null) return <Spinner label="Reading the containers" />;
    return (
      <Problem
        title="The containers cannot be listed"
        error={error}
        onRetry={() => void refetch()}
      />
    );
  }
  const found = containers.filter(({ containerName }) =>
    containerName.includes(sought.trim().toLowerCase()),
  );
  const container = containers.find(({ containerName }) => containerName === chosen);
  return (
    <>
      <Text className={styles.quiet}>
        The project reads every .txt file at the root of its container, also those that come later.
        It never changes them.
      </Text>
      {containers.length > 8 && (
        <SearchBox
          aria-label="Search containers"
          placeholder="Search"
          value={sought}
          onChange={(_, { value }) => setSought(value)}
        />
      )}
      {containers.length > 0 ? (
        <div className={styles.scroll}>
          <Table aria-label="Containers" size="small">
            <TableHeader>
              <TableRow>
                <TableSelectionCell type="radio" invisible />
                <TableHeaderCell>Container</TableHeaderCell>
                <TableHeaderCell>Used by</TableHeaderCell>
                <TableHeaderCell className={styles.number}>
                  <span style={{ flexGrow: 1 }}>Documents</span>
                </TableHeaderCell>
              </TableRow>
            </TableHeader>
            <TableBody>
              {found.map((one) => (
                <Row
                  key={one.containerName}
                  container={one}
                  chosen={one.containerName === chosen}
                  onChoose={onChoose}
                />
              ))}
            </TableBody>
          </Table>
        </div>
      ) : (
        <Text>There is no container in the storage account yet. Make one below.</Text>
      )}
      {container?.documentsCount === 0 && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>This container is empty.</MessageBarTitle> There is no .txt file at the
            root of {chosen}. The project can be created all the same; upload documents to it, or
            add them on the page Tag data.
          </MessageBarBody>
        </MessageBar>
      )}
      <NewContainer taken={containers} onMade={onChoose} />
    </>
  );
}

interface RowProps {
  container: Container;
  chosen: boolean;
  onChoose: (container: string) => void;
}

function Row({ container, chosen, onChoose }: RowProps) {
  const styles = useStyles();
  const { containerName, documentsCount, projectNames } = container;
  return (
    <TableRow
      aria-selected={chosen}
      appearance={chosen ? "brand" : "none"}
      onClick={() => onChoose(containerName)}
    >
      <TableSelectionCell
        type="radio"
        checked={chosen}
        radioIndicator={{ "aria-label": containerName, name: "container" }}
      />
      <TableCell className={styles.cut} title={containerName}>
        {containerName}
      </TableCell>
      <TableCell className={styles.cut} title={projectNames.join(", ")}>
        {projectNames.join(", ")}
      </TableCell>
      <TableCell className={styles.number}>
        {number(documentsCount)}
        {documentsCount >= COUNTED && " or more"}
      </TableCell>
    </TableRow>
  );
}

interface NewContainerProps {
  taken: readonly Container[];
  onMade: (container: string) => void;
}

function NewContainer({ taken, onMade }: NewContainerProps) {
  const styles = useStyles();
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  const [name, setName] = useState("");
  const fault = taken.some(({ containerName }) => containerName === name)
    ? "There is a container of this name already: choose it above."
    : containerFault(name);

  const { busy, error, act } = useAct(async () => {
    await send("PUT", projects("global", "containers", name));
    await client.invalidateQueries(containersQuery);
    onMade(name);
    setOpen(false);
    setName("");
  });

  if (!open) {
    return (
      <Button icon={<AddRegular />} style={{ alignSelf: "start" }} onClick={() => setOpen(true)}>
        New container
      </Button>
    );
  }
  return (
    <>
      <div className={styles.line}>
        <Field
          className={styles.name}
          label="Name of the new container"
          {...(name === "" || fault === undefined
            ? {}
            : { validationState: "error", validationMessage: fault })}
        >
          <Input
            autoFocus
            autoComplete="off"
            spellCheck={false}
            value={name}
            onChange={(_, { value }) => setName(value)}
            onKeyDown={(event) => {
              if (event.key !== "Enter") return;
              event.preventDefault();
              if (fault === undefined && !busy) void act();
            }}
          />
        </Field>
        <Button disabled={fault !== undefined || busy} onClick={() => void act()}>
          {busy ? "Making it…" : "Make container"}
        </Button>
        <Button appearance="subtle" disabled={busy} onClick={() => setOpen(false)}>
          Not now
        </Button>
      </div>
      {error !== undefined && <Problem title="The container was not made" error={error} />}
    </>
  );
}
