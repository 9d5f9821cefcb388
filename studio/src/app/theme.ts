/** How the studio looks: light, dark or high contrast, as the system has it or as was chosen. */

import {
  type BrandVariants,
  createDarkTheme,
  createLightTheme,
  type Theme,
  teamsHighContrastTheme,
} from "@fluentui/react-components";

export type Look = "light" | "dark" | "contrast";
export type Choice = "system" | Look;

const CHOICE = "spanwright.look";

/** A blue that is a little greener than that of Azure, from dark to light. */
const brand: BrandVariants = {
  10: "#03131b",
  20: "#08222f",
  30: "#0a3144",
  40: "#0b3f58",
  50: "#0b4d6c",
  60: "#0a5b80",
  70: "#086a95",
  80: "#0a79a9",
  90: "#2688b7",
  100: "#4196c2",
  110: "#5aa5cc",
  120: "#73b3d6",
  130: "#8dc1df",
  140: "#a8d0e8",
  150: "#c4dff0",
  160: "#e1eff8",
};

const dark = createDarkTheme(brand);
dark.colorBrandForeground1 = brand[120];
dark.colorBrandForeground2 = brand[130];
dark.colorBrandForegroundLink = brand[120];

export const themes: Record<Look, Theme> = {
  light: createLightTheme(brand),
  dark,
  contrast: teamsHighContrastTheme,
};

export function chosen(): Choice {
  const stored = localStorage.getItem(CHOICE);
  return stored === "light" || stored === "dark" || stored === "contrast" ? stored : "system";
}

export function choose(choice: Choice): void {
  localStorage.setItem(CHOICE, choice);
}

const darkWanted = window.matchMedia("(prefers-color-scheme: dark)");

/** Return what a choice comes to on this system. */
export function lookOf(choice: Choice): Look {
  if (choice !== "system") return choice;
  return darkWanted.matches ? "dark" : "light";
}

/** Call back when the system changes between light and dark; return what stops that. */
export function onSystemChange(callback: () => void): () => void {
  darkWanted.addEventListener("change", callback);
  return () => darkWanted.removeEventListener("change", callback);
}
