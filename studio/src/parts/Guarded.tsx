/** Buttons for what not every role may do: they say whom to ask, instead of being refused later. */

import { Button, type ButtonProps, Tooltip } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { meQuery } from "../api/queries.ts";
import type { Me } from "../api/types.ts";

type Role = Me["role"];

const ORDER: readonly Role[] = ["reader", "author", "owner"];

const REASONS: Record<Role, string> = {
  reader: "",
  author:
    "You are signed in as a reader: you can look at everything, and change nothing. To do this, sign in with the key of an author.",
  owner:
    "You are signed in without the rights of the owner, which this needs. Sign in with the owner's key to do it.",
};

/** Return why who is signed in may not do what this role may; nothing where they may. */
export function useLacking(needs: Role): string | undefined {
  const { data: me } = useQuery(meQuery);
  if (me === undefined || ORDER.indexOf(me.role) >= ORDER.indexOf(needs)) return undefined;
  return REASONS[me.role === "reader" && needs === "author" ? "author" : "owner"];
}

export type GuardedButtonProps = ButtonProps & { needs: Role };

/** A button that who has too small a role cannot press, but can reach to read why. */
export function GuardedButton({ needs, ...props }: GuardedButtonProps) {
  const lacking = useLacking(needs);
  if (lacking === undefined) return <Button {...props} />;
  return (
    <Tooltip content={lacking} relationship="description" withArrow>
      <Button {...props} disabled={false} disabledFocusable />
    </Tooltip>
  );
}
