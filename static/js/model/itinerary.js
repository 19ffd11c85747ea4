// Where a request was at each moment: its spans turned into segments {from, to, place, state, span}.
// Pure, and the ground of everything drawn: scene, steps, lanes and sentences read it.
//
// Places: client, proxy, queue, worker, middleware, view, database.
// States: travelling, waiting, running, awaiting, parked, done, failed. A running coroutine names the slice
// it `ran` in, so that the scene can tell when it has held its loop for too long.

import { isCoroutine, running } from "./coroutine.js";

const PLACE_OF_STAGE = {
  server: "worker",
  handler: "worker",
  signal: "worker",
  response: "worker",
  handshake: "worker",
  crossing: "worker",
  middleware: "middleware",
  resolve: "middleware",
  view: "view",
  call: "view",
  session: "view",
  template: "view",
  query: "database",
};
const OUTSIDE = new Set(["client", "queue", "proxy"]);

const cache = new WeakMap();

/** The segments of `trace` in order of time; the last one is `done` or `failed` and never ends. */
export function itinerary(trace) {
  const known = cache.get(trace);
  if (known?.version === trace.version) return known.segments;
  const segments = merged([...outside(trace), ...inside(trace), ...after(trace)]);
  cache.set(trace, { version: trace.version, segments });
  return segments;
}

/** The segment that holds time `t`, or undefined before the request existed. */
export function segmentAt(segments, t) {
  let low = 0;
  let high = segments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (segments[middle].from <= t) low = middle + 1;
    else high = middle;
  }
  return segments[low - 1];
}

function outside(trace) {
  const { client, entry } = trace;
  const queue = trace.first("queue");
  const proxy = trace.first("proxy");
  const entered = entry?.start_ns ?? client?.end_ns ?? Infinity;
  const sent = client?.attributes["gatescope.client.sent_ns"] ?? client?.attributes["gatescope.client.connected_ns"];
  // A proxy that ended without anybody behind it never handed the request over. Else the stamp in its header, the
  // proxy's or the client's own, is nearer to the truth than when the client's loop noticed.
  const kept = proxy && !queue && !entry;
  const queued = kept ? entered : Math.min(queue?.start_ns ?? sent ?? entered, entered);
  const taken = isProxied(trace) ? Math.min(Math.max(connectedAt(client), proxy?.start_ns ?? 0), queued) : queued;
  const found = [];
  if (client) found.push({ from: client.start_ns, to: taken, place: "client", state: "travelling", span: client });
  if (taken < queued)
    found.push({ from: taken, to: queued, place: "proxy", state: "waiting", span: proxy ?? client });
  if (queued < entered)
    found.push({ from: queued, to: entered, place: "queue", state: "waiting", span: queue ?? client });
  return found.filter((segment) => segment.to > segment.from);
}

/** Whether a request goes through a proxy: its client says so from the beginning, the proxy itself at the end. */
export function isProxied(trace) {
  return Boolean(trace.client?.attributes["gatescope.via"]) || trace.first("proxy") !== undefined;
}

function connectedAt(client) {
  return client?.attributes["gatescope.client.connected_ns"] ?? (client ? Infinity : 0);
}

function after(trace) {
  if (trace.left) return afterLeaving(trace);
  const { client, entry } = trace;
  const left = entry ? (entry.end_ns ?? client?.end_ns) : client?.end_ns;
  if (left === null || left === undefined) return [];
  const end = client ? client.end_ns : left;
  const state = trace.failed ? "failed" : "done";
  const found = [];
  // The proxy takes the answer in and hands it on, at the client's pace.
  const passed = Math.min(passedOn(trace) ?? left, end ?? Infinity);
  if (entry && passed > left)
    found.push({ from: left, to: passed, place: "proxy", state: "waiting", span: trace.root });
  const back = Math.max(left, passed);
  if (end === null || end > back)
    found.push({ from: back, to: end ?? Infinity, place: "client", state: "travelling", span: client });
  if (end !== null) found.push({ from: end, to: Infinity, place: "client", state, span: trace.root });
  return found;
}

/** Of a request whose client left: the server may work on for nobody, and the token stays until that is over. */
function afterLeaving({ client, entry }) {
  if (client.end_ns === null || entry?.end_ns === null) return [];
  const from = Math.max(client.end_ns, entry?.end_ns ?? 0);
  return [{ from, to: Infinity, place: "client", state: "failed", span: client }];
}

/** When the proxy was done with the answer; until it says so, it still holds what the client does not have. */
function passedOn(trace) {
  const proxy = trace.first("proxy");
  return proxy?.end_ns ?? (isProxied(trace) && trace.client?.end_ns === null ? Infinity : null);
}

/** Inside the server the deepest open stage decides where the token stands. */
function inside(trace) {
  const { entry, client } = trace;
  if (!entry) return [];
  // An answer that has arrived is over for the token, also when its server still tidies up.
  const limit = Math.min(entry.end_ns ?? Infinity, trace.left ? Infinity : (client?.end_ns ?? Infinity));
  const stages = stagesOf(trace, entry, limit);
  const bounds = [...new Set(stages.flatMap(({ from, to }) => [from, to]))].sort((one, other) => one - other);
  const found = [];
  let open = [];
  let next = 0;
  for (let i = 0; i + 1 < bounds.length; i += 1) {
    open = open.filter((stage) => stage.to > bounds[i]);
    while (next < stages.length && stages[next].from <= bounds[i]) open.push(stages[next++]);
    const deepest = open.reduce((best, stage) => (best && best.depth > stage.depth ? best : stage), null);
    if (deepest) found.push(...inState(deepest, bounds[i], bounds[i + 1]));
  }
  return found;
}

function stagesOf(trace, entry, limit) {
  const depths = new Map([[entry.span_id, 0]]);
  const above = callersOf(entry, trace);
  const stages = [];
  for (const span of trace.ordered) {
    if (OUTSIDE.has(span.stage) || above.has(span) || isElsewhere(span, trace)) continue;
    const from = Math.max(span.start_ns, entry.start_ns);
    const to = Math.min(span.end_ns ?? Infinity, limit);
    if (to > from || span === entry) stages.push({ span, from, to, depth: depthOf(span, trace, depths), trace });
  }
  return stages.sort((one, other) => one.from - other.from || one.depth - other.depth);
}

/** Who called the request itself, in another program, is no place within it. */
function callersOf(entry, trace) {
  const callers = new Set();
  for (
    let current = trace.spans.get(entry.parent_id);
    current && current !== entry && !callers.has(current);
    current = trace.spans.get(current.parent_id)
  ) {
    callers.add(current);
  }
  return callers;
}

/** Below a call is what another service did for it; the token stays where it calls from. */
function isElsewhere(span, trace) {
  if (span === trace.entry) return false;
  const seen = new Set([span, trace.entry]);
  for (
    let current = trace.spans.get(span.parent_id);
    current && !seen.has(current);
    current = trace.spans.get(current.parent_id)
  ) {
    if (current.stage === "call") return true;
    seen.add(current);
  }
  return false;
}

function depthOf(span, trace, depths) {
  const path = [];
  let current = span;
  while (current && !depths.has(current.span_id)) {
    depths.set(current.span_id, 1); // A cycle or an orphan counts as a child of the server.
    path.push(current);
    current = trace.spans.get(current.parent_id);
  }
  let depth = current ? depths.get(current.span_id) : 0;
  for (const one of path.reverse()) depths.set(one.span_id, (depth += 1));
  return depths.get(span.span_id);
}

function inState(stage, from, to) {
  const { span, trace } = stage;
  stage.at ??= { place: placeOf(span, trace), span };
  if (span.stage === "crossing") return hop(span, from, to, stage.at);
  if (stage.driver === undefined) stage.driver = driverOf(span, trace);
  if (!stage.driver) return [{ ...stage.at, from, to, state: "running" }];
  return split(running(stage.driver), from, to).map((part) => ({ ...stage.at, ...part }));
}

/** A hop to the other world. A sync consumer does its work over there, where no stage of ours says so. */
function hop(span, from, to, at) {
  const about = (name) => span.attributes[`gatescope.crossing.${name}`];
  if (about("reason") !== "sync consumer" || about("direction") !== "to_thread")
    return [{ ...at, from, to, state: "parked" }];
  const within = (ns) => Math.min(Math.max(ns ?? Infinity, from), to);
  const [started, returned] = [within(about("started_ns")), within(about("returned_ns"))];
  return [
    { ...at, from, to: started, state: "parked" },
    { ...at, from: started, to: returned, place: "view", state: "running" },
    { ...at, from: returned, to, state: "parked" },
  ].filter((segment) => segment.to > segment.from);
}

/** The coroutine that runs `span`, or null when it runs in a thread of its own. */
function driverOf(span, trace) {
  const seen = new Set();
  for (let current = span; current && !seen.has(current); current = trace.spans.get(current.parent_id)) {
    seen.add(current);
    if (current.stage === "crossing" && current.attributes["gatescope.crossing.direction"] === "to_thread")
      return null;
    if (isCoroutine(current)) return current;
  }
  return null;
}

function split(intervals, from, to) {
  const parts = [];
  let at = from;
  for (let i = firstAfter(intervals, from); i < intervals.length && intervals[i].from < to; i += 1) {
    const interval = intervals[i];
    if (interval.from > at) parts.push({ from: at, to: interval.from, state: "awaiting" });
    const start = Math.max(at, interval.from);
    at = Math.min(to, interval.to);
    parts.push({ from: start, to: at, state: "running", ran: interval });
  }
  if (at < to) parts.push({ from: at, to, state: "awaiting" });
  return parts;
}

/** Where in intervals, which do not overlap, the first one is that ends after `t`. */
function firstAfter(intervals, t) {
  let low = 0;
  let high = intervals.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (intervals[middle].to <= t) low = middle + 1;
    else high = middle;
  }
  return low;
}

function placeOf(span, trace) {
  const seen = new Set();
  for (let current = span; current && !seen.has(current); current = trace.spans.get(current.parent_id)) {
    seen.add(current);
    if (PLACE_OF_STAGE[current.stage]) return PLACE_OF_STAGE[current.stage];
  }
  return "worker";
}

function merged(segments) {
  const found = [];
  for (const segment of segments.sort((one, other) => one.from - other.from)) {
    const last = found.at(-1);
    const same = last && last.place === segment.place && last.state === segment.state && last.span === segment.span;
    if (same && last.to >= segment.from) last.to = Math.max(last.to, segment.to);
    else found.push({ ...segment });
  }
  return found;
}
