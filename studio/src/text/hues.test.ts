import assert from "node:assert/strict";
import { test } from "node:test";
import { contrast, HUES, hue, hueAt, type Theme } from "./hues.ts";

const all = Array.from({ length: HUES }, (_, number) => number);

/** The page behind the text: Fluent's `colorNeutralBackground1` and its text. */
const pages: Record<Theme, { back: string; text: string }> = {
  light: { back: "#ffffff", text: "#242424" },
  dark: { back: "#292929", text: "#ffffff" },
};

for (const theme of ["light", "dark"] as const) {
  test(`text can be read on every hue: at least 4.5 to 1 (${theme})`, () => {
    for (const number of all) {
      const { back, text, strong } = hue(number, theme);
      const page = pages[theme];
      assert.ok(contrast(text, back) >= 4.5, `text on ${number}`);
      assert.ok(contrast(strong, page.back) >= 4.5, `short name of ${number} on the page`);
      assert.ok(contrast(page.text, back) >= 4.5, `page's text on ${number}`);
      assert.ok(contrast(theme === "light" ? "#ffffff" : "#111111", strong) >= 4.5, `active`);
      assert.ok(contrast(strong, back) >= 3, `line below ${number}`);
    }
  });

  test(`no hue is louder than another one (${theme})`, () => {
    const ratios = all.map((number) => contrast(hue(number, theme).back, pages[theme].back));

    assert.ok(Math.max(...ratios) - Math.min(...ratios) < 0.35);
  });
}

test("sixteen types have sixteen hues, and the seventeenth begins again", () => {
  assert.equal(new Set(all.map(hueAt)).size, HUES);
  assert.equal(hueAt(HUES), hueAt(0));
});

test("contrast is that of WCAG", () => {
  assert.equal(contrast("#000000", "#ffffff"), 21);
  assert.ok(Math.abs(contrast("#777777", "#ffffff") - 4.48) < 0.01);
});
