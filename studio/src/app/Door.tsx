/** Lets in who is known: by a key, or by a sign-in in front of the service. */

import { Spinner } from "@fluentui/react-components";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";
import { ApiError, key } from "../api/client.ts";
import { meQuery } from "../api/queries.ts";
import { Problem } from "../parts/Problem.tsx";
import { SignIn } from "./SignIn.tsx";

export function Door({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const me = useQuery(meQuery);

  // A key that was taken away while the studio was open.
  useEffect(
    () =>
      client.getQueryCache().subscribe(({ type, query }) => {
        const error = type === "updated" ? query.state.error : null;
        if (error instanceof ApiError && error.status === 401 && query.queryKey[0] !== "me") {
          void client.invalidateQueries(meQuery);
        }
      }),
    [client],
  );

  if (isUnknown(me.error)) return <SignIn refused={key.get() !== null} />;
  // Who is known stays in while the service is away, with all that is on the page.
  if (me.data !== undefined) return children;
  if (me.isPending)
    return <Spinner size="large" label="Opening the studio" style={{ margin: "auto" }} />;
  return (
    <div style={{ margin: "auto", maxWidth: 560 }}>
      <Problem error={me.error} onRetry={() => void me.refetch()} />
    </div>
  );
}

function isUnknown(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401;
}

/** Forget who is signed in, and all that was read for them. */
export function signOut(): void {
  key.clear();
  location.assign("/studio/");
}
