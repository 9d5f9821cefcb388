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
} from "@fluentui/react-components";
import { type ReactNode, useState } from "react";
import { Problem } from "./Problem.tsx";
import { useAct } from "./useAct.ts";

export interface ConfirmProps {
  title: string;
  children: ReactNode;
  /** What the button says that does it. */
  action: string;
  /** A name that must be typed before the button can be pressed. */
  typed?: string;
  /** Whether all is there that the button needs; yes, where nothing is said. */
  ready?: boolean;
  onConfirm: () => Promise<unknown> | unknown;
  onClose: () => void;
}

/** Asks before something that cannot be undone; stays open, with the reason, where it fails. */
export function Confirm({
  title,
  children,
  action,
  typed,
  ready = true,
  onConfirm,
  onClose,
}: ConfirmProps) {
  const [text, setText] = useState("");
  const { busy, error, act } = useAct(async () => {
    await onConfirm();
    onClose();
  });

  return (
    <Dialog open onOpenChange={(_, { open }) => !open && !busy && onClose()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{title}</DialogTitle>
          <DialogContent>
            {children}
            {typed !== undefined && (
              <Field label={`Type “${typed}” to go on`} style={{ marginTop: 16 }}>
                <Input value={text} onChange={(_, data) => setText(data.value)} />
              </Field>
            )}
            {error !== undefined && <Problem error={error} />}
          </DialogContent>
          <DialogActions>
            <Button onClick={onClose} disabled={busy}>
              Cancel
            </Button>
            <Button
              appearance="primary"
              disabled={busy || !ready || (typed !== undefined && text !== typed)}
              onClick={() => void act()}
            >
              {action}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
