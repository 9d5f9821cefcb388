import { Button } from "@fluentui/react-components";
import { PlugDisconnectedRegular } from "@fluentui/react-icons";
import { useEffect, useRef, useSyncExternalStore } from "react";
import { useRouteError } from "react-router";
import { isAway, onConnectionChange } from "../api/connection.ts";
import { Empty } from "../parts/Empty.tsx";
import { look } from "./Offline.tsx";

/** Stands in for a page that broke, or whose files could not be loaded. */
export function Mishap() {
  const error = useRouteError();
  const away = useSyncExternalStore(onConnectionChange, isAway);
  const wasAway = useRef(false);

  // Files of a page that did not come say nothing of the service until it is asked.
  useEffect(() => void look(), []);
  useEffect(() => {
    if (wasAway.current && !away) location.reload();
    wasAway.current = away;
  }, [away]);

  return (
    <Empty
      icon={<PlugDisconnectedRegular />}
      title="This page could not be shown"
      action={
        <Button appearance="primary" onClick={() => location.reload()}>
          Load it again
        </Button>
      }
    >
      {error instanceof Error ? error.message : "Its files could not be loaded."}{" "}
      {away && "It is shown as soon as the service answers. "}
      Nothing that you have saved is lost.
    </Empty>
  );
}
