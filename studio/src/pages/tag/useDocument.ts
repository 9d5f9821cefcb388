import { useEffect, useState, useSyncExternalStore } from "react";
import type { Status } from "../../tagging/Keeper.ts";
import type { State } from "../../tagging/Session.ts";
import type { Desk, Opened } from "./desk.ts";

export type Loading =
  | { phase: "opening" }
  | { phase: "failed"; error: unknown; retry: () => void }
  | ({ phase: "open"; reload: () => void } & Opened);

/** Open a document, again when `reload` is called. */
export function useDocument(desk: Desk, name: string): Loading {
  const [round, setRound] = useState(0);
  const [loading, setLoading] = useState<Loading>({ phase: "opening" });
  useEffect(() => {
    const abort = new AbortController();
    const again = () => setRound(round + 1);
    desk.open(name, abort.signal).then(
      (opened) => {
        if (!abort.signal.aborted) setLoading({ phase: "open", reload: again, ...opened });
      },
      (error) => {
        if (!abort.signal.aborted) setLoading({ phase: "failed", error, retry: again });
      },
    );
    return () => abort.abort();
  }, [desk, name, round]);
  return loading;
}

export function useSession({ session }: Pick<Opened, "session">): State {
  return useSyncExternalStore(session.subscribe, () => session.state);
}

export function useStatus(desk: Desk, name: string): Status {
  return useSyncExternalStore(desk.keeper.subscribe, () => desk.keeper.status(name));
}
