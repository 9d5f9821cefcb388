/**
 * The style sheet of painted spans.
 *
 * Spans are painted by the CSS Custom Highlight API, whose rules can set colours and lines only. The
 * rules are made once, for each hue and look; no rule is made for a document.
 */

import { HUES, hue, type Theme } from "./hues.ts";

/** How a span is painted: `label-3` is a label of hue 3. */
export type Paint =
  | `label-${number}`
  | `suggestion-${number}`
  | `active-${number}`
  | "found"
  | "missed"
  | "spurious";

export const paint = {
  label: (hueNumber: number): Paint => `label-${hueNumber}`,
  suggestion: (hueNumber: number): Paint => `suggestion-${hueNumber}`,
  /** A label or suggestion that is being worked on: over its own paint. */
  active: (hueNumber: number): Paint => `active-${hueNumber}`,
};

/** Among several paints of a place the one of higher priority shows. */
export function priority(name: Paint): number {
  if (name.startsWith("label")) return 1;
  if (name.startsWith("suggestion")) return 0;
  return name.startsWith("active") ? 3 : 2;
}

const SHAPE = `
.surface { position: relative; overflow: auto; box-sizing: border-box; overflow-wrap: anywhere;
  cursor: text; outline-offset: -2px; scroll-padding: 4lh; }
.surface-line { position: relative; min-height: 1lh; white-space: pre-wrap;
  content-visibility: auto; contain-intrinsic-size: auto 1lh; padding-bottom: 5px; }
.surface-tag { position: absolute; user-select: none; pointer-events: none; overflow: hidden;
  text-overflow: ellipsis; white-space: nowrap; font: 600 10px/11px var(--fontFamilyBase, sans-serif);
  text-indent: 0; box-sizing: border-box; padding-right: 2px; }
.surface-tag::after { content: attr(data-name); }
.surface-tag[data-kind="suggestion"] { font-style: italic; font-weight: 400; }
.surface-caret { position: absolute; width: 2px; pointer-events: none; visibility: hidden;
  background: currentColor; animation: surface-blink 1.1s steps(1) infinite; }
.surface:focus .surface-caret { visibility: visible; }
@keyframes surface-blink { 50% { opacity: 0.15; } }
@media (prefers-reduced-motion: reduce) { .surface-caret { animation: none; } }
`;

let installed = false;

/**
 * Put the rules into the page, once. They are of the whole text and its lines inherit them: rules of
 * the lines would be worked out for each line.
 */
export function install(): void {
  if (installed) return;
  installed = true;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(SHAPE + rules("light") + rules("dark") + forced());
  document.adoptedStyleSheets.push(sheet);
}

function rules(theme: Theme): string {
  const found = theme === "light" ? "#ffe58a; color: #242424" : "#6b5500; color: #ffffff";
  const wrong = theme === "light" ? "#b10e1c" : "#ff9ba3";
  const out = [
    rule(theme, "found", `background-color: ${found}`),
    rule(theme, "missed", `text-decoration: underline dashed ${wrong} 2px`),
    rule(theme, "spurious", `text-decoration: underline wavy ${wrong} 1.5px`),
  ];
  for (let number = 0; number < HUES; number++) {
    const { back, text, strong } = hue(number, theme);
    const name = `.surface-tag[data-hue="${number}"]`;
    out.push(
      rule(
        theme,
        `label-${number}`,
        `background-color: ${back}; color: ${text}; text-decoration: underline solid ${strong} 2px`,
      ),
      rule(theme, `suggestion-${number}`, `text-decoration: underline dotted ${strong} 2.5px`),
      rule(
        theme,
        `active-${number}`,
        `background-color: ${strong}; color: ${theme === "light" ? "#ffffff" : "#111111"}`,
      ),
      `${scope(theme)} ${name} { color: ${strong}; }`,
    );
  }
  return out.join("\n");
}

/** With the system's own colours, lines and the short names tell what is tagged. */
function forced(): string {
  const out: string[] = [];
  for (const theme of ["contrast", "forced"] as const) {
    const before = theme === "contrast" ? '[data-look="contrast"] ' : "";
    const all: string[] = [`${before}.surface-tag { color: CanvasText !important; }`];
    const add = (name: string, body: string) =>
      all.push(`${before}.surface::highlight(${name}) { ${body} }`);
    for (let number = 0; number < HUES; number++) {
      add(`label-${number}`, "text-decoration: underline solid CanvasText 2px");
      add(`suggestion-${number}`, "text-decoration: underline dotted CanvasText 2px");
      add(`active-${number}`, "background-color: Highlight; color: HighlightText");
    }
    add("found", "background-color: Mark; color: MarkText");
    add("missed", "text-decoration: underline dashed CanvasText 2px");
    add("spurious", "text-decoration: underline wavy CanvasText 2px");
    const body = all.join("\n");
    out.push(theme === "contrast" ? body : `@media (forced-colors: active) { ${body} }`);
  }
  return out.join("\n");
}

function rule(theme: Theme, name: string, body: string): string {
  return `${scope(theme)} .surface::highlight(${name}) { ${body}; }`;
}

function scope(theme: Theme): string {
  return `[data-look="${theme}"]`;
}
