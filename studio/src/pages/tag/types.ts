/** Entity types as the page shows them. */

import type { EntityType } from "../../api/types.ts";
import { keyAt } from "../../tagging/keys.ts";
import { hueAt } from "../../text/hues.ts";

export interface Kind extends EntityType {
  hue: number;
  /** The key that applies it; only the first ones have one. */
  key: string | undefined;
}

export function kindsOf(entities: readonly EntityType[]): Kind[] {
  return entities.map((one, at) => ({ ...one, hue: hueAt(at), key: keyAt(at) }));
}
