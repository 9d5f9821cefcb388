/** Short messages at the lower edge: what has been done, and what went wrong on the way. */

import {
  Link,
  Toast,
  ToastBody,
  Toaster,
  ToastFooter,
  type ToastIntent,
  ToastTitle,
  useId,
  useToastController,
} from "@fluentui/react-components";
import { createContext, type ReactNode, useContext, useMemo } from "react";

export interface Notice {
  title: string;
  body?: string;
  /** A way to where it can be looked at. */
  link?: { text: string; to: string };
}

export interface NoticeBoard {
  done: (notice: Notice) => void;
  failed: (title: string, error: unknown) => void;
}

const Context = createContext<NoticeBoard | null>(null);

export function Notices({ children }: { children: ReactNode }) {
  const toaster = useId("notices");
  const { dispatchToast } = useToastController(toaster);
  const board = useMemo<NoticeBoard>(() => {
    function show(intent: ToastIntent, { title, body, link }: Notice) {
      dispatchToast(
        <Toast>
          <ToastTitle>{title}</ToastTitle>
          {body && <ToastBody>{body}</ToastBody>}
          {link && (
            <ToastFooter>
              <Link href={`/studio${link.to}`}>{link.text}</Link>
            </ToastFooter>
          )}
        </Toast>,
        { intent, timeout: intent === "error" ? 12_000 : link ? 10_000 : 5_000 },
      );
    }
    return {
      done: (notice) => show("success", notice),
      failed: (title, error) =>
        show("error", { title, body: error instanceof Error ? error.message : String(error) }),
    };
  }, [dispatchToast]);
  return (
    <Context value={board}>
      {children}
      <Toaster toasterId={toaster} position="bottom-end" pauseOnHover />
    </Context>
  );
}

export function useNotices(): NoticeBoard {
  const board = useContext(Context);
  if (board === null) throw new Error("useNotices outside of Notices");
  return board;
}
