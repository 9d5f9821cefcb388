import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, doubtful } from "./encodings.ts";

const bytes = (...values: number[]) => Uint8Array.from(values);
const utf8 = (text: string) => new TextEncoder().encode(text);

test("UTF-8 is kept byte by byte, with its mark and its line ends", () => {
  for (const text of ["Zoë 😀\r\n", "\uFEFFZoë"]) {
    const found = decode(utf8(text));

    assert.equal(found.sure, true);
    assert.equal(found.text, text);
    assert.deepEqual(found.bytes, utf8(text));
  }
});

test("UTF-16 becomes UTF-8, with its mark or without", () => {
  const little = bytes(0x5a, 0, 0x6f, 0, 0xeb, 0);
  const big = bytes(0, 0x5a, 0, 0x6f, 0, 0xeb);
  for (const file of [little, bytes(0xff, 0xfe, ...little), big, bytes(0xfe, 0xff, ...big)]) {
    const found = decode(file);

    assert.equal(found.sure, true);
    assert.equal(found.text, "Zoë");
    assert.deepEqual(found.bytes, utf8("Zoë"));
  }
});

test("what is no UTF-8 is shown, as it would be in the old encoding of Windows, and never sure", () => {
  const found = decode(bytes(0x5a, 0x6f, 0xeb, 0x0d, 0x0a, 0x80, 0x35, 0x0a, 0x61));

  assert.equal(found.sure, false);
  assert.equal(found.text, "Zoë\r\n€5\na");
  assert.deepEqual(found.bytes, utf8("Zoë\r\n€5\na"));
  assert.deepEqual(doubtful(found.text), ["Zoë", "€5"]);
});
