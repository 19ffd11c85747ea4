import assert from "node:assert/strict";
import test from "node:test";
import { arc } from "../../../static/js/draw/token.js";

test("with less motion the way is a ring, an arc above the straight line, and a ring", () => {
  const path = arc({ x: 10, y: 50, size: 20 }, { x: 110, y: 50, size: 20 });
  assert.match(path, /^M-2\.4 50\.0 a12\.4 .* M10\.0 50\.0 Q60\.0 30\.0 110\.0 50\.0 M97\.6 50\.0 a12\.4 /);
});
