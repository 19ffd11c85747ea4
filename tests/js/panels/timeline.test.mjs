// The part of a film that the lanes show, what stands where on it, and the totals of what was selected.

import assert from "node:assert/strict";
import test from "node:test";
import { frozenBy, lineOf, windowAt } from "../../../static/js/model/blocked.js";
import { Model } from "../../../static/js/model/model.js";
import { takes } from "../../../static/js/model/takes.js";
import { threadStates } from "../../../static/js/model/thread-states.js";
import { laneRows } from "../../../static/js/scene/lane-layout.js";
import { laneModel } from "../../../static/js/scene/lane-model.js";
import { selectionTotals } from "../../../static/js/scene/selection-totals.js";
import { endOf, AxisScale } from "../../../static/js/time/axis-scale.js";
import { equalSteps, toScale } from "../../../static/js/time/time-scale.js";
import { Viewport } from "../../../static/js/time/viewport.js";
import { randomFrom, SERVERS, story } from "../support/films.mjs";
import { at, client, server, span } from "../support/story.mjs";

const RANGE = { from: at(0), to: at(10_000) };
const WARPS = [toScale(RANGE), equalSteps([1, 2, 500, 501, 503, 9000].map(at), RANGE)];
const PIXELS = { left: 100, width: 1000 };

test("zooming keeps the moment under the pointer where it is, on both clocks", () => {
  const random = randomFrom(7);
  for (const timeScale of WARPS) {
    const view = new Viewport();
    view.zoom(timeScale, at(5000), 0.5);
    for (let i = 0; i < 8; i += 1) {
      const scale = new AxisScale(timeScale, PIXELS, view.range);
      const x = 300 + random(600);
      const moment = scale.time(x);
      view.zoom(timeScale, moment, 0.8);
      assert.ok(
        Math.abs(new AxisScale(timeScale, PIXELS, view.range).x(moment) - x) < 0.5,
        `${timeScale.kind}, zoom ${i}`,
      );
    }
  }
});

test("zooming out ends at the whole film, and a view never leaves the film", () => {
  for (const timeScale of WARPS) {
    const view = new Viewport();
    view.zoom(timeScale, at(9999), 0.01);
    for (let i = 0; i < 30; i += 1) view.pan(timeScale, 0.7);
    assert.equal(view.range.to, RANGE.to);
    for (let i = 0; i < 300; i += 1) view.pan(timeScale, -0.7);
    assert.equal(view.range.from, RANGE.from);
    for (let i = 0; i < 30; i += 1) view.zoom(timeScale, at(1), 1.6);
    assert.equal(view.range, null);
  }
});

test("as far out as in, the whole film is shown again", () => {
  const short = { from: at(0) + 12345, to: at(23) + 54321 };
  for (const timeScale of [...WARPS, toScale(short), equalSteps([1, 2, 5, 9, 22].map(at), short)]) {
    const view = new Viewport();
    for (const factor of [0.6, 0.6, 1 / 0.6, 1 / 0.6]) view.zoom(timeScale, timeScale.from + 7e6, factor);
    assert.equal(view.range, null);
  }
});

test("panning does not change how much is shown", () => {
  const [timeScale] = WARPS;
  const view = new Viewport();
  view.zoom(timeScale, at(5000), 0.1);
  const width = () => Math.round((view.range.to - view.range.from) / 1e3);
  const before = width();
  for (const share of [0.5, -0.3, 40, -40, 0.2]) {
    view.pan(timeScale, share);
    assert.equal(width(), before);
  }
});

test("a view that follows shows the playhead", () => {
  for (const timeScale of WARPS) {
    const view = new Viewport();
    view.zoom(timeScale, at(1), 0.05);
    for (const ms of [9000, 3, 9999, 0]) {
      view.follow(timeScale, at(ms));
      assert.ok(view.holds(at(ms)), `${timeScale.kind} ${ms}`);
    }
  }
});

test("a pixel's moment stands at that pixel", () => {
  for (const timeScale of WARPS) {
    for (const range of [null, { from: at(400), to: at(600) }]) {
      const scale = new AxisScale(timeScale, PIXELS, range);
      for (let x = 110; x < 900; x += 37) assert.ok(Math.abs(scale.x(scale.time(x)) - x) < 0.25);
    }
  }
});

test("labels of the axis never meet, and a step that was cut is labelled with its true length", () => {
  const random = randomFrom(3);
  for (let i = 0; i < 30; i += 1) {
    const timeScale = equalSteps(
      Array.from({ length: 1 + random(80) }, () => at(random(10_000) + random())).sort((one, other) => one - other),
      RANGE,
    );
    const labels = new AxisScale(timeScale, PIXELS).labels().sort((one, other) => one.x - other.x);
    labels.forEach(
      (label, k) =>
        k && assert.ok(label.x - labels[k - 1].x > (label.label.length + labels[k - 1].label.length) * 3.5),
    );
  }
  assert.ok(new AxisScale(WARPS[1], PIXELS).labels().some(({ label, cut }) => cut && label === "↔ 8.50 s"));
});

test("zoomed in to microseconds, labels still tell moments apart", () => {
  const [timeScale] = WARPS;
  const labels = new AxisScale(timeScale, PIXELS, { from: at(5000), to: at(5000.1) })
    .labels()
    .map(({ label }) => label);
  assert.ok(labels.length > 3 && new Set(labels).size === labels.length, labels.join());
});

test("the whole of an axis to scale ends at a round time, in equal steps with the film", () => {
  assert.deepEqual(WARPS.map(endOf), [12_000, 7000]);
});

function tracksOf(one, ...spans) {
  const model = new Model();
  model.absorb(spans);
  return laneModel(takes(model).at(-1), [one]);
}

const [GUNICORN, UVICORN] = SERVERS;
const between = (from, to) => ({ from: at(from), to: at(to) });
const ms = ({ running, waiting, blocking, parked }) =>
  [running, waiting, blocking, parked].map((ns) => Math.round(ns / 1e6));

function sumOf(found, label, from, to) {
  return ms(
    selectionTotals(found, between(from, to)).lanes.find((lane) => lane.label === label)?.totals ?? {
      running: 0,
      waiting: 0,
      blocking: 0,
      parked: 0,
    },
  );
}

test("what is selected is summed up by lane and texture, cut at its edges", () => {
  const found = tracksOf(
    GUNICORN,
    client("a", 0, 100, { server: "gunicorn" }),
    server("a", 11, 91, "wsgi", { server: "gunicorn" }),
    span("a", "query", 31, 51, { server: "gunicorn", parent: "a-server" }),
    client("b", 0, 200, { server: "gunicorn", "gatescope.index": 2 }),
    server("b", 101, 191, "wsgi", { server: "gunicorn" }),
  );
  assert.deepEqual(sumOf(found, "worker 7", 0, 200), [150, 20, 0, 0]);
  assert.deepEqual(sumOf(found, "worker 7", 41, 61), [10, 10, 0, 0]);
  assert.deepEqual(sumOf(found, "backlog", 0, 21), [0, 30, 0, 0]);
  assert.deepEqual(
    [
      selectionTotals(found, between(0, 21)).requests,
      selectionTotals(found, between(150, 160)).requests,
      selectionTotals(found, between(300, 400)).requests,
    ],
    [2, 1, 0],
  );
});

test("totals of neighbouring selections add up to the sum of both", () => {
  for (let seed = 1; seed < 20; seed += 1) {
    const model = new Model();
    model.absorb(story(seed));
    const found = laneModel(takes(model)[0], SERVERS);
    const total = ({ from, to }) =>
      selectionTotals(found, { from, to })
        .lanes.flatMap((lane) => Object.values(lane.totals))
        .reduce((sum, ns) => sum + ns, 0);
    const [whole, left, right] = [between(0, 900), between(0, 333), between(333, 900)].map(total);
    assert.ok(Math.abs(whole - left - right) < 1e3, `seed ${seed}`);
  }
});

function blocked() {
  const view = {
    parent: "a-server",
    "gatescope.loop": 1,
    "code.file.path": "/srv/shop/views.py",
    "code.line.number": 37,
  };
  return tracksOf(
    UVICORN,
    client("a", 0, 1000),
    server("a", 10, 990, "asgi", { "gatescope.loop": 1, "gatescope.slices": [0, 900e6] }),
    span("a", "view", 20, 900, { ...view, "gatescope.slices": [0, 880e6] }),
    client("b", 0, 1100, { "gatescope.index": 2 }),
    server("b", 5, 1090, "asgi", { "gatescope.loop": 1, "gatescope.slices": [0, 2e6] }),
    client("c", 0, 1200, { "gatescope.index": 3 }),
    server("c", 950, 1190, "asgi", { "gatescope.loop": 1, "gatescope.slices": [0, 2e6] }),
    client("d", 0, 4, { "gatescope.index": 4 }),
    server("d", 2, 3, "asgi", { "gatescope.loop": 1, "gatescope.slices": [0, 1e6] }),
  );
}

test("a window in which the loop was held says which line held it, and whom it froze", () => {
  const loop = blocked().lanes.find((lane) => lane.kind === "loop");
  const window = windowAt(loop.blocked, at(500));
  assert.equal(lineOf(window), "views.py:37");
  assert.equal(frozenBy(window, loop.traces, at(500)), 2);
  assert.equal(windowAt(loop.blocked, at(30)), undefined);
});

test("a held loop is blocking in the totals, and its lag has a lane", () => {
  const found = blocked();
  assert.deepEqual(sumOf(found, "loop 7", 100, 200), [0, 0, 100, 0]);
  assert.ok(found.lanes.some((lane) => lane.kind === "lag"));
});

test("a thread waits for its database, is parked while a loop works for it, and runs in between", () => {
  const model = new Model();
  model.absorb([
    server("a", 0, 100, "asgi"),
    span("a", "query", 20, 30, { "thread.id": 9 }),
    span("a", "crossing", 40, 60, { "thread.id": 9, "gatescope.crossing.direction": "to_loop" }),
    span("a", "query", 45, 50, { "thread.id": 9 }),
    span("a", "query", 70, 80, { "thread.id": 8 }),
  ]);
  const pieces = threadStates(model.trace("a"), 9, at(10), at(90));
  assert.deepEqual(
    pieces.map(({ from, to, texture }) => [
      Math.round((from - at(0)) / 1e6),
      Math.round((to - at(0)) / 1e6),
      texture,
    ]),
    [
      [10, 20, "running"],
      [20, 30, "awaiting"],
      [30, 40, "running"],
      [40, 60, "parked"],
      [60, 90, "running"],
    ],
  );
});

test("work given to threads is a curve under the lanes", () => {
  const hop = (trace) =>
    span(trace, "crossing", 10, 90, {
      parent: `${trace}-server`,
      "gatescope.crossing.direction": "to_thread",
      "gatescope.crossing.started_ns": at(20),
      "gatescope.crossing.returned_ns": at(80),
      "gatescope.crossing.thread.id": 1,
    });
  const found = tracksOf(UVICORN, server("a", 0, 100, "asgi"), hop("a"), server("b", 0, 100, "asgi"), hop("b"));
  const pool = found.lanes.find((lane) => lane.kind === "pool");
  assert.deepEqual(
    pool.steps.map(({ t, n }) => [Math.round((t - at(0)) / 1e6), n]),
    [
      [10, 2],
      [80, 0],
    ],
  );
  assert.equal(found.lanes.at(-1), pool);
});

test("lanes of many kinds share the height without meeting", () => {
  const kinds = ["worker", "backlog", "loop", "threads", "backlog", "lag", "awaiting", "pool"];
  const lanes = kinds.map((kind, i) => ({ id: `${i}`, kind, server: i < 2 ? "one" : "other", rows: 10 }));
  const rows = [...laneRows(lanes, { top: 29, height: 118, unit: 1 }).values()];
  rows.forEach(({ y }, i) => i && assert.ok(y >= rows[i - 1].y + rows[i - 1].h));
  assert.ok(rows.at(-1).y + rows.at(-1).h <= 29 + 118 && rows.every(({ h }) => h >= 8));
});
