import assert from "node:assert/strict";
import test from "node:test";
import { turns } from "../../../static/js/model/coroutine.js";
import { Model } from "../../../static/js/model/model.js";
import { takes } from "../../../static/js/model/takes.js";
import { caption } from "../../../static/js/scene/captions.js";
import { laneModel } from "../../../static/js/scene/lane-model.js";
import { moments, scene } from "../../../static/js/scene/scene.js";
import { story } from "../../../static/js/scene/sentences.js";
import { spanSentence } from "../../../static/js/scene/span-sentence.js";
import { at, client, server, span } from "../support/story.mjs";

const UVICORN = { name: "uvicorn", title: "Uvicorn", interface: "asgi" };
const GUNICORN = { name: "gunicorn", title: "Gunicorn", interface: "wsgi" };
const SOCKET = { "network.protocol.name": "websocket" };

function filmOf(...spans) {
  const model = new Model();
  model.absorb(spans);
  return takes(model);
}

/** A session of trace `id` from 10 to `to` ms; its coroutine is suspended from 20 to 90 ms. */
function session(id, to = 100, options = {}) {
  const slices = { "gatescope.slices": [0, 15e6, 85e6, 5e6] };
  return [
    client(id, 0, to === null ? null : to + 5, { ...SOCKET, "http.response.status_code": 101, ...options.client }),
    server(id, 5, to, "asgi", { ...SOCKET, ...slices }),
    span(id, "handshake", 6, 10, { parent: `${id}-server` }),
    span(id, "session", 10, to, { id: `${id}-session`, parent: `${id}-server`, ...options.session }),
  ];
}

function message(id, session, direction, from, to) {
  return span(id, "message", from, to, {
    "gatescope.session": `${session}/${session}-session`,
    "gatescope.message.direction": direction,
    "gatescope.message.kind": "text",
    "gatescope.message.bytes": 32,
  });
}

const CHAT = () => [...session("s"), message("m1", "s", "in", 20, 60), message("m2", "s", "out", 65, 70)];

test("messages are no tokens but belong to the token of their session", () => {
  const [take, ...more] = filmOf(...CHAT());
  assert.equal(more.length, 0);
  const [{ tokens }] = scene(take, [UVICORN], at(68));
  assert.deepEqual(
    tokens.map(({ id, messages, shape }) => [id, messages, shape]),
    [["s", 2, "ring"]],
  );
});

test("a message that names no session on the page is nowhere", () => {
  assert.equal(filmOf(message("m", "unknown", "in", 0, 1)).length, 0);
});

test("a span that calls itself a message within a request hides nothing", () => {
  const [take] = filmOf(client("a", 0, 9), span("a", "message", 1, 2));
  assert.equal(take.traces.length, 1);
});

test("a session stands in the view and awaits, and its caption counts its messages", () => {
  const [take] = filmOf(...CHAT());
  const [row] = scene(take, [UVICORN], at(50));
  assert.deepEqual([row.tokens[0].place, row.tokens[0].state], ["view", "awaiting"]);
  assert.deepEqual(caption("view", row), ["session open", "1 message"]);
});

test("several sessions are counted together", () => {
  const second = session("r", 100, { client: { "gatescope.index": 2 } });
  const [take] = filmOf(...CHAT(), ...second);
  assert.deepEqual(caption("view", scene(take, [UVICORN], at(68))[0]), ["2 sessions", "2 messages"]);
});

test("during the handshake a socket is with its loop", () => {
  const [take] = filmOf(...CHAT());
  assert.equal(scene(take, [UVICORN], at(8))[0].tokens[0].place, "worker");
});

test("a sync consumer waits for its thread, runs in the view, and comes back", () => {
  const hop = span("s", "crossing", 30, 90, {
    parent: "s-session",
    "gatescope.crossing.direction": "to_thread",
    "gatescope.crossing.reason": "sync consumer",
    "gatescope.crossing.started_ns": at(50),
    "gatescope.crossing.returned_ns": at(80),
  });
  const [take] = filmOf(...session("s"), hop);
  const seen = [40, 60, 85].map((ms) => scene(take, [UVICORN], at(ms))[0].tokens[0]);
  assert.deepEqual(
    seen.map(({ place, state }) => `${place} ${state}`),
    ["worker parked", "view running", "worker parked"],
  );
});

test("a refusal has failed, and says with which status", () => {
  const refused = { ...SOCKET, "http.response.status_code": 404 };
  const spans = [
    client("a", 0, 50, { ...refused, server: "gunicorn" }),
    server("a", 10, 40, "wsgi", { server: "gunicorn" }),
  ];
  const [take] = filmOf(...spans);
  const [row] = scene(take, [GUNICORN], at(60));
  assert.deepEqual([row.tokens[0].state, row.tokens[0].shape], ["failed", "ring"]);
  assert.deepEqual(caption("client", row), ["1 back", "1 × 404"]);
  assert.match(story(take.traces[0], 1, GUNICORN, Infinity), /was refused with status 404 after 50\.0 ms\.$/);
});

test("a consumer that speaks to a client that has left is no failure of what the client saw", () => {
  const spans = session("s").map((one) => (one.stage === "server" ? { ...one, status: "error" } : one));
  const [take] = filmOf(...spans);
  assert.equal(scene(take, [UVICORN], at(200))[0].tokens[0].state, "done");
});

test("a session's lane has darts for its messages, in and out", () => {
  const [take] = filmOf(...CHAT());
  const lane = laneModel(take, [UVICORN]).lanes.find(({ kind }) => kind === "sessions");
  const ms = (ns) => Math.round((ns - at(0)) / 1e6);
  assert.equal(lane.label, "socket 1");
  assert.deepEqual(
    lane.bars.map((bar) => [ms(bar.from), ms(bar.to), bar.texture]),
    [[10, 100, "open"]],
  );
  assert.deepEqual(
    lane.darts.map((dart) => [ms(dart.from), ms(dart.to), dart.inwards]),
    [
      [20, 60, true],
      [65, 70, false],
    ],
  );
});

test("many sessions share one lane", () => {
  const many = Array.from({ length: 5 }, (_, i) => session(`s${i}`)).flat();
  const [take] = filmOf(...many, message("m", "s3", "in", 20, null));
  const lane = laneModel(take, [UVICORN]).lanes.find(({ kind }) => kind === "sessions");
  assert.deepEqual([lane.label, lane.rows, lane.darts.map((dart) => dart.row)], ["5 sockets", 5, [3]]);
});

test("steps also stop where a message begins", () => {
  const [take] = filmOf(...CHAT());
  const stops = new Set(
    moments(take, [{ name: "uvicorn", interface: "asgi" }]).map((ns) => Math.round((ns - at(0)) / 1e6)),
  );
  assert.ok(stops.has(20) && stops.has(65));
});

test("a session's story says how long it was open and what went both ways", () => {
  const counts = {
    "gatescope.session.received": 2,
    "gatescope.session.sent": 1200,
    "gatescope.session.unrecorded": 3,
  };
  const [take] = filmOf(...session("s", 100, { session: counts }));
  const told = (t) => story(take.traces[0], 1, UVICORN, t);
  assert.match(told(at(60)), /has its session open for 50\.0 ms\.$/);
  const brought = "brought 2 messages in and 1,200 out (3 messages too many to be shown)";
  assert.ok(
    told(Infinity).endsWith(`had its session open for 90.0 ms, ${brought} and was closed after 105 ms.`),
    told(Infinity),
  );
});

test("a message is said by its way, kind, size and time", () => {
  assert.equal(
    spanSentence(message("m", "s", "in", 20, 60)),
    "A text message of 32 bytes, received from the client. " +
      "From its arrival until the application asked for the next: 40.0 ms.",
  );
  assert.match(spanSentence(message("m", "s", "out", 65, 70)), /sent to the client\. Sending it: 5\.00 ms\.$/);
});

test("turns that were too many to be kept are not shown as one long turn", () => {
  const slices = { "gatescope.slices": [0, 1e6, 10e6, 80e6], "gatescope.slices_merged": 40 };
  const [take] = filmOf(server("a", 0, 100, "asgi", slices));
  assert.deepEqual(
    turns(take.traces[0]).map(({ to }) => Math.round((to - at(0)) / 1e6)),
    [1],
  );
});
