import assert from "node:assert/strict";
import test from "node:test";
import { Model } from "../../../static/js/model/model.js";
import { takes } from "../../../static/js/model/takes.js";
import { ghosts } from "../../../static/js/scene/ghosts.js";
import { CurrentTake } from "../../../static/js/time/current-take.js";
import { at, client } from "../support/story.mjs";

const UVICORN = { name: "uvicorn", title: "Uvicorn", interface: "asgi" };
const LATER = 10_000;

function shot(run, scenario, trace, from, to) {
  return client(trace, from, to, { "gatescope.run": run, "gatescope.scenario": scenario });
}

function filmOf(...spans) {
  const model = new Model();
  model.absorb(spans);
  return new CurrentTake(model, takes);
}

test("a ghost stands where the run before stood at the same moment after its start", () => {
  const film = filmOf(shot("one", "wait", "a", 0, 1000), shot("two", "wait", "b", LATER, LATER + 100));
  const [ghost] = ghosts(film.before, film.take, [UVICORN], at(LATER + 500));
  assert.equal(ghost.queue, 1);
  assert.equal(ghost.view, 0);
});

test("only a run of the same scenario haunts", () => {
  const film = filmOf(shot("one", "wait", "a", 0, 1000), shot("two", "cpu", "b", LATER, null));
  assert.equal(film.before, null);
  assert.deepEqual(ghosts(film.before, film.take, [UVICORN], at(LATER)), [null]);
});

test("a server that took no part in the run before has no ghost", () => {
  const film = filmOf(shot("one", "wait", "a", 0, 1000), shot("two", "wait", "b", LATER, null));
  assert.deepEqual(ghosts(film.before, film.take, [{ ...UVICORN, name: "daphne" }], at(LATER)), [null]);
});
