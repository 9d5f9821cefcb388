/** Adds documents to the project: files that were chosen or dropped, or a text that was pasted. */

import {
  Button,
  Checkbox,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Input,
  MessageBar,
  MessageBarBody,
  makeStyles,
  Tab,
  TabList,
  Text,
  Textarea,
  tokens,
} from "@fluentui/react-components";
import { ArrowUploadRegular } from "@fluentui/react-icons";
import { useEffect, useRef, useState } from "react";
import { writeDocument } from "../../api/labelling.ts";
import { bytes, count } from "../../parts/words.ts";
import { type Decoded, decode, doubtful } from "../../tagging/encodings.ts";

const useStyles = makeStyles({
  form: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM },
  drop: {
    display: "flex",
    flexDirection: "column",
    alignItems: "center",
    gap: tokens.spacingVerticalS,
    padding: tokens.spacingVerticalXL,
    border: `2px dashed ${tokens.colorNeutralStroke1}`,
    borderRadius: tokens.borderRadiusLarge,
  },
  list: { margin: 0, padding: 0, listStyleType: "none", maxHeight: "280px", overflowY: "auto" },
  item: { padding: `${tokens.spacingVerticalXS} 0` },
  line: { display: "flex", gap: tokens.spacingHorizontalS, alignItems: "baseline" },
  name: { flexGrow: 1, minWidth: 0, overflow: "hidden", textOverflow: "ellipsis" },
  quiet: { flexShrink: 0, color: tokens.colorNeutralForeground3 },
  problem: { color: tokens.colorStatusDangerForeground1 },
  preview: {
    margin: `${tokens.spacingVerticalXS} 0`,
    padding: tokens.spacingHorizontalS,
    whiteSpace: "pre-wrap",
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    backgroundColor: tokens.colorNeutralBackground3,
    maxHeight: "96px",
    overflowY: "auto",
  },
});

interface Candidate {
  name: string;
  size: number;
  /** Null for what is no text file. */
  decoded: Decoded | null;
  /** A file of another kind, whose text the service makes. */
  original: File | null;
  /** Whether somebody has looked at the text and found it right. */
  agreed: boolean;
  state: "waiting" | "added" | "failed";
  problem?: string;
  /** What the document is called that was made of it. */
  document?: string;
}

/** The kinds of files that the service turns into text. */
const OTHERS = /\.(pdf|docx|html?)$/i;

export interface UploadDialogProps {
  project: string;
  /** Files that were dropped on the page. */
  dropped: readonly File[];
  onAdded: (names: string[]) => Promise<void>;
  onClose: () => void;
}

export function UploadDialog({ project, dropped, onAdded, onClose }: UploadDialogProps) {
  const styles = useStyles();
  const input = useRef<HTMLInputElement>(null);
  const [way, setWay] = useState<"files" | "paste">("files");
  const [candidates, setCandidates] = useState<readonly Candidate[]>([]);
  const [name, setName] = useState("");
  const [text, setText] = useState("");
  const [overwrite, setOverwrite] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const ready = candidates.filter(
    (one) =>
      one.state !== "added" &&
      (one.original !== null || (one.decoded !== null && (one.decoded.sure || one.agreed))),
  );

  useEffect(() => {
    void take(dropped).then(setCandidates);
  }, [dropped]);

  async function choose(files: readonly File[]) {
    const more = await take(files);
    setCandidates((known) => [
      ...known.filter((one) => !more.some((other) => other.name === one.name)),
      ...more,
    ]);
  }

  async function upload() {
    setBusy(true);
    const added: string[] = [];
    const after = [...candidates];
    for (const one of ready) {
      const done = await write(project, one, overwrite);
      if (done.state === "added") added.push(done.document ?? one.name);
      after[after.findIndex((known) => known.name === one.name)] = done;
      setCandidates([...after]);
    }
    setBusy(false);
    if (added.length > 0) await onAdded(added);
    if (after.every((one) => one.state === "added" || unusable(one))) onClose();
  }

  async function paste() {
    const file = name.endsWith(".txt") ? name : `${name}.txt`;
    setBusy(true);
    setProblem(undefined);
    try {
      await writeDocument(project, file, new Blob([text]), overwrite);
      await onAdded([file]);
      onClose();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  }

  function agree(which: Candidate, agreed: boolean) {
    setCandidates(candidates.map((one) => (one === which ? { ...one, agreed } : one)));
  }

  return (
    <Dialog open onOpenChange={(_, { open }) => !open && !busy && onClose()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>Upload documents</DialogTitle>
          <DialogContent className={styles.form}>
            <TabList
              selectedValue={way}
              onTabSelect={(_, { value }) => setWay(value as "files" | "paste")}
            >
              <Tab value="files">Files</Tab>
              <Tab value="paste">Paste a text</Tab>
            </TabList>
            {way === "files" ? (
              <>
                <section
                  className={styles.drop}
                  aria-label="Drop files here"
                  onDragOver={(event) => event.preventDefault()}
                  onDrop={(event) => {
                    event.preventDefault();
                    event.stopPropagation();
                    void choose([...event.dataTransfer.files]);
                  }}
                >
                  <Text>Drop .txt, .pdf, .docx or .html files here, or</Text>
                  <Button icon={<ArrowUploadRegular />} onClick={() => input.current?.click()}>
                    Choose files
                  </Button>
                  <input
                    ref={input}
                    type="file"
                    accept=".txt,.pdf,.docx,.html,.htm,text/plain"
                    multiple
                    hidden
                    data-testid="files"
                    onChange={(event) => void choose([...(event.target.files ?? [])])}
                  />
                </section>
                {candidates.length > 0 && (
                  <ul className={styles.list} aria-label="Files">
                    {candidates.map((one) => (
                      <li key={one.name} className={styles.item}>
                        <div className={styles.line}>
                          <span className={styles.name}>{one.name}</span>
                          <Text size={200} className={styles.quiet}>
                            {told(one)}
                          </Text>
                        </div>
                        {one.state === "failed" && (
                          <Text size={200} className={styles.problem}>
                            {one.problem}
                          </Text>
                        )}
                        {one.decoded?.sure === false && (
                          <>
                            <Text size={200}>
                              This file is not UTF-8. Read as {one.decoded.encoding}, its text is:
                            </Text>
                            <pre className={styles.preview}>
                              {doubtful(one.decoded.text).join("\n")}
                            </pre>
                            <Checkbox
                              label="The text is right: convert it to UTF-8"
                              checked={one.agreed}
                              onChange={(_, data) => agree(one, data.checked === true)}
                            />
                          </>
                        )}
                      </li>
                    ))}
                  </ul>
                )}
              </>
            ) : (
              <>
                <Field label="Name of the document" required hint="It ends in .txt.">
                  <Input
                    value={name}
                    placeholder="Such as letter-1.txt"
                    onChange={(_, data) => setName(data.value)}
                  />
                </Field>
                <Field label="Text" required>
                  <Textarea rows={8} value={text} onChange={(_, data) => setText(data.value)} />
                </Field>
              </>
            )}
            <Checkbox
              label="Replace documents of the same name"
              checked={overwrite}
              onChange={(_, data) => setOverwrite(data.checked === true)}
            />
            {problem !== undefined && (
              <MessageBar intent="error" layout="multiline">
                <MessageBarBody>{problem}</MessageBarBody>
              </MessageBar>
            )}
          </DialogContent>
          <DialogActions>
            <Button onClick={onClose} disabled={busy}>
              Close
            </Button>
            {way === "files" ? (
              <Button
                appearance="primary"
                disabled={busy || ready.length === 0}
                onClick={() => void upload()}
              >
                Upload {count(ready.length, "file")}
              </Button>
            ) : (
              <Button
                appearance="primary"
                disabled={busy || name.trim() === "" || text.trim() === ""}
                onClick={() => void paste()}
              >
                Add the text
              </Button>
            )}
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}

async function take(files: readonly File[]): Promise<Candidate[]> {
  return Promise.all(
    files.map(async (file) => ({
      name: file.name,
      size: file.size,
      decoded: file.name.toLowerCase().endsWith(".txt")
        ? decode(new Uint8Array(await file.arrayBuffer()))
        : null,
      original: OTHERS.test(file.name) ? file : null,
      agreed: false,
      state: "waiting" as const,
    })),
  );
}

async function write(project: string, one: Candidate, overwrite: boolean): Promise<Candidate> {
  const content = one.original ?? (one.decoded && new Blob([one.decoded.bytes]));
  if (content === null) return one;
  const name = one.name.replace(/\.txt$/i, ".txt");
  try {
    const { documentName } = await writeDocument(project, name, content, overwrite);
    return { ...one, state: "added", document: documentName };
  } catch (error) {
    return { ...one, state: "failed", problem: (error as Error).message };
  }
}

function unusable({ decoded, original }: Candidate): boolean {
  return decoded === null && original === null;
}

function told(one: Candidate): string {
  const { decoded, original, state, size, document } = one;
  if (unusable(one)) return "not a text, PDF, DOCX or HTML file: left out";
  if (state === "added") return original === null ? "added" : `added as ${document}`;
  if (state === "failed") return "not added";
  if (original !== null) return `${bytes(size)}, to be turned into text`;
  return `${bytes(size)}, ${decoded?.sure ? decoded.encoding : "not UTF-8"}`;
}
