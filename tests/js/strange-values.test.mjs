// Whatever a sender writes into an attribute, the page's script draws and describes the rest.

import assert from "node:assert/strict";
import test from "node:test";
import { Model } from "../../static/js/model/model.js";
import { laneModel } from "../../static/js/scene/lane-model.js";
import { scene } from "../../static/js/scene/scene.js";
import { spanSentence } from "../../static/js/scene/span-sentence.js";
import { CurrentTake } from "../../static/js/time/current-take.js";
import { SERVERS, story } from "./support/films.mjs";

const attributes = await import("../../static/js/model/attributes.js");

const STRANGE = [
  null,
  true,
  "",
  "abc",
  -1,
  1.5,
  1e308,
  [],
  [null],
  ["a", {}],
  [-1, -2, 3],
  [[1], [2]],
  [1, "x", 3, -4],
];

function draw(spans) {
  const model = new Model();
  model.absorb(spans);
  const film = new CurrentTake(model);
  const { take } = film;
  if (!take) return;
  for (const part of [0, 0.5, 1]) {
    const rows = scene(take, SERVERS, take.from + part * (take.to - take.from));
    assert.ok(rows.length);
  }
  laneModel(take, SERVERS);
  for (const trace of take.traces) for (const span of trace.ordered) spanSentence(span);
}

for (const [constant, name] of Object.entries(attributes)) {
  test(`${constant} may hold anything`, () => {
    const film = story(7);
    for (const value of STRANGE) {
      draw(film.map((span) => ({ ...span, attributes: { ...span.attributes, [name]: value } })));
    }
  });
}
