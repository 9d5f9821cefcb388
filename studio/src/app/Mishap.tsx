import { Button } from "@fluentui/react-components";
import { PlugDisconnectedRegular } from "@fluentui/react-icons";
import { useRouteError } from "react-router";
import { Empty } from "../parts/Empty.tsx";

/** Stands in for a page that broke, or whose files could not be loaded. */
export function Mishap() {
  const error = useRouteError();
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
      {error instanceof Error ? error.message : "Something unforeseen happened."} Nothing that you
      have saved is lost.
    </Empty>
  );
}
