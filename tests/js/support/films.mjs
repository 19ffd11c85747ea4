// Films for the property tests: made-up requests of every kind from a seed, the same from the same seed.

import { at, client, server, span } from "./story.mjs";

export const SERVERS = [
  { name: "gunicorn", interface: "wsgi", title: "Gunicorn, 1 sync worker" },
  { name: "uvicorn", interface: "asgi", title: "Uvicorn, 1 event loop" },
];

/** Numbers that look random: mulberry32. `random(n)` is a whole number below n, `random()` a share. */
export function randomFrom(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    const share = ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    return below === undefined ? share : Math.floor(share * below);
  };
}

export function shuffled(list, random) {
  const mixed = [...list];
  for (let i = mixed.length - 1; i > 0; i -= 1) {
    const other = random(i + 1);
    [mixed[i], mixed[other]] = [mixed[other], mixed[i]];
  }
  return mixed;
}

/**
 * All versions of all spans of `requests` requests, each with about `spans` spans, in the order in which they
 * happened. Every fourth seed's requests are strangers: nobody fired them from here. A story is one take.
 */
export function story(seed, { requests = 6, spans = 12 } = {}) {
  const random = randomFrom(seed);
  const found = [];
  for (let index = 1; index <= requests; index += 1) {
    const shape = SERVERS[random(2)];
    found.push(
      ...request(`t${seed}-${index}`, index, shape, { spans, fired: seed % 4 > 0, run: `run-${seed}` }, random),
    );
  }
  return found.toSorted((one, other) => one.received_ns - other.received_ns);
}

function request(trace, index, shape, { spans, fired, run }, random) {
  const begin = random(400);
  const waited = 2 + random(300);
  const length = 20 + random(400);
  const entered = begin + waited;
  const about = { server: shape.name, "gatescope.index": index, "gatescope.run": run };
  const all = [
    server(trace, entered, entered + length, shape.interface, { ...about, ...slices(shape, length, random) }),
  ];
  if (fired)
    all.push(client(trace, begin, entered + length + random(20), { ...about, ...ending(begin, length, random) }));
  if (random(2)) all.push(span(trace, "queue", begin + 1, entered, { ...about, id: `${trace}-queue` }));
  for (let i = 0; i < spans; i += 1) all.push(inner(trace, i, entered, length, shape, random));
  return all.flatMap((one) => versions(one, shape, random));
}

/** Some clients leave, some answers fail. */
function ending(begin, length, random) {
  const kind = random(8);
  if (kind === 0) return { "gatescope.client.left_ns": at(begin + length) };
  return { "http.response.status_code": kind === 1 ? 500 : 200 };
}

function inner(trace, i, entered, length, shape, random) {
  const from = entered + random(length);
  const to = Math.min(entered + length, from + 1 + random(length / 2));
  const stage = ["handler", "middleware", "view", "query", "call", "template", "signal", "crossing"][random(8)];
  const parent = [`${trace}-server`, `${trace}-in-${i - 1}`, `${trace}-in-${random(i + 1)}`, "nobody"][random(4)];
  const extra =
    stage === "crossing"
      ? hop(from, to, random)
      : stage === "view" && shape.interface === "asgi"
        ? slices(shape, to - from, random)
        : {};
  return span(trace, stage, from, to, { id: `${trace}-in-${i}`, parent, server: shape.name, ...extra });
}

function hop(from, to, random) {
  return {
    "gatescope.crossing.direction": random(4) ? "to_thread" : "to_loop",
    "gatescope.crossing.reason": random(2) ? "sync middleware" : "sync consumer",
    "gatescope.crossing.started_ns": at(from + (to - from) * 0.2),
    "gatescope.crossing.returned_ns": at(from + (to - from) * 0.8),
    "gatescope.crossing.thread.id": random(4),
    "gatescope.crossing.thread.name": `asgiref_${random(4)}`,
  };
}

function slices({ interface: kind }, length, random) {
  if (kind !== "asgi") return {};
  const flat = [];
  for (let offset = 0; offset < length;) {
    const ran = Math.min(length - offset, 1 + random(random(4) ? 8 : 120));
    flat.push(offset * 1e6, ran * 1e6);
    offset += ran + 1 + random(80);
  }
  return { "gatescope.loop": 1, "gatescope.slices": flat };
}

/** A span arrives when it opens, sometimes again while it is open, and when it ends; some never end, some die. */
function versions(one, shape, random) {
  const heard = (version, ms) => ({ ...version, received_ns: at(ms) });
  const ms = (ns) => (ns - at(0)) / 1e6;
  const [opened, ended] = [ms(one.start_ns), ms(one.end_ns)];
  const { "gatescope.slices": flat, ...rest } = one.attributes;
  const state = (name) =>
    flat ? { ...rest, "gatescope.state": name, "gatescope.state_since_ns": one.start_ns } : rest;
  const found = [heard({ ...one, end_ns: null, attributes: state("running") }, opened + 1)];
  if (random(3) === 0) found.push(heard({ ...one, end_ns: null, attributes: state("suspended") }, opened + 2));
  const fate = random(20);
  if (fate === 0) found.push(heard({ ...one, attributes: { ...rest, "gatescope.died": true } }, ended + 30));
  if (fate > 1) found.push(heard(one, ended + 1));
  return found;
}
