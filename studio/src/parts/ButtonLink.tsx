import { Button, type ButtonProps } from "@fluentui/react-components";
import type { ReactElement, ReactNode } from "react";
import { useHref, useLinkClickHandler } from "react-router";

export interface ButtonLinkProps {
  to: string;
  children: ReactNode;
  appearance?: NonNullable<ButtonProps["appearance"]>;
  icon?: ReactElement;
}

/** A link to another page of the studio that looks like a button. */
export function ButtonLink({ to, children, appearance = "primary", icon }: ButtonLinkProps) {
  const href = useHref(to);
  const follow = useLinkClickHandler<HTMLAnchorElement>(to);
  return (
    <Button as="a" href={href} onClick={follow} appearance={appearance} icon={icon ?? null}>
      {children}
    </Button>
  );
}
