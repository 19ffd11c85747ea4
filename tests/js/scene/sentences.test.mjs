import assert from "node:assert/strict";
import test from "node:test";
import { itinerary, segmentAt } from "../../../static/js/model/itinerary.js";
import { Model } from "../../../static/js/model/model.js";
import { takes } from "../../../static/js/model/takes.js";
import { account, accountName } from "../../../static/js/scene/account.js";
import { caption } from "../../../static/js/scene/captions.js";
import { boxes, folds, slots } from "../../../static/js/scene/layout.js";
import { scene } from "../../../static/js/scene/scene.js";
import { instrumentSentences, presence, story, summary, tokenLabel } from "../../../static/js/scene/sentences.js";
import { spanSentence } from "../../../static/js/scene/span-sentence.js";
import { at, client, server, span } from "../support/story.mjs";

function trace(...spans) {
  const model = new Model();
  model.absorb(spans);
  return model.trace(spans[0].trace_id);
}

const WAITED = () =>
  trace(client("a", 0, 3010), server("a", 2001, 3009, "wsgi"), span("a", "view", 2005, 3005, { parent: "a-server" }));

test("a request's story says where it waited and what its view did", () => {
  const sentence = story(WAITED(), 3, { title: "Gunicorn, 1 sync worker" }, Infinity);
  assert.equal(
    sentence,
    "Request 3 waited 2.00 s at Gunicorn's door, outside Python, ran 1.00 s in its view " +
      "and was answered after 3.01 s.",
  );
});

test("a story told at a moment knows nothing of later", () => {
  assert.match(
    story(WAITED(), 3, { title: "Gunicorn" }, at(1001)),
    /^Request 3 waited 1\.00 s at Gunicorn's door, outside Python\.$/,
  );
});

test("the account of a request adds up to what its client saw", () => {
  const sum = account(WAITED()).reduce((total, row) => total + row.ns, 0);
  assert.ok(Math.abs(sum - 3010e6) < 1e4);
});

test("ten tokens stand beside each other in the view, more become a stack", () => {
  const { view } = boxes(962, 130, 1);
  assert.equal(slots(view, 10, 1).points.length, 10);
  assert.ok(slots(view, 11, 1).stack);
});

test("tokens stay inside their box", () => {
  const places = boxes(962, 130, 1);
  for (const box of Object.values(places)) {
    for (let number = 1; number <= 10; number += 1) {
      const { size, points = [] } = slots(box, number, 1);
      for (const { x, y } of points) {
        assert.ok(x - size / 2 >= box.x && x + size / 2 <= box.x + box.w);
        assert.ok(y - size / 2 >= box.y && y + size / 2 <= box.y + box.h);
      }
    }
  }
});

test("a projector's labels stand above the boxes, on two lines where one has no room", () => {
  assert.ok(boxes(982, 130, 1, 24).view.y >= 24);
  assert.equal(folds(982, 1, 24), false);
  assert.ok(boxes(732, 130, 1, 24).view.y >= 48);
  assert.equal(folds(732, 1, 24), true);
});

test("once connected, what only the client's span covers is unaccounted", () => {
  const rows = account(
    trace(client("a", 0, 60, { "gatescope.client.connected_ns": at(0.5) }), server("a", 10, 40, "wsgi")),
  );
  const ms = Object.fromEntries(rows.map(({ place, ns }) => [place, Math.round(ns / 1e5) / 10]));
  assert.deepEqual(ms, { client: 0.5, unaccounted: 20.5, queue: 9, worker: 30 });
});

test("a client that reached no server was connecting to the end", () => {
  const rows = account(trace({ ...client("a", 0, 50, { "gatescope.client.sent_ns": undefined }), status: "error" }));
  assert.deepEqual(
    rows.map(({ place }) => place),
    ["client"],
  );
});

test("the instrument says what it cost and what it left out", () => {
  const words = (attributes) =>
    instrumentSentences(trace(client("a", 0, 50), server("a", 10, 40, "wsgi", attributes)));
  assert.equal(
    words({ "gatescope.overhead_ns": 310e3, "gatescope.spans": 12 }),
    "Measuring it took 310 µs of this time, for 12 spans.",
  );
  assert.match(words({ "gatescope.spans_cut": 26 }), /^26 further stages of it were left out/);
  assert.match(words({ "gatescope.reduced": true }), /recorded without details/);
  assert.match(instrumentSentences(trace(client("a", 0, 50))), /^Nothing came from inside the server/);
});

test("a place says who is there and for how long", () => {
  assert.equal(presence([{ number: 1, state: "done", waited: 9e9 }]), "No request is here at this moment.");
  const tokens = [
    { number: 2, state: "waiting", waited: 1e9 },
    { number: 1, state: "waiting", waited: 2e9 },
  ];
  assert.equal(presence(tokens), "Here at this moment: 2 requests; request 1 the longest, for 2.00 s.");
  assert.equal(presence(tokens.slice(0, 1)), "Here at this moment: request 2, for 1.00 s.");
});

test("a request whose client left was not answered, and its server works on", () => {
  const left = trace(
    client("a", 0, 500, { "gatescope.client.left_ns": at(500) }),
    server("a", 1, 2000, "wsgi"),
    span("a", "view", 2, 1999, { parent: "a-server" }),
  );
  assert.match(
    story(left, 1, { title: "Gunicorn" }, Infinity),
    /ran 2\.00 s in its view and was left by its client after 500 ms\.$/,
  );
  assert.ok(left.failed);
  const places = [1000, 2500].map((ms) => segmentAt(itinerary(left), at(ms)));
  assert.deepEqual(
    places.map(({ place, state }) => [place, state]),
    [
      ["view", "running"],
      ["client", "failed"],
    ],
  );
});

test("a client that left is no failure of the server's", () => {
  const model = new Model();
  model.absorb([client("a", 0, 500, { "gatescope.client.left_ns": at(500) }), server("a", 1, 2000, "wsgi")]);
  const [row] = scene(takes(model).at(-1), [{ name: "uvicorn", interface: "wsgi", title: "Uvicorn" }], at(5000));
  assert.deepEqual([row.counts.failed, row.counts.left], [0, 1]);
  assert.deepEqual(caption("client", row), ["0 back", "1 left"]);
  assert.equal(tokenLabel(row.tokens[0], row.server), "Request 1 at Uvicorn: left by its client");
  assert.equal(summary([row]), "Uvicorn: 0 of 1 answered, 1 left by its client.");
});

const DIED = () =>
  trace(
    client("a", 0, 2110),
    died(server("a", 10, 2100, "wsgi")),
    died(span("a", "view", 20, 2100, { parent: "a-server" })),
  );

function died(one) {
  return {
    ...one,
    status: "error",
    attributes: { ...one.attributes, "process.pid": 4711, "gatescope.died": true, "error.type": "worker_died" },
  };
}

test("the story of a request that died says with which worker and after how long", () => {
  assert.match(story(DIED(), 3, { title: "Gunicorn" }, Infinity), / and died with worker 4711 after 2\.09 s\.$/);
});

test("a span that died says so instead of how long it took", () => {
  const view = [...DIED().spans.values()].find((one) => one.stage === "view");
  assert.equal(spanSentence(view), "The view. It died with worker 4711 after 2.08 s.");
});

test("a request that was answered has not died, though its worker ended before it told the end", () => {
  const told = (one) => ({
    ...one,
    attributes: { ...one.attributes, "process.pid": 4711, "gatescope.end_not_told": true },
  });
  const answered = trace(
    told(server("a", 10, 2100, "wsgi")),
    told(span("a", "view", 20, 2100, { parent: "a-server" })),
  );
  assert.equal(answered.failed, false);
  assert.equal(answered.death, undefined);
  const sentence = story(answered, 3, { title: "Gunicorn" }, Infinity);
  assert.match(sentence, / and was answered after 2\.09 s \(its worker ended before it told the end\)\.$/);
  assert.doesNotMatch(sentence, /died/);
  assert.equal(
    spanSentence(answered.first("view")),
    "The view. Its request was answered; its end was not told, since worker 4711 had ended.",
  );
  const model = new Model();
  model.absorb([...answered.spans.values()]);
  const [row] = scene(takes(model).at(-1), [{ name: "uvicorn", interface: "wsgi", title: "Uvicorn" }], at(5000));
  assert.deepEqual([row.tokens[0].state, row.counts.died], ["done", 0]);
});

test("a token that died is failed and its client's caption says died", () => {
  const model = new Model();
  model.absorb([...DIED().spans.values()]);
  const [row] = scene(takes(model).at(-1), [{ name: "uvicorn", interface: "wsgi", title: "Uvicorn" }], at(5000));
  assert.deepEqual([row.tokens[0].state, row.counts.died], ["failed", 1]);
  assert.deepEqual(caption("client", row), ["1 back", "1 died"]);
  assert.equal(tokenLabel(row.tokens[0], row.server), "Request 1 at Uvicorn: died with its worker");
  assert.equal(summary([row]), "Uvicorn: 1 of 1 answered, 1 died with their worker.");
});

/** A view of 60 ms that waits 50 ms for another service, and a template of 200 ms that is rendered after it. */
const DEFERRED = () =>
  trace(
    server("a", 0, 300, "wsgi"),
    span("a", "view", 10, 70, { parent: "a-server", id: "a-view" }),
    span("a", "call", 15, 65, { parent: "a-view", "server.address": "127.0.0.1" }),
    span("a", "template", 80, 280, { parent: "a-server", id: "a-template" }),
    span("a", "query", 100, 130, { parent: "a-template" }),
  );

test("a request that waits for others does not run, and what is rendered after the view is not the view's", () => {
  assert.equal(
    story(DEFERRED(), 1, { title: "Gunicorn" }, Infinity),
    "Request 1 ran 10.0 ms in its view, had templates rendered for 170 ms, waited 50.0 ms for other services, " +
      "spent 30.0 ms with the database and was answered after 300 ms.",
  );
  const names = account(DEFERRED()).map((line) => [accountName(line, "wsgi"), Math.round(line.ns / 1e6)]);
  assert.deepEqual(Object.fromEntries(names), {
    "Worker, running": 40,
    "View, running": 10,
    "Other services, waiting for the answer": 50,
    "Templates, running": 170,
    "Database, waiting for the answer": 30,
  });
});

test("a gateway without a view that we know has none: it waits for the service that it asks", () => {
  const gateway = trace(server("a", 0, 360, "wsgi"), span("a", "call", 3, 356, { parent: "a-server" }));
  const words = story(gateway, 1, { title: "node" }, Infinity);
  assert.equal(words, "Request 1 waited 353 ms for other services and was answered after 360 ms.");
});
