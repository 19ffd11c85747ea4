import assert from "node:assert/strict";
import test from "node:test";
import { Model } from "../../../static/js/model/model.js";
import { rangeOf, takes } from "../../../static/js/model/takes.js";
import { CurrentTake } from "../../../static/js/time/current-take.js";
import { at, client, server } from "../support/story.mjs";

const S = 1000;

/** One stranger's request a second, each 100 ms long, at `shop`. */
function living(model, seconds, from = 0) {
  for (let i = from; i < seconds; i += 1)
    model.absorb([server(`t${i}`, i * S, i * S + 100, "wsgi", { server: "shop", parent: null })]);
  model.note({ now_ns: at((seconds - 1) * S + 200), spans: [], seq: 1 });
}

const ids = ({ traces }) => traces.map(({ id }) => id);

test("a service that never rests is shown for ten seconds up to now, and its requests keep their numbers", () => {
  const model = new Model();
  const numbers = new Map();
  living(model, 45);
  const [take, ...rest] = takes(model, { numbers });
  assert.equal(rest.length, 0);
  assert.deepEqual(ids(take), ["t35", "t36", "t37", "t38", "t39", "t40", "t41", "t42", "t43", "t44"]);
  assert.equal(take.numbers.get("t44"), 45);
  const now = at(44 * S + 500);
  assert.deepEqual(rangeOf(take, now), { from: now - 10e9, to: now });
  // Two seconds after the last one it rests where it is.
  assert.equal(rangeOf(take, at(100 * S)).to, take.to + 2e9);

  living(model, 46, 45);
  const [later] = takes(model, { numbers });
  assert.deepEqual([later.key, ids(later)[0], later.numbers.get("t44")], [take.key, "t36", 45]);
});

test("a chosen window takes in what came within it, silences and all", () => {
  const model = new Model();
  model.absorb([0, 8, 16, 40].map((s) => server(`t${s}`, s * S, s * S + 50, "wsgi", { parent: null })));
  model.note({ now_ns: at(40.1 * S), spans: [], seq: 1 });
  assert.deepEqual(takes(model, { windowNs: 10e9 }).map(ids), [["t8", "t16"], ["t40"]]);
  assert.deepEqual(takes(model, { windowNs: 30e9 }).map(ids), [["t16", "t40"]]);
  assert.equal(takes(model).length, 4);
});

test("what is stopped at stays as it is while the service goes on, and one request can be had alone", () => {
  const model = new Model();
  living(model, 30);
  const current = new CurrentTake(model);
  current.hold(rangeOf(current.take, model.now));
  const held = ids(current.take);
  living(model, 60, 30);
  assert.deepEqual(ids(current.take), held);
  assert.equal(current.take.open, false);

  const trace = model.trace("t25");
  current.narrow({ from: trace.from, to: trace.to }, [trace]);
  const { from, to } = current.take;
  assert.deepEqual([ids(current.take), from, to], [["t25"], at(25 * S), at(25 * S + 100)]);
  current.follow();
  assert.equal(ids(current.take).at(-1), "t59");
});

test("a run stays for a while after its end although a service goes on, then the service is shown again", () => {
  const model = new Model();
  living(model, 5);
  model.absorb([client("fired", 4 * S, 5 * S)]);
  living(model, 12, 5);
  assert.equal(takes(model).at(-1).key, "run");
  living(model, 16, 12);
  assert.equal(ids(takes(model).at(-1)).at(-1), "t15");
});
