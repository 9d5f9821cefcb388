/** Adds, renames and deletes entity types; the labels of all documents follow. */

import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Input,
  Spinner,
  Text,
} from "@fluentui/react-components";
import { type FormEvent, useState } from "react";
import { deleteEntity, putEntity, renameEntity } from "../../api/labelling.ts";
import type { Document } from "../../api/types.ts";
import { useNotices } from "../../app/Notices.tsx";
import { Confirm } from "../../parts/Confirm.tsx";
import { Problem } from "../../parts/Problem.tsx";
import { useAct } from "../../parts/useAct.ts";
import { count } from "../../parts/words.ts";
import { wrongName } from "../../tagging/entityNames.ts";

interface Shared {
  project: string;
  before: () => Promise<unknown>;
  after: () => Promise<unknown>;
  onClose: () => void;
}

export function AddEntities({
  project,
  known,
  after,
  onClose,
}: Omit<Shared, "before"> & { known: readonly string[] }) {
  const notices = useNotices();
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const wrong = wrongName(name, known);

  const { busy, error, act } = useAct(async (another: boolean) => {
    await putEntity(project, name, description);
    await after();
    notices.done({ title: `Added ${name}` });
    if (another) {
      setName("");
      setDescription("");
    } else {
      onClose();
    }
  });

  return (
    <Form
      title="Add entities"
      busy={busy}
      onClose={onClose}
      onSubmit={() => void (wrong === null && act(false))}
      actions={
        <>
          <Button disabled={busy || wrong !== null} onClick={() => void act(true)}>
            Add another
          </Button>
          <Button type="submit" appearance="primary" disabled={busy || wrong !== null}>
            Add
          </Button>
        </>
      }
    >
      <NameField name={name} wrong={wrong} onChange={setName} />
      <Field label="Description" hint="What it stands for, for those who tag.">
        <Input value={description} onChange={(_, data) => setDescription(data.value)} />
      </Field>
      {error !== undefined && <Problem error={error} />}
    </Form>
  );
}

export function RenameEntity({
  project,
  name: old,
  known,
  before,
  after,
  onClose,
}: Shared & { name: string; known: readonly string[] }) {
  const notices = useNotices();
  const [name, setName] = useState(old);
  const wrong = name === old ? "Type another name." : wrongName(name, known);

  const { busy, error, act } = useAct(async () => {
    await before();
    await renameEntity(project, old, name);
    await after();
    notices.done({ title: `Renamed ${old} to ${name}` });
    onClose();
  });

  return (
    <Form
      title={`Rename ${old}`}
      busy={busy}
      onClose={onClose}
      onSubmit={() => void (wrong === null && act())}
      actions={
        <Button type="submit" appearance="primary" disabled={busy || wrong !== null}>
          {busy ? <Spinner size="tiny" label="Renaming" /> : "Rename"}
        </Button>
      }
    >
      <NameField name={name} wrong={name === old ? null : wrong} onChange={setName} />
      <Text>
        Its labels in all documents follow. Models that are trained already keep the old name.
      </Text>
      {error !== undefined && <Problem error={error} />}
    </Form>
  );
}

export function DeleteEntity({
  project,
  name,
  documents,
  before,
  after,
  onClose,
}: Shared & { name: string; documents: readonly Document[] }) {
  const notices = useNotices();
  const counts = documents.map(({ labelCounts }) => labelCounts[name] ?? 0);
  const labels = counts.reduce((sum, one) => sum + one, 0);
  const touched = counts.filter((one) => one > 0).length;
  return (
    <Confirm
      title={`Delete ${name}?`}
      action="Delete"
      onClose={onClose}
      onConfirm={async () => {
        await before();
        await deleteEntity(project, name);
        await after();
        notices.done({ title: `Deleted ${name}`, body: `${count(labels, "label")} removed.` });
      }}
    >
      {labels === 0
        ? "No document has labels of this entity."
        : `This removes ${count(labels, "label")} in ${count(touched, "document")}, and cannot be undone.`}
    </Confirm>
  );
}

function NameField(props: { name: string; wrong: string | null; onChange: (to: string) => void }) {
  const { name, wrong, onChange } = props;
  return (
    <Field
      label="Name"
      required
      {...(wrong !== null && name !== ""
        ? { validationState: "error", validationMessage: wrong }
        : {})}
    >
      <Input autoFocus value={name} onChange={(_, data) => onChange(data.value)} />
    </Field>
  );
}

interface FormProps {
  title: string;
  busy: boolean;
  onClose: () => void;
  onSubmit: () => void;
  actions: React.ReactNode;
  children: React.ReactNode;
}

function Form({ title, busy, onClose, onSubmit, actions, children }: FormProps) {
  function submit(event: FormEvent) {
    event.preventDefault();
    onSubmit();
  }
  return (
    <Dialog open onOpenChange={(_, { open }) => !open && !busy && onClose()}>
      <DialogSurface>
        <form onSubmit={submit}>
          <DialogBody>
            <DialogTitle>{title}</DialogTitle>
            <DialogContent style={{ display: "flex", flexDirection: "column", gap: 16 }}>
              {children}
            </DialogContent>
            <DialogActions>
              <Button onClick={onClose} disabled={busy}>
                Cancel
              </Button>
              {actions}
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}
