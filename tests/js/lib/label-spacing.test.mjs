import assert from "node:assert/strict";
import test from "node:test";
import { spaced } from "../../../static/js/lib/label-spacing.js";

const heights = (...ys) =>
  spaced(
    ys.map((y) => ({ y })),
    15,
    100,
  ).map(({ y }) => y);

test("texts that are far enough apart stay where they are", () => {
  assert.deepEqual(heights(10, 40, 90), [10, 40, 90]);
});

test("texts that would overlap move down", () => {
  assert.deepEqual(heights(10, 12, 20), [10, 25, 40]);
});

test("nothing moves below the bottom: what stands above makes room", () => {
  assert.deepEqual(heights(80, 90, 99), [70, 85, 100]);
});
