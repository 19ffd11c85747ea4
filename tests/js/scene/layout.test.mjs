// On a phone the journey takes two lines, and everything of it is on the screen.

import assert from "node:assert/strict";
import { test } from "node:test";
import { boxes, track } from "../../../static/js/scene/layout.js";

for (const [width, lines] of [
  [330, 2],
  [700, 1],
  [1300, 1],
]) {
  test(`${width} px have room for the journey in ${lines} line(s)`, () => {
    const found = boxes(width, 250, 1);
    const all = Object.values(found);
    assert.equal(new Set(all.map(({ y }) => y)).size, lines);
    for (const { x, y, w, h } of all) {
      assert.ok(x >= 0 && x + w <= width, `${x} + ${w}`);
      assert.ok(y >= 0 && y + h <= 250, `${y} + ${h}`);
      assert.ok(w > 30 && h > 60);
    }
    assert.equal(track(found, 1).includes("V"), lines === 2);
  });
}
