// What is missing from the film on the stage, in one sentence.

import assert from "node:assert/strict";
import test from "node:test";
import { Model } from "../../../static/js/model/model.js";
import { takes } from "../../../static/js/model/takes.js";
import { lossSentence } from "../../../static/js/panels/notices.js";
import { at, client, server } from "../support/story.mjs";

const SHOWN = [{ name: "uvicorn", title: "Uvicorn, 1 event loop" }];
const MINUTE_MS = 60_000;

/** A film of two requests that takes a tenth of a second, and what frames said at these moments. */
function said(frames, numbers = [1, 2]) {
  const model = new Model();
  for (const [ms, values] of frames) model.note({ now_ns: at(ms), ...values });
  for (const n of numbers) {
    const about = { server: "uvicorn", "gatescope.run": "r", "gatescope.index": n };
    model.absorb([client(`t${n}`, 0, 100, about), server(`t${n}`, 1, 99, "asgi", about)]);
  }
  return lossSentence(model, takes(model).at(-1) ?? null, SHOWN);
}

test("a picture that is complete needs no sentence", () => {
  assert.equal(said([[50, { losses: { daphne: { dropped_spans: 3 } } }]]), "");
});

test("losses during the film are said, and those of nginx whichever servers are shown", () => {
  const losses = { nginx: { dropped_spans: 3 }, uvicorn: { counted_requests: 1 } };
  assert.equal(
    said([
      [-10, { losses: {} }],
      [50, { losses }],
    ]),
    "Not everything is in this picture. Uvicorn, 1 event loop: 1 request only counted · " +
      "nginx: 3 spans lost on the way here.",
  );
});

test("requests that made room for newer ones are said while the oldest that is kept is on the stage", () => {
  const model = new Model();
  const frame = (ms, evicted, cut) =>
    model.note({ now_ns: at(ms), kept: { evicted_traces: evicted, cut_spans: cut }, losses: {} });
  const sentence = () => lossSentence(model, takes(model).at(-1) ?? null, SHOWN);
  frame(-10, 1000, 1000);
  model.absorb([server("a", 0, 90, "asgi", {})]);
  assert.equal(sentence(), "");
  frame(50, 1007, 1002);
  assert.equal(
    sentence(),
    "Not everything is in this picture. 2 spans beyond what is kept of a trace · 7 older requests no longer kept.",
  );
  model.absorb([server("b", MINUTE_MS, MINUTE_MS + 9, "asgi", {})]);
  frame(MINUTE_MS + 5, 1009, 1002);
  assert.equal(sentence(), "");
});

test("losses of before and of long after are not the film's", () => {
  const losses = (n) => ({ losses: { uvicorn: { dropped_spans: n } } });
  assert.equal(
    said([
      [-MINUTE_MS, losses(0)],
      [-MINUTE_MS / 2, losses(7)],
      [MINUTE_MS, losses(9)],
    ]),
    "",
  );
});

test("of a film that is older than the page it is not known, so it is said", () => {
  assert.match(said([[MINUTE_MS, { losses: { uvicorn: { dropped_spans: 7 } } }]]), /7 spans lost/);
});

test("older traces that are no longer kept concern the film only when they are its own", () => {
  const kept = [[50, { kept: { evicted_traces: 385 }, losses: {} }]];
  assert.equal(said(kept), "");
  assert.match(said(kept, [3, 4]), /2 older requests no longer kept/);
});
