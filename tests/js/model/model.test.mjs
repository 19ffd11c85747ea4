import assert from "node:assert/strict";
import test from "node:test";
import { Model } from "../../../static/js/model/model.js";
import { takes } from "../../../static/js/model/takes.js";
import { at, client, server, span } from "../support/story.mjs";

test("a final span wins over an open one that arrives later", () => {
  const model = new Model();
  model.absorb([client("a", 0, 5)]);
  assert.equal(model.absorb([client("a", 0, null)]), 0);
  assert.equal(model.trace("a").open, false);
});

test("an open span that arrives again replaces the older one", () => {
  const model = new Model();
  const heard = (state, ms) => ({
    ...server("a", 0, null, "asgi", { "gatescope.state": state }),
    received_ns: at(ms),
  });
  model.absorb([heard("running", 1)]);
  assert.equal(model.absorb([heard("suspended", 2)]), 1);
  assert.equal(model.trace("a").entry.attributes["gatescope.state"], "suspended");
});

test("a snapshot begins with nothing", () => {
  const model = new Model();
  model.absorb([client("a", 0, 5)]);
  model.clear();
  assert.equal(model.traces.size, 0);
});

test("the page keeps as many traces as the dashboard, the newest", () => {
  const model = new Model();
  model.absorb(Array.from({ length: 2005 }, (_, i) => client(`t${i}`, i, i + 1)));
  assert.equal(model.traces.size, 2000);
  assert.equal(model.trace("t4"), undefined);
  assert.ok(model.trace("t5"));
});

test("a request is over when its client has the answer, also if the server still tidies up", () => {
  const model = new Model();
  model.absorb([client("a", 0, 5), server("a", 1, null, "wsgi")]);
  assert.equal(model.trace("a").open, false);
});

test("what the project's own instrument tells of a request is not its entry, whichever came first", () => {
  const ours = server("a", 1, 9, "asgi", { parent: "around" });
  const around = span("a", "server", 0, 10, { id: "around" });
  const inside = span("a", "server", 2, 8, { id: "inside", parent: "a-server" });
  for (const order of [
    [around, ours, inside],
    [inside, ours, around],
    [ours, around, inside],
  ]) {
    const model = new Model();
    for (const one of order) model.absorb([one]);
    assert.equal(model.trace("a").entry.span_id, "a-server");
  }
  const model = new Model();
  model.absorb([span("b", "server", 0, 10, { server: "gateway", id: "gateway" }), server("b", 1, 9, "asgi")]);
  assert.equal(model.trace("b").entry.span_id, "gateway");
});

test("a status of 500 and an error of the client are failures", () => {
  const model = new Model();
  model.absorb([client("a", 0, 5, { "http.response.status_code": 500 }), { ...client("b", 0, 5), status: "error" }]);
  assert.equal(model.trace("a").failed, true);
  assert.equal(model.trace("b").failed, true);
});

test("the requests of one run are one take, in the order of their numbers", () => {
  const model = new Model();
  model.absorb([client("b", 1, 9, { "gatescope.index": 2 }), client("a", 0, 5)]);
  const [take, ...rest] = takes(model);
  assert.deepEqual(rest, []);
  assert.deepEqual(
    take.traces.map((trace) => trace.id),
    ["a", "b"],
  );
  assert.deepEqual([take.from, take.to, take.open], [at(0), at(9), false]);
});

test("strangers that come close together are a take, and silence divides takes", () => {
  const model = new Model();
  model.absorb([span("a", "server", 0, 5), span("b", "server", 500, 600), span("c", "server", 9000, 9001)]);
  assert.deepEqual(
    takes(model).map((take) => take.traces.length),
    [2, 1],
  );
});

test("a take of a clock that is fast is the newest only until the next run is heard of", () => {
  const hour = 3_600_000;
  const heard = (one, ms) => ({ ...one, received_ns: at(ms) });
  const fast = heard(span("fast", "server", hour, null), 10);
  const model = new Model();
  model.absorb([heard(client("before", 0, 5, { "gatescope.run": "one" }), 1), fast]);
  assert.deepEqual(
    takes(model).map(({ key }) => key),
    ["one", "fast"],
  );
  model.absorb([
    heard(client("after", 20, 25, { "gatescope.run": "two" }), 21),
    heard({ ...fast, end_ns: at(hour + 5) }, 30),
  ]);
  assert.deepEqual(
    takes(model).map(({ key }) => key),
    ["one", "fast", "two"],
  );
});

test("strangers are numbered in the order they came to each server", () => {
  const model = new Model();
  model.absorb([
    span("a", "server", 0, 5),
    span("b", "server", 1, 5, { server: "daphne" }),
    span("c", "server", 2, 5),
  ]);
  const { numbers } = takes(model)[0];
  assert.deepEqual([numbers.get("a"), numbers.get("b"), numbers.get("c")], [1, 1, 2]);
});

test("an end that its process told replaces the conclusion that it died, and never the other way round", () => {
  const end = server("a", 0, 300, "wsgi");
  const open = { ...end, end_ns: null };
  const concluded = (name) => ({ ...end, end_ns: at(200), attributes: { [name]: true } });
  const [died, untold] = ["gatescope.died", "gatescope.end_not_told"].map(concluded);
  for (const order of [
    [open, died, end],
    [end, died, open],
    [died, open, end],
    [open, end, died],
    [open, untold, end],
    [end, untold, open],
  ]) {
    const model = new Model();
    for (const one of order) model.absorb([one]);
    assert.equal(model.trace("a").entry.end_ns, at(300));
    assert.equal(model.trace("a").death, undefined);
  }
});
