import { Button, makeStyles, mergeClasses, Text, tokens } from "@fluentui/react-components";
import { ArrowUploadRegular, DismissRegular, DocumentRegular } from "@fluentui/react-icons";
import { type DragEvent, useRef, useState } from "react";
import { bytes } from "./words.ts";

const useStyles = makeStyles({
  zone: {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    gap: tokens.spacingHorizontalM,
    padding: tokens.spacingVerticalL,
    border: `1px dashed ${tokens.colorNeutralStroke1}`,
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground2,
  },
  over: {
    border: `1px dashed ${tokens.colorBrandStroke1}`,
    backgroundColor: tokens.colorBrandBackground2,
  },
  icon: { fontSize: "24px", color: tokens.colorNeutralForeground2 },
  name: { flexGrow: 1, minWidth: 0, overflowWrap: "anywhere" },
  quiet: { color: tokens.colorNeutralForeground3 },
});

export interface FilePickerProps {
  label: string;
  /** Endings of names, as `.json`. */
  accept: readonly string[];
  file: { name: string; size: number } | undefined;
  disabled?: boolean;
  onPick: (file: File) => void;
  onRemove: () => void;
}

/** Takes one file: chosen in a dialog, or dropped. */
export function FilePicker({ label, accept, file, disabled, onPick, onRemove }: FilePickerProps) {
  const styles = useStyles();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);

  function drop(event: DragEvent) {
    event.preventDefault();
    setOver(false);
    const [dropped] = event.dataTransfer.files;
    if (dropped !== undefined && !disabled) onPick(dropped);
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a drop is only another way to the button
    <div
      className={mergeClasses(styles.zone, over && styles.over)}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <input
        ref={input}
        type="file"
        hidden
        aria-label={label}
        accept={accept.join(",")}
        onChange={(event) => {
          const [picked] = event.target.files ?? [];
          // The same file can be picked again, once it has been mended.
          event.target.value = "";
          if (picked !== undefined) onPick(picked);
        }}
      />
      {file !== undefined && (
        <>
          <DocumentRegular className={styles.icon} aria-hidden />
          <Text className={styles.name}>
            {file.name}{" "}
            <Text size={200} className={styles.quiet}>
              {bytes(file.size)}
            </Text>
          </Text>
        </>
      )}
      <Button
        icon={<ArrowUploadRegular />}
        disabled={disabled ?? false}
        onClick={() => input.current?.click()}
      >
        {file === undefined ? label : "Choose another file"}
      </Button>
      {file === undefined ? (
        <Text className={styles.quiet}>or drop it here</Text>
      ) : (
        <Button
          appearance="subtle"
          icon={<DismissRegular />}
          aria-label={`Take ${file.name} away`}
          onClick={onRemove}
        />
      )}
    </div>
  );
}
