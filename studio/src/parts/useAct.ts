import { useState } from "react";

export interface Act<Given extends unknown[]> {
  /** Whether it is under way. */
  busy: boolean;
  /** Why it failed the last time. */
  error: unknown;
  act: (...given: Given) => Promise<void>;
}

/** What a form or a dialog does at the press of its button, one press at a time. */
export function useAct<Given extends unknown[]>(
  work: (...given: Given) => Promise<unknown> | unknown,
): Act<Given> {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();

  async function act(...given: Given) {
    setBusy(true);
    setError(undefined);
    try {
      await work(...given);
    } catch (reason) {
      setError(reason);
    } finally {
      setBusy(false);
    }
  }

  return { busy, error, act };
}
