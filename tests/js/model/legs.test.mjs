import assert from "node:assert/strict";
import test from "node:test";
import { legsOf } from "../../../static/js/model/legs.js";
import { Model } from "../../../static/js/model/model.js";
import { takes } from "../../../static/js/model/takes.js";
import { scene } from "../../../static/js/scene/scene.js";
import { at, span } from "../support/story.mjs";

/** Node asks Django, Django sends a task, the worker that executes it asks Django again, as of stock conventions. */
function journey() {
  const made = (stage, id, parent, server, from, to) => span("t", stage, from, to, { id, parent, server });
  return [
    made("server", "n1", null, "node", 0, 100),
    made("call", "n2", "n1", "node", 10, 60),
    made("queue", "dq", "n2", "django", 15, 20),
    made("server", "d1", "n2", "django", 20, 58),
    made("view", "d2", "d1", "django", 22, 56),
    made("query", "d3", "d2", "django", 24, 30),
    made("send", "d4", "d2", "django", 40, 42),
    made("task", "c1", "d4", "worker", 50, 300),
    made("call", "c2", "c1", "worker", 100, 200),
    made("server", "e1", "c2", "django", 120, 190),
    made("view", "e2", "e1", "django", 130, 180),
  ];
}

function modelOf(spans) {
  const model = new Model();
  model.absorb(spans);
  return model;
}

test("each service has its leg of a distributed request, with its own spans, under one number", () => {
  for (const spans of [journey(), journey().toReversed()]) {
    const model = modelOf(spans);
    const [take] = takes(model, { numbers: new Map() });
    assert.deepEqual(
      take.traces.map((leg) => [leg.server, leg.caller?.server ?? null, [...leg.spans.keys()].toSorted().join(" ")]),
      [
        ["node", null, "n1 n2"],
        ["django", "node", "d1 d2 d3 d4 dq"],
        ["worker", "django", "c1 c2"],
        ["django", "worker", "e1 e2"],
      ],
    );
    assert.deepEqual([...take.numbers.values()], [1, 1, 1, 1]);
    const [node, django, , again] = take.traces;
    assert.deepEqual([node.id, django.traceId, model.trace(again.id)?.id], ["t", "t", again.id]);

    const rows = ["node", "django", "worker"].map((name) => ({ name, title: name, interface: "wsgi" }));
    const states = (ms) => scene(take, rows, at(ms)).map(({ tokens }) => tokens.map((one) => one.place).join(" "));
    assert.deepEqual(states(26), ["view", "database", ""]);
    assert.deepEqual(states(150), ["client", "client view", "view"]);
  }
});

test("what two instruments of one service tell of a request is one leg, and a trace of one service is itself", () => {
  const both = [
    span("t", "server", 0, 50, { id: "probe", parent: "far", server: "shop", "gatescope.interface": "wsgi" }),
    span("t", "server", 1, 49, { id: "stock", parent: "far", server: "shop" }),
  ];
  const trace = modelOf(both).trace("t");
  assert.deepEqual(legsOf(trace), [trace]);
});

test("a trace of ten thousand legs has a bounded number of them", () => {
  const spans = Array.from({ length: 10_000 }, (_, i) =>
    span("t", "server", i, i + 1, { id: `s${i}`, server: `x${i}` }),
  );
  const model = modelOf(spans);
  assert.equal(takes(model)[0].traces.length, 64);
});
