import {
  Button,
  Menu,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  MessageBar,
  MessageBarBody,
  makeStyles,
  mergeClasses,
  Spinner,
  Text,
  Textarea,
  tokens,
} from "@fluentui/react-components";
import {
  ArrowUploadRegular,
  DismissRegular,
  DocumentTextRegular,
  EditRegular,
} from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { type DragEvent, useDeferredValue, useMemo, useRef, useState } from "react";
import { projects, read } from "../../api/client.ts";
import { documentsQuery } from "../../api/queries.ts";
import type { LabelledDocument } from "../../api/types.ts";
import { number } from "../../parts/words.ts";
import { elements, textOf, tooLong } from "./texts.ts";

export interface Source {
  text: string;
  /** Where it is from, if it was not typed: it is then sent as it is there. */
  name?: string;
}

/** Documents that are offered; those that nobody has tagged come first. */
const OFFERED = 30;

const useStyles = makeStyles({
  box: {
    display: "flex",
    flexDirection: "column",
    gap: tokens.spacingVerticalS,
    padding: tokens.spacingHorizontalM,
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
  },
  dropping: { outline: `2px dashed ${tokens.colorBrandStroke1}`, outlineOffset: "-2px" },
  bar: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: tokens.spacingHorizontalS },
  gap: { flexGrow: 1 },
  area: { "& textarea": { height: "160px", maxHeight: "none", resize: "vertical" } },
  file: {
    height: "160px",
    resize: "vertical",
    overflow: "auto",
    boxSizing: "border-box",
    padding: `${tokens.spacingVerticalSNudge} ${tokens.spacingHorizontalM}`,
    whiteSpace: "pre-wrap",
    overflowWrap: "anywhere",
    color: tokens.colorNeutralForeground2,
    backgroundColor: tokens.colorNeutralBackground2,
    borderRadius: tokens.borderRadiusMedium,
  },
  name: { display: "flex", alignItems: "center", gap: tokens.spacingHorizontalS, minWidth: 0 },
  counter: { color: tokens.colorNeutralForeground3, fontVariantNumeric: "tabular-nums" },
  menu: { maxHeight: "320px" },
});

export interface TextInputProps {
  project: string;
  source: Source;
  /** Characters (text elements) that it may have. */
  most: number;
  onChange: (source: Source) => void;
  disabled: boolean;
}

/**
 * The text to test on: typed, from a file, or a document of the project.
 *
 * What comes from a file never goes through the text box, which changes line ends.
 */
export function TextInput({ project, source, most, onChange, disabled }: TextInputProps) {
  const styles = useStyles();
  const [refusal, setRefusal] = useState<string>();
  const [dropping, setDropping] = useState(false);
  const picker = useRef<HTMLInputElement>(null);

  function take(next: Source) {
    const reason = tooLong(next.text, most);
    setRefusal(reason ?? undefined);
    if (reason === null) onChange(next);
  }

  async function takeFile(file: File) {
    try {
      take({ text: await textOf(file, most), name: file.name });
    } catch (error) {
      setRefusal(error instanceof Error ? error.message : String(error));
    }
  }

  async function takeDocument(name: string) {
    try {
      const { text } = await read<LabelledDocument>(projects(project, "documents", name));
      take({ text, name });
    } catch (error) {
      setRefusal(error instanceof Error ? error.message : String(error));
    }
  }

  function drop(event: DragEvent) {
    const [file, another] = event.dataTransfer.files;
    setDropping(false);
    if (file === undefined) return;
    event.preventDefault();
    if (disabled) return;
    if (another === undefined) void takeFile(file);
    else setRefusal("One file at a time, please.");
  }

  return (
    <section
      className={mergeClasses(styles.box, dropping && styles.dropping)}
      aria-label="Text to test"
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes("Files")) return;
        event.preventDefault();
        setDropping(true);
      }}
      onDragLeave={() => setDropping(false)}
      onDrop={drop}
    >
      <div className={styles.bar}>
        <input
          ref={picker}
          type="file"
          accept=".txt,text/plain"
          hidden
          aria-label="Text file"
          onChange={(event) => {
            const [file] = event.target.files ?? [];
            if (file) void takeFile(file);
            event.target.value = "";
          }}
        />
        <Button
          icon={<ArrowUploadRegular />}
          disabled={disabled}
          onClick={() => picker.current?.click()}
        >
          Upload a .txt file
        </Button>
        <Documents
          project={project}
          disabled={disabled}
          onPick={(name) => void takeDocument(name)}
        />
        <span className={styles.gap} />
        {source.name !== undefined && (
          <Button
            appearance="subtle"
            icon={<EditRegular />}
            disabled={disabled}
            onClick={() => take({ text: source.text })}
          >
            Edit
          </Button>
        )}
        <Button
          appearance="subtle"
          icon={<DismissRegular />}
          disabled={disabled || source.text === ""}
          onClick={() => take({ text: "" })}
        >
          Clear
        </Button>
      </div>
      {source.name === undefined ? (
        <Textarea
          className={styles.area}
          aria-label="Text"
          placeholder="Type or paste a text here, or drop a .txt file."
          spellCheck={false}
          value={source.text}
          disabled={disabled}
          onChange={(_, { value }) => take({ text: value })}
        />
      ) : (
        <>
          <Text className={styles.name}>
            <DocumentTextRegular aria-hidden />
            <span>
              <strong>{source.name}</strong> is sent as it is, with its own line ends.
            </span>
          </Text>
          <section
            className={styles.file}
            aria-label={`Text of ${source.name}`}
            // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
            tabIndex={0}
          >
            {source.text}
          </section>
        </>
      )}
      <Counter text={source.text} most={most} />
      {refusal !== undefined && (
        <MessageBar intent="error" layout="multiline">
          <MessageBarBody>{refusal}</MessageBarBody>
        </MessageBar>
      )}
    </section>
  );
}

function Counter({ text, most }: { text: string; most: number }) {
  const styles = useStyles();
  // Long texts take a while to count; typing does not wait for it.
  const settled = useDeferredValue(text);
  const counted = useMemo(() => elements(settled), [settled]);
  return (
    <Text size={200} align="end" className={styles.counter}>
      {number(counted)} of {number(most)} characters
    </Text>
  );
}

interface DocumentsProps {
  project: string;
  disabled: boolean;
  onPick: (name: string) => void;
}

function Documents({ project, disabled, onPick }: DocumentsProps) {
  const styles = useStyles();
  const [open, setOpen] = useState(false);
  const documents = useQuery({ ...documentsQuery(project), enabled: open });
  const offered = useMemo(() => {
    const all = documents.data ?? [];
    const untagged = all.filter(({ tagged }) => !tagged);
    return (untagged.length > 0 ? untagged : all).slice(0, OFFERED);
  }, [documents.data]);
  return (
    <Menu open={open} onOpenChange={(_, data) => setOpen(data.open)}>
      <MenuTrigger disableButtonEnhancement>
        <Button icon={<DocumentTextRegular />} disabled={disabled}>
          Use a document of the project
        </Button>
      </MenuTrigger>
      <MenuPopover>
        {documents.isPending ? (
          <Spinner size="tiny" label="Reading the documents" />
        ) : (
          <MenuList className={styles.menu}>
            {offered.map(({ documentName, tagged }) => (
              <MenuItem
                key={documentName}
                secondaryContent={tagged ? "tagged" : "not tagged"}
                onClick={() => onPick(documentName)}
              >
                {documentName}
              </MenuItem>
            ))}
            {offered.length === 0 && (
              <MenuItem disabled>
                {documents.isError ? "They could not be read" : "The project has no documents"}
              </MenuItem>
            )}
          </MenuList>
        )}
      </MenuPopover>
    </Menu>
  );
}
