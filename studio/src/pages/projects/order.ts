/** The order of a list of projects. */

import type { Project } from "../../api/types.ts";

export type Column =
  | "projectName"
  | "description"
  | "language"
  | "storageInputContainerName"
  | "createdDateTime"
  | "lastModifiedDateTime"
  | "lastTrainedDateTime"
  | "lastDeployedDateTime";

export interface Order {
  column: Column;
  /** Whether the greatest, or the latest, comes first. */
  down: boolean;
}

const words = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** Return the order after a press on a column's head: the other way round, or by that column. */
export function turned(order: Order, column: Column): Order {
  if (order.column === column) return { column, down: !order.down };
  return { column, down: column.endsWith("DateTime") };
}

/** Return the projects in order; those without a value are at the end, whichever way it goes. */
export function sorted(projects: readonly Project[], { column, down }: Order): Project[] {
  return [...projects].sort((one, other) => {
    const [first, second] = [one[column] ?? "", other[column] ?? ""];
    if (first === "" || second === "") return Number(first === "") - Number(second === "");
    const compared = words.compare(first, second);
    return (down ? -compared : compared) || words.compare(one.projectName, other.projectName);
  });
}
