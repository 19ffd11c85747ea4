import assert from "node:assert/strict";
import test from "node:test";
import { axisEnd, ticks } from "../../../static/js/lib/ticks.js";
import { lineOf } from "../../../static/js/model/blocked.js";
import { Model } from "../../../static/js/model/model.js";
import { takes } from "../../../static/js/model/takes.js";
import { laneModel } from "../../../static/js/scene/lane-model.js";
import { at, client, server, span } from "../support/story.mjs";

const UVICORN = { name: "uvicorn", interface: "asgi" };
const GUNICORN = { name: "gunicorn", interface: "wsgi" };

function lanesOf(one, ...spans) {
  const model = new Model();
  model.absorb(spans);
  return laneModel(takes(model).at(-1), [one]);
}

function hop(trace, thread) {
  return span(trace, "crossing", 10, 90, {
    parent: `${trace}-server`,
    "gatescope.crossing.direction": "to_thread",
    "gatescope.crossing.reason": "sync view",
    "gatescope.crossing.started_ns": at(20),
    "gatescope.crossing.returned_ns": at(80),
    "gatescope.crossing.waited_ns": 10e6,
    "gatescope.crossing.back_ns": 10e6,
    "gatescope.crossing.thread.id": thread,
    "gatescope.crossing.thread.name": `asgiref_${thread}`,
  });
}

test("the backlog's curve rises and falls with the requests at the door", () => {
  const { lanes } = lanesOf(
    GUNICORN,
    client("a", 0, 30, { server: "gunicorn" }),
    server("a", 11, 29, "wsgi", { server: "gunicorn" }),
    client("b", 0, 60, { server: "gunicorn", "gatescope.index": 2 }),
    server("b", 31, 59, "wsgi", { server: "gunicorn" }),
  );
  const backlog = lanes.find((lane) => lane.kind === "backlog");
  assert.deepEqual(
    backlog.steps.map(({ t, n }) => [Math.round((t - at(0)) / 1e6), n]),
    [
      [1, 2],
      [11, 1],
      [31, 0],
    ],
  );
});

test("a worker has one lane with a bar per request, named after its view", () => {
  const { lanes } = lanesOf(
    GUNICORN,
    client("a", 0, 30, { server: "gunicorn" }),
    server("a", 2, 29, "wsgi", { server: "gunicorn" }),
    span("a", "view", 5, 25, { parent: "a-server", server: "gunicorn", "code.function.name": "shop.views.wait" }),
  );
  const worker = lanes.find((lane) => lane.kind === "worker");
  assert.equal(worker.label, "worker 7");
  assert.deepEqual(
    worker.bars.map((bar) => [bar.number, bar.text, bar.texture]),
    [[1, "wait()", "running"]],
  );
});

/** Start and end of a loop's bars in ms. */
function turnsOf({ lanes }) {
  const ms = (ns) => Math.round((ns - at(0)) / 1e6);
  return lanes.find((lane) => lane.kind === "loop").bars.map(({ from, to }) => [ms(from), ms(to)]);
}

test("a hub of gevent is a loop's lane on which each greenlet has its turns", () => {
  const about = { server: "gunicorn", "gatescope.loop": 1 };
  const found = lanesOf(
    GUNICORN,
    server("a", 0, 1000, "wsgi", { ...about, "gatescope.slices": [0, 100e6, 900e6, 100e6] }),
    server("b", 100, 500, "wsgi", { ...about, "gatescope.slices": [0, 200e6] }),
  );
  assert.deepEqual(turnsOf(found), [
    [0, 100],
    [100, 300],
    [900, 1000],
  ]);
  const [hub, ...others] = found.lanes.filter((lane) => ["loop", "worker"].includes(lane.kind));
  assert.equal(hub.label, "hub 7");
  assert.deepEqual(others, []);
});

test("a loop's bars are the turns of its coroutines", () => {
  const found = lanesOf(UVICORN, server("a", 0, 1000, "asgi", { "gatescope.slices": [0, 1e6, 500e6, 400e6] }));
  assert.deepEqual(turnsOf(found), [
    [0, 1],
    [500, 900],
  ]);
});

test("a view that is a task of its own holds the loop as well", () => {
  const found = lanesOf(
    UVICORN,
    server("a", 0, 1000, "asgi", { "gatescope.slices": [0, 2e6] }),
    span("a", "view", 10, 900, { parent: "a-server", "gatescope.slices": [0, 890e6] }),
  );
  assert.deepEqual(turnsOf(found), [
    [0, 2],
    [10, 900],
  ]);
});

test("a crossing is an arc from its loop to its thread, with its reason and what it cost", () => {
  const { lanes, arcs } = lanesOf(
    UVICORN,
    server("a", 0, 100, "asgi", { "gatescope.slices": [0, 1e6] }),
    hop("a", 3),
  );
  const thread = lanes.find((lane) => lane.kind === "thread");
  assert.deepEqual([arcs[0].reason, arcs[0].cost, arcs[0].below], ["sync view", 20e6, thread.id]);
});

test("many threads share one lane and their arcs lead to it", () => {
  const spans = Array.from({ length: 8 }, (_, i) => [
    server(`t${i}`, 0, 100, "asgi", { "gatescope.slices": [0, 1e6] }),
    hop(`t${i}`, i),
  ]);
  const { lanes, arcs } = lanesOf(UVICORN, ...spans.flat());
  const shared = lanes.filter((lane) => lane.kind === "threads");
  assert.deepEqual(
    shared.map((lane) => [lane.label, lane.rows]),
    [["8 threads", 8]],
  );
  assert.ok(arcs.every((arc) => arc.below === shared[0].id));
});

test("the axis has round ticks in the unit of its end", () => {
  assert.deepEqual(
    ticks(axisEnd(1.1e9)).map((tick) => tick.label),
    ["0.0 s", "0.2 s", "0.4 s", "0.6 s", "0.8 s", "1.0 s", "1.2 s"],
  );
  assert.equal(ticks(axisEnd(3.1e6)).at(-1).label.endsWith("ms"), true);
});

/** A response whose pieces were handed over at these ms. */
function streaming(kind, ...moments) {
  const piece = kind === "wsgi" ? "piece" : "http.response.body";
  const said = {
    "gatescope.conversation": ["start", ...moments.map(() => piece)],
    "gatescope.conversation.at_ns": [0, ...moments.map((ms) => (typeof ms === "number" ? (ms - 1) * 1e6 : ms))],
    "gatescope.conversation.took_ns": [0, ...moments.map(() => 5)],
    "gatescope.conversation.size": [0, ...moments.map(() => 9)],
  };
  return [
    client("a", 0, 2000),
    server("a", 1, 1999, kind, said),
    span("a", "response", 10, 1990, { parent: "a-server" }),
  ];
}

/** Moments of a lane's chunks in ms. */
function chunksOf({ lanes }, kind) {
  return lanes.find((lane) => lane.kind === kind).chunks.map((chunk) => Math.round((chunk.at - at(0)) / 1e6));
}

test("each piece of a stream has its moment in the lane of the worker or the loop", () => {
  const moments = [10, 410, 810];
  assert.deepEqual(
    chunksOf(lanesOf({ name: "uvicorn", interface: "wsgi" }, ...streaming("wsgi", ...moments)), "worker"),
    moments,
  );
  assert.deepEqual(chunksOf(lanesOf(UVICORN, ...streaming("asgi", ...moments)), "loop"), moments);
});

test("an answer in one piece is no stream, and numbers that are none draw nothing", () => {
  assert.deepEqual(chunksOf(lanesOf(UVICORN, ...streaming("asgi", 10)), "loop"), []);
  assert.deepEqual(chunksOf(lanesOf(UVICORN, ...streaming("asgi", "x", {})), "loop"), []);
});

test("calls side by side get a row each, calls one by one share a row", () => {
  const call = (trace, name, from, to) =>
    span(trace, "call", from, to, { id: `${trace}-${name}`, parent: `${trace}-server` });
  const atOnce = lanesOf(
    UVICORN,
    client("a", 0, 100),
    server("a", 1, 99, "asgi"),
    call("a", "x", 10, 50),
    call("a", "y", 11, 51),
  );
  const oneByOne = lanesOf(
    UVICORN,
    client("b", 0, 100),
    server("b", 1, 99, "asgi"),
    call("b", "x", 10, 50),
    call("b", "y", 50, 90),
  );
  const rows = ({ lanes }) => lanes.find((lane) => lane.label === "calls").bars.map((bar) => bar.row);
  assert.deepEqual(rows(atOnce), [0, 1]);
  assert.deepEqual(rows(oneByOne), [0, 0]);
});

test("workers that followed each other are not called threads", () => {
  const spans = [1, 2, 3].map((pid) =>
    server(`w${pid}`, pid * 10, pid * 10 + 9, "wsgi", { server: "gunicorn", "process.pid": pid }),
  );
  const { lanes } = lanesOf(GUNICORN, ...spans);
  assert.deepEqual(
    lanes.map((lane) => lane.label),
    ["3 workers"],
  );
});

/** A sync view in a thread, and on the loop a URLconf that takes 90 ms to import. */
const IMPORTING = [
  server("a", 0, 300, "asgi", { "gatescope.slices": [0, 1e6] }),
  span("a", "handler", 1, 299, { parent: "a-server", id: "a-handler", "gatescope.slices": [0, 100e6] }),
  span("a", "middleware", 2, 298, {
    parent: "a-handler",
    id: "a-middleware",
    "code.function.name": "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "code.file.path": "django/middleware/clickjacking.py",
    "code.line.number": 25,
  }),
  span("a", "resolve", 5, 95, { parent: "a-middleware", id: "a-resolve" }),
  span("a", "crossing", 102, 290, {
    parent: "a-middleware",
    id: "a-hop",
    "gatescope.crossing.direction": "to_thread",
    "gatescope.crossing.started_ns": at(103),
    "gatescope.crossing.returned_ns": at(289),
  }),
  span("a", "view", 104, 288, { parent: "a-hop", "thread.id": 2, "code.function.name": "shop.views.plain" }),
].map((one) => (one.stage === "resolve" ? { ...one, name: "URLconf" } : one));

test("a bar on a loop is named after what ran there, not after a view that ran in a thread", () => {
  const { lanes } = lanesOf(UVICORN, ...IMPORTING);
  const loop = lanes.find((lane) => lane.kind === "loop");
  assert.deepEqual(
    loop.bars.map(({ text }) => text),
    ["URLconf"],
  );
  assert.equal(lineOf(loop.blocked[0]), "URLconf");
  assert.deepEqual(
    lanes.find((lane) => lane.kind === "thread").bars.map(({ text }) => text),
    ["crossing"],
  );
});

test("what Django itself does on a loop is Django's, and a middleware is named for its own work alone", () => {
  const without = IMPORTING.filter(({ stage }) => stage !== "resolve");
  const middleware = lanesOf(UVICORN, ...without).lanes.find((lane) => lane.kind === "loop");
  assert.deepEqual(
    middleware.bars.map(({ text }) => text),
    ["XFrameOptionsMiddleware"],
  );
  assert.equal(lineOf(middleware.blocked[0]), "clickjacking.py:25");
  const bare = without.filter(({ stage }) => stage !== "middleware");
  const django = lanesOf(UVICORN, ...bare).lanes.find((lane) => lane.kind === "loop");
  assert.deepEqual(
    django.bars.map(({ text }) => text),
    ["Django"],
  );
  assert.equal(lineOf(django.blocked[0]), "Django");
});
