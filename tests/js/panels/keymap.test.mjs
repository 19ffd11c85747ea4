import assert from "node:assert/strict";
import test from "node:test";
import { KEYMAP, lineOf, nameOf, hintOf } from "../../../static/js/panels/keymap.js";

test("no key gives two orders, and no order stands in two lines", () => {
  const keys = KEYMAP.flatMap((line) => line.keys);
  assert.equal(new Set(keys).size, keys.length);
  assert.equal(new Set(KEYMAP.map(({ order }) => order)).size, KEYMAP.length);
});

test("a letter is the same key with shift, and a key without a line has none", () => {
  assert.equal(lineOf("L").order, "live");
  assert.equal(lineOf("Home").order, "start");
  assert.equal(lineOf("k"), undefined);
});

test("the hint says what came of it where that differs, otherwise what the key does, in a few words", () => {
  assert.equal(hintOf(lineOf(" "), { mode: "paused" }), "pause");
  assert.equal(hintOf(lineOf(" "), { mode: "replay" }), "play");
  assert.equal(hintOf(lineOf("["), { speed: "1/100 × real" }), "1/100 × real");
  assert.equal(hintOf(lineOf("ArrowRight"), {}), "step");
  for (const line of KEYMAP) assert.ok(hintOf(line, {}) === undefined || hintOf(line, {}).length <= 25, line.order);
});

test("keys are called what is printed on them", () => {
  assert.deepEqual([" ", "ArrowLeft", "PageDown", "t", "\\"].map(nameOf), ["Space", "←", "PgDn", "T", "\\"]);
});
