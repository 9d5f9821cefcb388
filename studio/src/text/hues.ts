/**
 * The colours of entity types: sixteen hues, each of one lightness in a theme, so that none is louder.
 *
 * Colours are made in OKLCH, where equal numbers look equally light, and brought into sRGB by taking
 * away chroma. https://bottosson.github.io/posts/oklab/
 */

export const HUES = 16;

export type Theme = "light" | "dark";

export interface Hue {
  /** Behind the text of a label. */
  back: string;
  /** The text of a label. */
  text: string;
  /** Lines, dots and the short name below a label. */
  strong: string;
}

interface Tone {
  lightness: number;
  chroma: number;
}

/** Neighbours in a list of types are far apart on the circle. */
const ORDER = [0, 6, 11, 3, 8, 14, 1, 9, 5, 12, 2, 15, 7, 10, 4, 13];

/** The first hue's angle: a blue. Angles of equal distance are not equally far apart to the eye, but
 * the names below the labels tell apart what the eye does not. */
const FIRST = 250;

const TONES: Record<Theme, Record<keyof Hue, Tone>> = {
  light: {
    back: { lightness: 0.915, chroma: 0.06 },
    text: { lightness: 0.25, chroma: 0.05 },
    strong: { lightness: 0.49, chroma: 0.14 },
  },
  dark: {
    back: { lightness: 0.37, chroma: 0.075 },
    text: { lightness: 0.97, chroma: 0.02 },
    strong: { lightness: 0.8, chroma: 0.12 },
  },
};

/** The hue of the type at this place of the project's list: from 0 to 15. */
export function hueAt(place: number): number {
  return ORDER[place % HUES] ?? 0;
}

/** The colours of a hue, as `#rrggbb`. */
export function hue(number: number, theme: Theme): Hue {
  const angle = FIRST + (360 / HUES) * number;
  const { back, text, strong } = TONES[theme];
  return { back: hex(back, angle), text: hex(text, angle), strong: hex(strong, angle) };
}

/** The contrast of two colours by WCAG 2: from 1 to 21. */
export function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function hex({ lightness, chroma }: Tone, angle: number): string {
  for (let less = chroma; less > 0; less -= 0.005) {
    const colour = linear(lightness, less, (angle * Math.PI) / 180);
    if (colour.every((value) => value >= 0 && value <= 1)) return encode(colour);
  }
  return encode(linear(lightness, 0, 0));
}

/** Linear sRGB of a colour in OKLCH. */
function linear(lightness: number, chroma: number, angle: number): number[] {
  const a = chroma * Math.cos(angle);
  const b = chroma * Math.sin(angle);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

function encode(colour: number[]): string {
  const parts = colour.map((value) => {
    const clamped = Math.min(1, Math.max(0, value));
    const sent = clamped <= 0.0031308 ? clamped * 12.92 : 1.055 * clamped ** (1 / 2.4) - 0.055;
    return Math.round(sent * 255)
      .toString(16)
      .padStart(2, "0");
  });
  return `#${parts.join("")}`;
}
