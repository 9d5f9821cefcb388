/** Tag data: the documents of a project, the text of one, and its labels. */

import {
  Button,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  Spinner,
  Text,
  Title3,
  tokens,
} from "@fluentui/react-components";
import { ArrowUploadRegular, DeleteRegular, DocumentTextRegular } from "@fluentui/react-icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Link, useNavigate, useParams, useSearchParams } from "react-router";
import { deleteDocument } from "../../api/labelling.ts";
import {
  documentsQuery,
  entitiesQuery,
  faultsQuery,
  meQuery,
  modelsQuery,
  projectQuery,
} from "../../api/queries.ts";
import type { Fault } from "../../api/types.ts";
import { Confirm } from "../../parts/Confirm.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { Problem } from "../../parts/Problem.tsx";
import { count } from "../../parts/words.ts";
import { DocumentList, FAULTS } from "./DocumentList.tsx";
import { deskOf } from "./desk.ts";
import { AddEntities } from "./EntityDialogs.tsx";
import { kindsOf } from "./types.ts";
import { UploadDialog } from "./UploadDialog.tsx";
import { Workbench } from "./Workbench.tsx";

/** Documents that one request looks over. */
const LOOKED_OVER = 500;

const useStyles = makeStyles({
  page: {
    display: "flex",
    flexDirection: "column",
    flexGrow: 1,
    minHeight: 0,
    position: "relative",
  },
  head: {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    gap: tokens.spacingHorizontalM,
    padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalL}`,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
  },
  about: { flexGrow: 1, color: tokens.colorNeutralForeground3 },
  columns: { display: "flex", flexGrow: 1, minHeight: 0 },
  left: {
    display: "flex",
    flexDirection: "column",
    width: "240px",
    flexShrink: 0,
    minHeight: 0,
    borderRight: `1px solid ${tokens.colorNeutralStroke2}`,
    "& > *": { flexGrow: 1 },
  },
  drop: {
    position: "absolute",
    inset: 0,
    zIndex: 5,
    display: "flex",
    alignItems: "center",
    justifyContent: "center",
    border: `3px dashed ${tokens.colorBrandStroke1}`,
    backgroundColor: tokens.colorNeutralBackgroundAlpha2,
  },
  wait: { margin: "auto" },
});

const NONE: ReadonlyMap<string, Fault> = new Map();

export function TagDataPage() {
  const styles = useStyles();
  const { project: name = "", document: open } = useParams();
  const [search] = useSearchParams();
  const navigate = useNavigate();
  const client = useQueryClient();
  const project = useQuery(projectQuery(name));
  const entities = useQuery(entitiesQuery(name));
  const documents = useQuery(documentsQuery(name));
  const models = useQuery(modelsQuery(name));
  const me = useQuery(meQuery);
  const faults = useQuery(faultsQuery(name));
  const desk = deskOf(name);
  const [brush, setBrush] = useState<string | null>(null);
  const [model, setModel] = useState("");
  const [adding, setAdding] = useState(false);
  const [dropped, setDropped] = useState<readonly File[] | null>(null);
  const [dragging, setDragging] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const listed = useRef<readonly string[]>([]);
  const kinds = useMemo(() => kindsOf(entities.data ?? []), [entities.data]);
  const faulty = useMemo(
    () => (faults.data ? new Map(faults.data.map((one) => [one.documentName, one])) : NONE),
    [faults.data],
  );
  const readOnly = me.data?.role === "reader";
  const at = search.get("at");

  useEffect(() => {
    document.title =
      open === undefined ? "Tag data – Spanwright" : `${open} – Tag data – Spanwright`;
  }, [open]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the project is opened
  useEffect(() => {
    void desk.takeUpAll(open);
  }, [desk]);

  const onOpen = useCallback(
    (next: string, offset?: number) => {
      const query = offset === undefined ? "" : `?at=${offset}`;
      void navigate(
        `/projects/${encodeURIComponent(name)}/tag/${encodeURIComponent(next)}${query}`,
      );
    },
    [navigate, name],
  );
  const onListed = useCallback((names: readonly string[]) => {
    listed.current = names;
  }, []);

  const usable = documents.data?.find((one) => !faulty.has(one.documentName));
  const first = usable?.documentName ?? documents.data?.[0]?.documentName;
  // Few documents are looked over in a moment; of many, the first is opened as it is.
  const waits = faults.isPending && (documents.data?.length ?? 0) <= LOOKED_OVER;
  useEffect(() => {
    if (open !== undefined || first === undefined || waits) return;
    void navigate(`/projects/${encodeURIComponent(name)}/tag/${encodeURIComponent(first)}`, {
      replace: true,
    });
  }, [open, first, waits, name, navigate]);

  function step(direction: 1 | -1) {
    const names = listed.current;
    const next = names[names.indexOf(open ?? "") + direction];
    if (next !== undefined) onOpen(next);
  }

  const outdated = () =>
    Promise.all([
      client.invalidateQueries({ queryKey: entitiesQuery(name).queryKey }),
      client.invalidateQueries({ queryKey: documentsQuery(name).queryKey }),
      client.invalidateQueries({ queryKey: faultsQuery(name).queryKey }),
    ]);

  async function added(names: string[]) {
    await outdated();
    if (names[0] !== undefined) onOpen(names[0]);
  }

  async function remove() {
    if (open === undefined) return;
    desk.keeper.forget(open);
    await deleteDocument(name, open);
    const names = listed.current;
    const next = names[names.indexOf(open) + 1] ?? names[names.indexOf(open) - 1];
    await outdated();
    if (next !== undefined) onOpen(next);
    else void navigate(`/projects/${encodeURIComponent(name)}/tag`);
  }

  const failed = documents.error ?? entities.error ?? project.error;
  if (failed) {
    return <Problem error={failed} onRetry={() => void outdated()} />;
  }
  if (!documents.isSuccess || !entities.isSuccess || !project.isSuccess) {
    return <Spinner className={styles.wait} label="Reading the documents" />;
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: files can be dropped anywhere
    <div
      className={styles.page}
      onDragOver={(event) => {
        if (readOnly || !event.dataTransfer.types.includes("Files")) return;
        event.preventDefault();
        setDragging(true);
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setDragging(false);
      }}
      onDrop={(event) => {
        if (readOnly || event.dataTransfer.files.length === 0) return;
        event.preventDefault();
        setDragging(false);
        setDropped([...event.dataTransfer.files]);
      }}
    >
      <header className={styles.head}>
        <Title3 as="h1">Tag data</Title3>
        <Text className={styles.about}>
          Select words in a document and say which entity they are.
        </Text>
        {me.data?.role === "owner" && open !== undefined && (
          <Button icon={<DeleteRegular />} appearance="subtle" onClick={() => setDeleting(true)}>
            Delete document
          </Button>
        )}
        <Button icon={<ArrowUploadRegular />} disabled={readOnly} onClick={() => setDropped([])}>
          Upload documents
        </Button>
      </header>
      <Banner project={name} faults={faults.data ?? []} />
      {documents.data.length === 0 ? (
        <Empty
          icon={<DocumentTextRegular />}
          title="There are no documents yet"
          action={
            <Button appearance="primary" disabled={readOnly} onClick={() => setDropped([])}>
              Upload documents
            </Button>
          }
        >
          Drop .txt, .pdf, .docx or .html files here, or put .txt files into the container{" "}
          {project.data.storageInputContainerName}.
        </Empty>
      ) : (
        <div className={styles.columns}>
          <div className={styles.left}>
            <DocumentList
              desk={desk}
              documents={documents.data}
              faults={faulty}
              kinds={kinds}
              open={open}
              onOpen={onOpen}
              onListed={onListed}
            />
          </div>
          {open !== undefined && (
            <Workbench
              key={open}
              desk={desk}
              project={project.data}
              name={open}
              kinds={kinds}
              documents={documents.data}
              models={models.data ?? []}
              readOnly={readOnly}
              brush={brush}
              onBrush={setBrush}
              model={model}
              onModel={setModel}
              at={at === null || Number.isNaN(Number(at)) ? null : Math.max(0, Number(at))}
              onStep={step}
              onAddEntities={() => setAdding(true)}
              onOutdated={outdated}
            />
          )}
        </div>
      )}
      {dragging && (
        <div className={styles.drop}>
          <Text size={500}>Drop files to add them</Text>
        </div>
      )}
      {adding && (
        <AddEntities
          project={name}
          known={kinds.map(({ category }) => category)}
          after={outdated}
          onClose={() => setAdding(false)}
        />
      )}
      {dropped !== null && (
        <UploadDialog
          project={name}
          dropped={dropped}
          onAdded={added}
          onClose={() => setDropped(null)}
        />
      )}
      {deleting && open !== undefined && (
        <Confirm
          title={`Delete ${open}?`}
          action="Delete"
          onConfirm={remove}
          onClose={() => setDeleting(false)}
        >
          The document and its labels are deleted from the project and from its container. This
          cannot be undone.
        </Confirm>
      )}
    </div>
  );
}

/** Names the documents that cannot be used as they are. */
function Banner({ project, faults }: { project: string; faults: readonly Fault[] }) {
  if (faults.length === 0) return null;
  return (
    <MessageBar intent="warning" layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>
          {count(faults.length, "document needs", "documents need")} attention
        </MessageBarTitle>
        {faults.slice(0, 5).map(({ documentName, code, message }, at) => (
          <span key={documentName} title={message}>
            {at > 0 && ", "}
            <Link
              to={`/projects/${encodeURIComponent(project)}/tag/${encodeURIComponent(documentName)}`}
            >
              {documentName}
            </Link>{" "}
            ({FAULTS[code]})
          </span>
        ))}
        {faults.length > 5 && ` and ${faults.length - 5} more`}. All other documents can be used.
      </MessageBarBody>
    </MessageBar>
  );
}
