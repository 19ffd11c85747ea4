// The table of stages says nothing that the page cannot show.

import assert from "node:assert/strict";
import test from "node:test";
import { STAGES } from "../../../static/js/model/stages.js";
import { PLACES } from "../../../static/js/scene/scene.js";

const KNOWN = new Set(["time", "name", "server"]);

test("a token stands only in places that are on the stage", () => {
  for (const [stage, { place }] of Object.entries(STAGES)) {
    if (place)
      assert.ok(
        PLACES.includes(place),
        `${stage}: no place is called ${place}; expected one of ${PLACES.join(", ")}`,
      );
  }
});

test("what is said of a step has gaps for its time, its name and its server alone", () => {
  for (const [stage, { steps = {} }] of Object.entries(STAGES)) {
    for (const sentence of Object.values(steps)) {
      for (const [, gap] of sentence.matchAll(/\{([^}]*)\}/g)) {
        assert.ok(KNOWN.has(gap), `${stage}: {${gap}} in "${sentence}"; expected {time}, {name} or {server}`);
      }
    }
  }
});
