import assert from "node:assert/strict";
import test from "node:test";
import { nearest, roundStep } from "../../../static/js/lib/nice-number.js";

test("a step is 1, 2 or 5 times a power of ten and never above what was asked for", () => {
  assert.deepEqual([0.15, 0.5, 1, 3.3, 5, 9, 150].map(roundStep), [0.1, 0.5, 1, 2, 5, 5, 100]);
  for (let rough = 0.001; rough < 1e6; rough *= 1.37) {
    const step = roundStep(rough);
    assert.ok(step <= rough * 1.000001 && rough / step < 2.6, `${rough}: ${step}`);
  }
});

test("where a finger points on an axis is written without digits that nobody meant", () => {
  assert.equal(nearest(7.4921, 15), "7.5");
  assert.equal(nearest(0.30000000000000004, 3), "0.3");
  assert.equal(nearest(1234.567, 3000), "1240");
  assert.equal(nearest(0, 15), "0");
});
