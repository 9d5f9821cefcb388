import assert from "node:assert/strict";
import { test } from "node:test";
import { decoded, elements, textOf, tooLong, Unreadable } from "./texts.ts";

const MOST = 125_000;

const utf8 = (text: string) => new TextEncoder().encode(text);

test("characters are counted as readers count them", () => {
  assert.equal(elements("abc"), 3);
  assert.equal(elements("a\r\nb\n"), 4);
  assert.equal(elements("é\r\n"), 2);
  assert.equal(elements("👨‍👩‍👧 नि"), 3);
});

test("125,000 characters are taken and 125,001 are refused with their number", () => {
  assert.equal(tooLong("a".repeat(MOST), MOST), null);
  assert.equal(tooLong("👨‍👩‍👧".repeat(MOST), MOST), null);
  assert.match(tooLong("é".repeat(MOST + 1), MOST) ?? "", /125,001/);
});

test("a file's text keeps its line ends and its byte order mark", () => {
  assert.equal(decoded("a.txt", utf8("\uFEFFone\r\ntwo\r"), MOST), "\uFEFFone\r\ntwo\r");
});

test("what is no text in UTF-8 is refused with the reason", async () => {
  const refused = async (name: string, content: Uint8Array<ArrayBuffer>, reason: RegExp) => {
    await assert.rejects(textOf(new File([content], name), MOST), (error) => {
      assert.ok(error instanceof Unreadable);
      assert.match(error.message, reason);
      return true;
    });
  };
  await refused("a.pdf", utf8("text"), /PDF/);
  await refused("a.txt", utf8("%PDF-1.7"), /PDF/);
  await refused("a.docx", utf8("text"), /not a \.txt file/);
  await refused("a.txt", new Uint8Array([0x50, 0x4b, 3, 4, 0, 0]), /binary/);
  await refused("a.txt", new Uint8Array([0x63, 0x61, 0x66, 0xe9]), /UTF-8/);
  await refused("a.txt", new Uint8Array(), /empty/);
  await refused("a.txt", utf8("a".repeat(MOST + 1)), /125,001/);
});
