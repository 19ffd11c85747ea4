import assert from "node:assert/strict";
import test from "node:test";
import { itinerary } from "../../../static/js/model/itinerary.js";
import { Model } from "../../../static/js/model/model.js";
import { takes } from "../../../static/js/model/takes.js";
import { moments, scene } from "../../../static/js/scene/scene.js";
import { at, client, server, span } from "../support/story.mjs";

const UVICORN = { name: "uvicorn", title: "Uvicorn", interface: "asgi" };
const GUNICORN = { name: "gunicorn", title: "Gunicorn", interface: "wsgi" };

function take(...spans) {
  const model = new Model();
  model.absorb(spans);
  return takes(model).at(-1);
}

/** "place state" of the only token at `ms`. */
function whereabouts(film, ms, one = UVICORN) {
  const [{ tokens }] = scene(film, [one], at(ms));
  return tokens.length ? `${tokens[0].place} ${tokens[0].state}` : "nowhere";
}

test("before it was fired a request is nowhere", () => {
  assert.equal(whereabouts(take(client("a", 0, null)), -1), "nowhere");
});

test("a request is with its client until it is sent, then at the door until the server opens it", () => {
  const film = take(client("a", 0, null));
  assert.equal(whereabouts(film, 0.5), "client travelling");
  assert.equal(whereabouts(film, 400), "queue waiting");
});

test("a request that another program called is followed inside its server", () => {
  const film = take(
    span("a", "", 0, 100, { id: "job", server: "cron" }),
    span("a", "call", 5, 95, { id: "c", parent: "job", server: "cron" }),
    span("a", "server", 10, 90, { id: "s", parent: "c" }),
    span("a", "query", 20, 80, { id: "q", parent: "s" }),
  );
  assert.equal(whereabouts(film, 15), "worker running");
  assert.equal(whereabouts(film, 50), "database running");
});

test("inside the server the deepest open stage decides the place", () => {
  const film = take(
    client("a", 0, 100),
    server("a", 10, 90, "wsgi"),
    span("a", "middleware", 20, 80, { id: "m", parent: "a-server" }),
    span("a", "view", 30, 70, { id: "v", parent: "m" }),
    span("a", "query", 40, 50, { parent: "v" }),
  );
  const places = [15, 25, 35, 45, 60, 75, 85, 95, 100].map((ms) => whereabouts(film, ms));
  assert.deepEqual(places, [
    "worker running",
    "middleware running",
    "view running",
    "database running",
    "view running",
    "middleware running",
    "worker running",
    "client travelling",
    "client done",
  ]);
});

test("of parallel stages at the same depth one is chosen and the token stays in one place", () => {
  const film = take(
    server("a", 0, 100, "asgi"),
    span("a", "view", 10, 90, { id: "v", parent: "a-server" }),
    span("a", "query", 20, 60, { parent: "v" }),
    span("a", "query", 30, 80, { parent: "v" }),
  );
  assert.equal(whereabouts(film, 70), "database running");
});

test("a coroutine awaits between the slices in which it ran", () => {
  const slices = [0, 1e6, 99e6, 1e6];
  const film = take(server("a", 0, 100, "asgi", { "gatescope.slices": slices }));
  assert.deepEqual(
    [0.5, 50, 99.5].map((ms) => whereabouts(film, ms)),
    ["worker running", "worker awaiting", "worker running"],
  );
});

test("an open coroutine is where its live state says", () => {
  const state = { "gatescope.state": "suspended", "gatescope.state_since_ns": at(5) };
  const film = take(server("a", 0, null, "asgi", state));
  assert.deepEqual(
    [2, 400].map((ms) => whereabouts(film, ms)),
    ["worker running", "worker awaiting"],
  );
});

test("a coroutine that runs for long without a pause blocks its loop", () => {
  const film = take(server("a", 0, 1000, "asgi", { "gatescope.slices": [0, 1000e6] }));
  assert.deepEqual(
    [20, 500].map((ms) => whereabouts(film, ms)),
    ["worker running", "worker blocking"],
  );
  const [{ gateway }] = scene(film, [UVICORN], at(500));
  assert.deepEqual([gateway.state, gateway.held[0].number, gateway.since], ["blocked", 1, at(0)]);
});

test("a sync view in a thread runs, although its coroutine is suspended", () => {
  const film = take(
    server("a", 0, 100, "asgi", { "gatescope.slices": [0, 10e6, 90e6, 10e6] }),
    span("a", "crossing", 10, 90, { id: "c", parent: "a-server", "gatescope.crossing.direction": "to_thread" }),
    span("a", "view", 20, 80, { parent: "c" }),
  );
  assert.deepEqual(
    [15, 50].map((ms) => whereabouts(film, ms)),
    ["worker parked", "view running"],
  );
});

test("a worker is held until the server has tidied up, a free one is free", () => {
  const film = take(client("a", 0, 50, { server: "gunicorn" }), server("a", 10, 60, "wsgi", { server: "gunicorn" }));
  const state = (ms) => scene(film, [GUNICORN], at(ms))[0].gateway.state;
  assert.deepEqual([5, 30, 55, 60].map(state), ["free", "held", "held", "free"]);
});

test("a request that failed comes back with an X", () => {
  const film = take(client("a", 0, 50, { "http.response.status_code": 500 }), server("a", 10, 40, "asgi"));
  assert.equal(whereabouts(film, 60), "client failed");
});

test("a connection that was refused never leaves the client's side but fails there", () => {
  const film = take({ ...client("a", 0, 50, { "gatescope.client.sent_ns": undefined }), status: "error" });
  assert.deepEqual(
    [20, 60].map((ms) => whereabouts(film, ms)),
    ["client travelling", "client failed"],
  );
});

test("counters tell waiting, running, awaiting and answered apart", () => {
  const film = take(
    client("a", 0, 20),
    server("a", 5, 15, "asgi"),
    client("b", 0, null, { "gatescope.index": 2 }),
    client("c", 0, null, { "gatescope.index": 3 }),
    server("c", 5, null, "asgi"),
  );
  const [{ counts, total }] = scene(film, [UVICORN], at(50));
  assert.deepEqual([counts.waiting, counts.running, counts.answered, total], [1, 1, 1, 3]);
});

test("a row shows its own server only", () => {
  const film = take(client("a", 0, null), client("b", 0, null, { server: "gunicorn" }));
  const rows = scene(film, [GUNICORN, UVICORN], at(9));
  assert.deepEqual(
    rows.map((row) => row.tokens.map((token) => token.id)),
    [["b"], ["a"]],
  );
});

test("without any take the places are there and empty", () => {
  const [{ places, total }] = scene(null, [UVICORN], at(0));
  assert.equal(total, 0);
  assert.deepEqual(Object.values(places), [[], [], [], [], [], [], []]);
});

test("segments follow each other without overlap, whatever the spans claim", () => {
  const film = take(
    client("a", 0, 50),
    server("a", 10, 60, "asgi"),
    span("a", "view", 5, 70, { id: "v", parent: "v" }),
    span("a", "query", 40, 30, { parent: "nobody" }),
  );
  const segments = itinerary(film.traces[0]);
  for (const [i, segment] of segments.entries()) {
    assert.ok(segment.to > segment.from);
    if (i) assert.ok(segment.from >= segments[i - 1].to);
  }
});

test("steps stop where a token changes place or state", () => {
  const film = take(client("a", 0, 50), server("a", 10, 40, "asgi"));
  assert.deepEqual(
    moments(film, [{ name: "uvicorn", interface: "asgi" }]).map((ns) => Math.round((ns - at(0)) / 1e6)),
    [0, 1, 10, 40, 50],
  );
});

const VIA = { "gatescope.via": "nginx", "gatescope.client.connected_ns": at(2), "gatescope.client.sent_ns": at(300) };

test("through nginx a request is there until it is handed over, and again while nginx sends the answer on", () => {
  const film = take(
    client("a", 0, 1000, VIA),
    span("a", "proxy", 2, 900, { parent: "a-client" }),
    span("a", "queue", 310, 400, { parent: "a-client" }),
    server("a", 400, 500, "asgi"),
  );
  const places = [1, 100, 309, 350, 450, 600, 899, 950, 1000].map((ms) => whereabouts(film, ms));
  assert.deepEqual(places, [
    "client travelling",
    "proxy waiting",
    "proxy waiting",
    "queue waiting",
    "worker running",
    "proxy waiting",
    "proxy waiting",
    "client travelling",
    "client done",
  ]);
});

test("while a request is sent through nginx it is there, and at the door from the moment that it was sent", () => {
  const film = take(client("a", 0, null, VIA));
  assert.deepEqual(
    [1, 100, 400].map((ms) => whereabouts(film, ms)),
    ["client travelling", "proxy waiting", "queue waiting"],
  );
});

test("a request that nginx could hand to nobody never stood at the door", () => {
  const film = take(
    client("a", 0, 50, { ...VIA, "http.response.status_code": 502 }),
    span("a", "proxy", 2, 49, { parent: "a-client" }),
  );
  assert.equal(whereabouts(film, 20), "proxy waiting");
  assert.equal(whereabouts(film, 50), "client failed");
});

test("nginx is in use as soon as one request of the row goes through it", () => {
  assert.equal(scene(take(client("a", 0, null, VIA)), [UVICORN], at(1))[0].proxied, true);
  assert.equal(scene(take(client("a", 0, null)), [UVICORN], at(1))[0].proxied, false);
});
