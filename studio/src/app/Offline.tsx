/** Says that the service is away, looks for it, and goes away itself when it is back. */

import {
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
} from "@fluentui/react-components";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState, useSyncExternalStore } from "react";
import { projects, read } from "../api/client.ts";
import { isAway, onConnectionChange } from "../api/connection.ts";

/** Milliseconds between two looks for a service that is away. */
const PAUSE = 3_000;

const useStyles = makeStyles({ bar: { borderRadius: 0, flexShrink: 0 } });

export function Offline() {
  const away = useSyncExternalStore(onConnectionChange, isAway);
  return away ? <Banner /> : null;
}

function Banner() {
  const styles = useStyles();
  const client = useQueryClient();
  const [looking, setLooking] = useState(false);

  useEffect(() => {
    const timer = setInterval(() => void look(), PAUSE);
    return () => {
      clearInterval(timer);
      // It is back: what could not be read meanwhile is read now.
      void client.invalidateQueries();
    };
  }, [client]);

  async function lookNow() {
    setLooking(true);
    await look();
    setLooking(false);
  }

  return (
    <MessageBar intent="error" className={styles.bar}>
      <MessageBarBody>
        <MessageBarTitle>The service cannot be reached.</MessageBarTitle>
        Is it running, and is this computer connected to it? The studio keeps trying, and goes on by
        itself as soon as there is an answer.
      </MessageBarBody>
      <MessageBarActions>
        <Button disabled={looking} onClick={() => void lookNow()}>
          {looking ? "Trying…" : "Try again"}
        </Button>
      </MessageBarActions>
    </MessageBar>
  );
}

/** Ask the service anything: every answer, even a refusal, says that it is there. */
export async function look(): Promise<void> {
  await read(projects("global", "me")).catch(() => undefined);
}
