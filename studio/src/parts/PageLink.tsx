import { Link } from "@fluentui/react-components";
import type { ReactNode } from "react";
import { useHref, useLinkClickHandler } from "react-router";

export interface PageLinkProps {
  to: string;
  children: ReactNode;
  className?: string;
  /** Where the words alone do not say which one of several it is. */
  "aria-label"?: string;
}

/** A link to another page of the studio, within a text. */
export function PageLink({ to, children, ...props }: PageLinkProps) {
  const href = useHref(to);
  const follow = useLinkClickHandler<HTMLAnchorElement>(to);
  return (
    <Link href={href} onClick={follow} {...props}>
      {children}
    </Link>
  );
}
