import {
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  Text,
} from "@fluentui/react-components";
import { useSyncExternalStore } from "react";
import { ApiError } from "../api/client.ts";
import { isAway, onConnectionChange } from "../api/connection.ts";

export interface ProblemProps {
  error: unknown;
  /** What the studio was about to do; without it the error's kind is the title. */
  title?: string;
  onRetry?: () => void;
}

/** A banner that says what happened, in the service's words, and lets one try again. */
export function Problem({ error, title, onRetry }: ProblemProps) {
  const away = useSyncExternalStore(onConnectionChange, isAway);
  // There is one banner about that, above every page.
  if (away && error instanceof ApiError && error.status === 0) {
    return <Text>This is shown as soon as the service answers.</Text>;
  }
  const details = error instanceof ApiError ? error.details : [];
  return (
    <MessageBar intent="error" layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>{title ?? titleOf(error)}</MessageBarTitle>
        {error instanceof Error ? error.message : String(error)}
        {details.length > 0 && (
          <ul>
            {details.slice(0, 10).map(({ message, target }) => (
              <li key={`${target} ${message}`}>
                {target !== undefined && <strong>{target}: </strong>}
                {message}
              </li>
            ))}
            {details.length > 10 && <li>and {details.length - 10} more</li>}
          </ul>
        )}
      </MessageBarBody>
      {onRetry && (
        <MessageBarActions>
          <Button onClick={onRetry}>Try again</Button>
        </MessageBarActions>
      )}
    </MessageBar>
  );
}

function titleOf(error: unknown): string {
  if (!(error instanceof ApiError)) return "Something went wrong";
  if (error.away) return "The service is away";
  if (error.status === 403) return "Not allowed";
  if (error.status === 404) return "Not found";
  return "The service refused";
}
