/** The mark of an entity type: its hue, as it is painted in the text. */

import { useLook } from "../../app/Look.tsx";
import { hue } from "../../text/hues.ts";

export function Swatch({ hue: number }: { hue: number }) {
  const { look } = useLook();
  const { back, strong } = hue(number, look === "light" ? "light" : "dark");
  return (
    <span
      aria-hidden
      style={{
        width: 14,
        height: 14,
        boxSizing: "border-box",
        flexShrink: 0,
        borderRadius: 3,
        background: back,
        border: `2px solid ${strong}`,
      }}
    />
  );
}
