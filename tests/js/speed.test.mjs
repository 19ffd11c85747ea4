// Seeking in a long film is cheap, since what a request did is worked out once. Ratios only: machines differ.

import assert from "node:assert/strict";
import test from "node:test";
import { Model } from "../../static/js/model/model.js";
import { takes } from "../../static/js/model/takes.js";
import { scene } from "../../static/js/scene/scene.js";
import { randomFrom, SERVERS, story } from "./support/films.mjs";

const SEEKS = 50;

function timed(work) {
  const begun = performance.now();
  work();
  return performance.now() - begun;
}

test("seeking in a film of 10,000 spans costs a small part of seeing it for the first time", () => {
  const model = new Model();
  model.absorb(story(5, { requests: 200, spans: 48 }));
  const [take] = takes(model);
  const random = randomFrom(1);
  const first = timed(() => scene(take, SERVERS, take.from));
  const seeks = timed(() => {
    for (let i = 0; i < SEEKS; i += 1) scene(take, SERVERS, take.from + random() * (take.to - take.from));
  });
  assert.ok(seeks / SEEKS < first / 5, `first ${first.toFixed(1)} ms, then ${(seeks / SEEKS).toFixed(1)} ms`);
});
