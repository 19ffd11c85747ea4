// When a server's result card is shown: no earlier than its last answer, wherever the playhead stands.

import assert from "node:assert/strict";
import test from "node:test";
import { Model } from "../../../static/js/model/model.js";
import { takes } from "../../../static/js/model/takes.js";
import { isReady } from "../../../static/js/panels/result-cards.js";
import { scene } from "../../../static/js/scene/scene.js";
import { at, client, server } from "../support/story.mjs";

const SERVERS = [
  { name: "gunicorn", interface: "wsgi" },
  { name: "uvicorn", interface: "asgi" },
];

function requests(name, kind, ends) {
  return ends.flatMap((end, i) => {
    const [id, about] = [`${name}${i}`, { server: name, "gatescope.index": i + 1 }];
    return [client(id, 0, end, about), server(id, 1, end && end - 1, kind, about)];
  });
}

function ready(spans, ms, running, { count = 2, ended = count } = {}) {
  const model = new Model();
  model.absorb(spans);
  const [take] = takes(model);
  return scene(take, SERVERS, at(ms)).map((row) => isReady(row, { take, t: at(ms), running, count, ended }));
}

const ENDED = [...requests("gunicorn", "wsgi", [100, 200]), ...requests("uvicorn", "asgi", [100, 110])];

test("in the middle of a run that is over, a card waits for the last answer of its server", () => {
  assert.deepEqual(ready(ENDED, -1, false), [false, false]);
  assert.deepEqual(ready(ENDED, 105, false), [false, false]);
  assert.deepEqual(ready(ENDED, 150, false), [false, true]);
  assert.deepEqual(ready(ENDED, 200, false), [true, true]);
});

test("while a run goes on, a server that has answered all of it has its card", () => {
  const spans = [...requests("gunicorn", "wsgi", [100, null]), ...requests("uvicorn", "asgi", [100, 110])];
  assert.deepEqual(ready(spans, 150, true), [false, true]);
  assert.deepEqual(ready(requests("uvicorn", "asgi", [100]), 150, true), [false, false]);
});

test("a card that does not know of its last answer yet is not shown", () => {
  assert.deepEqual(ready(ENDED, 200, true, { ended: 1 }), [false, false]);
  assert.deepEqual(ready(ENDED, 200, true, { ended: 2 }), [true, true]);
});

test("an answer that was never told of keeps no card away at the end", () => {
  const spans = [...requests("gunicorn", "wsgi", [100, null]), ...requests("uvicorn", "asgi", [300])];
  assert.deepEqual(ready(spans, 250, false), [false, false]);
  assert.deepEqual(ready(spans, 300, false), [true, true]);
});
