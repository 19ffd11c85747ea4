import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { duration, moment, partOf } from "../../../static/js/lib/format.js";

const { cases } = JSON.parse(readFileSync(new URL("../../durations.json", import.meta.url), "utf8"));

for (const [ns, text] of cases) {
  test(`a duration of ${ns} ns is written ${text}`, () => assert.equal(duration(ns), text));
}

test("what goes on for ever has no duration", () => assert.deepEqual([Infinity, NaN].map(duration), ["–", "–"]));

test("a part is said in the unit of its whole, and without a whole as it is", () => {
  assert.equal(partOf(420e6, 1e9), "0.42 of 1.00 s");
  assert.equal(partOf(420e6, Infinity), "420 ms");
});

test("a moment is as exact as it takes to tell it from its neighbours", () => {
  assert.deepEqual([moment(310e3), moment(130.12e6), moment(1.3042e9, 1e5)], ["310 µs", "130.12 ms", "1.3042 s"]);
});
