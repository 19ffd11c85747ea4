import assert from "node:assert/strict";
import test from "node:test";
import { Backlog } from "../../../static/js/model/backlog.js";
import { Model } from "../../../static/js/model/model.js";
import { takes } from "../../../static/js/model/takes.js";
import { caption } from "../../../static/js/scene/captions.js";
import { laneModel } from "../../../static/js/scene/lane-model.js";
import { scene } from "../../../static/js/scene/scene.js";
import { doorSentence } from "../../../static/js/scene/sentences.js";
import { at, client, server } from "../support/story.mjs";

const GUNICORN = { name: "gunicorn", interface: "wsgi", title: "Gunicorn" };

/** Two requests, of which the second waits from 1 to 31 ms; the kernel is asked at 10 and at 35 ms. */
function crowded(...measured) {
  const model = new Model();
  model.absorb([
    client("a", 0, 30, { server: "gunicorn" }),
    server("a", 1.5, 29, "wsgi", { server: "gunicorn" }),
    client("b", 0, 60, { server: "gunicorn", "gatescope.index": 2 }),
    server("b", 31, 59, "wsgi", { server: "gunicorn" }),
  ]);
  for (const [ms, n] of measured) model.note({ now_ns: at(ms), backlog: { gunicorn: n } });
  return takes(model).at(-1);
}

function queueAt(take, ms) {
  return caption("queue", scene(take, [GUNICORN], at(ms))[0])[1];
}

test("the caption of the queue says what was measured at that moment, and otherwise that it is derived", () => {
  const take = crowded([10, 1], [35, 0]);
  assert.equal(queueAt(take, 20), "1 in kernel (measured)");
  assert.equal(queueAt(crowded(), 20), "outside Python, derived");
  assert.equal(queueAt(take, 5), "outside Python, derived");
});

test("what the kernel counted is a curve inside the derived one, under the lanes", () => {
  const { lanes } = laneModel(crowded([10, 1], [35, 0]), [GUNICORN]);
  assert.deepEqual(
    lanes.map((lane) => lane.kind),
    ["worker", "backlog"],
  );
  assert.deepEqual(
    lanes[1].inner.map(({ t, n }) => [Math.round((t - at(0)) / 1e6), n]),
    [
      [10, 1],
      [35, 0],
    ],
  );
});

test("a kernel's queue that was always empty, or never measured, draws nothing", () => {
  for (const take of [crowded([10, 0]), crowded()]) {
    assert.ok(laneModel(take, [GUNICORN]).lanes[1].inner.every(({ n }) => n === 0));
  }
});

test("a curve begins with what was measured before the take", () => {
  const backlog = new Backlog();
  backlog.note(10, { gunicorn: 3 });
  backlog.note(30, { gunicorn: 2 });
  assert.deepEqual(backlog.between("gunicorn", 20, 40), [
    { t: 20, n: 3 },
    { t: 30, n: 2 },
  ]);
});

test("only so many steps are kept, and only changes are", () => {
  const backlog = new Backlog();
  assert.equal(backlog.note(1, { gunicorn: 1 }), true);
  assert.equal(backlog.note(2, { gunicorn: 1 }), false);
  for (let t = 3; t < 5000; t += 1) backlog.note(t, { gunicorn: t });
  assert.equal(backlog.between("gunicorn", 0, 5000).length, 3000);
});

test("measured and derived waiting are told apart in words", () => {
  assert.match(doorSentence(9, null), /derived/);
  assert.equal(doorSentence(9, 9), "The kernel's accept queue of this server holds 9 connections (measured).");
  assert.match(
    doorSentence(6, 0),
    /holds 0 connections \(measured\)\. The other 6 \(derived\) have been accepted and wait inside the server/,
  );
});
