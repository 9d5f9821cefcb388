import { MessageBar, MessageBarBody, Spinner } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ApiError } from "../api/client.ts";
import { documentAddress } from "../parts/addresses.ts";
import { PageLink } from "../parts/PageLink.tsx";
import { Problem } from "../parts/Problem.tsx";
import { judgedTextQuery } from "./queries.ts";

export interface JudgedTextProps {
  project: string;
  document: string;
  /** Of the text that was judged, where that is known. */
  digest: string | undefined;
  children: (text: string) => ReactNode;
}

/** Gives the text of a judged document, or says why there is none to look at. */
export function JudgedText({ project, document, digest, children }: JudgedTextProps) {
  const found = useQuery(judgedTextQuery(project, document));
  if (found.isPending) return <Spinner size="tiny" label="Opening the document" />;
  if (found.error instanceof ApiError && found.error.status === 404) {
    return <Gone>This document has been deleted since.</Gone>;
  }
  if (found.error) {
    return <Problem error={found.error} onRetry={() => void found.refetch()} />;
  }
  if (digest !== undefined && found.data.textDigest !== digest) {
    return (
      <Gone>
        The text of this document has changed since the model was judged by it, so that what was
        predicted cannot be shown in it.{" "}
        <PageLink to={documentAddress(project, document)}>Look at it as it is now</PageLink>
      </Gone>
    );
  }
  return children(found.data.text);
}

function Gone({ children }: { children: ReactNode }) {
  return (
    <MessageBar intent="warning" layout="multiline">
      <MessageBarBody>{children}</MessageBarBody>
    </MessageBar>
  );
}
