import assert from "node:assert/strict";
import test from "node:test";

import { duration, elapsed, partOf } from "../../static/js/format.js";
import { boxes, slots } from "../../static/js/layout.js";
import { Model } from "../../static/js/model.js";
import { account, story } from "../../static/js/words.js";
import { at, client, server, span } from "./story.mjs";

function trace(...spans) {
  const model = new Model();
  model.absorb(spans);
  return model.trace(spans[0].trace_id);
}

const WAITED = () =>
  trace(
    client("a", 0, 3010),
    server("a", 2001, 3009, "wsgi"),
    span("a", "view", 2005, 3005, { parent: "a-server" }),
  );

test("durations are said with the figures that count", () => {
  assert.deepEqual([310e3, 3.1e6, 42e6, 1e9, 10.02e9].map(duration), ["310 µs", "3.10 ms", "42.0 ms", "1.00 s", "10.0 s"]);
});

test("a running clock has fewer figures, and a part is said in the unit of its whole", () => {
  assert.deepEqual([3.1e6, 42e6, 420e6, 12.34e9].map(elapsed), ["3.10 ms", "42 ms", "0.42 s", "12.3 s"]);
  assert.equal(partOf(420e6, 1e9), "0.42 of 1.00 s");
});

test("a request's story says where it waited and what its view did", () => {
  const sentence = story(WAITED(), 3, { title: "Gunicorn, 1 sync worker" }, Infinity);
  assert.equal(sentence, "Request 3 waited 2.00 s at Gunicorn's door, outside Python, ran 1.00 s in its view, was answered after 3.01 s.");
});

test("a story told at a moment knows nothing of later", () => {
  assert.match(story(WAITED(), 3, { title: "Gunicorn" }, at(1001)), /^Request 3 waited 1\.00 s at Gunicorn's door, outside Python\.$/);
});

test("the account of a request adds up to what its client saw", () => {
  const sum = account(WAITED()).reduce((total, row) => total + row.ns, 0);
  assert.ok(Math.abs(sum - 3010e6) < 1e4);
});

test("ten tokens stand beside each other in the view, more become a stack", () => {
  const { view } = boxes(962, 130, 1);
  assert.equal(slots(view, 10, 1).points.length, 10);
  assert.ok(slots(view, 11, 1).stack);
});

test("tokens stay inside their box", () => {
  const places = boxes(962, 130, 1);
  for (const box of Object.values(places)) {
    for (let number = 1; number <= 10; number += 1) {
      const { size, points = [] } = slots(box, number, 1);
      for (const { x, y } of points) {
        assert.ok(x - size / 2 >= box.x && x + size / 2 <= box.x + box.w);
        assert.ok(y - size / 2 >= box.y && y + size / 2 <= box.y + box.h);
      }
    }
  }
});
