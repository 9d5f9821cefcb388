import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { useEffect, useRef, useState } from "react";
import { paint } from "../../text/paints.ts";
import { TextSurface } from "../../text/TextSurface.ts";
import type { Found } from "./extraction.ts";

const useStyles = makeStyles({
  text: {
    maxHeight: "min(60vh, 640px)",
    padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalL}`,
    fontSize: tokens.fontSizeBase400,
    // Room for the names below the entities.
    lineHeight: "34px",
  },
});

export interface HighlightedProps {
  /** The same for the life of the component: another text is another one. */
  text: string;
  entities: readonly Found[];
  hueOf: (category: string) => number;
  className?: string | undefined;
}

/** Shows a text with its entities, exactly where their offsets say. */
export function Highlighted({ text, entities, hueOf, className }: HighlightedProps) {
  const styles = useStyles();
  const element = useRef<HTMLDivElement>(null);
  const [surface, setSurface] = useState<TextSurface>();

  useEffect(() => {
    if (element.current === null) return;
    const made = new TextSurface(element.current);
    made.show(text);
    setSurface(made);
    return () => made.destroy();
  }, [text]);

  useEffect(() => {
    surface?.paint(
      "entities",
      entities.map(({ category, offset, length }) => ({
        start: offset,
        end: offset + length,
        paint: paint.label(hueOf(category)),
        tag: { name: category, hue: hueOf(category), kind: "label" },
      })),
    );
  }, [surface, entities, hueOf]);

  return (
    <div
      ref={element}
      className={mergeClasses(styles.text, className)}
      role="document"
      aria-label="Text with its entities"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
      tabIndex={0}
    />
  );
}
