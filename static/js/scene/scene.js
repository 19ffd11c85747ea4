// The scene at time t: which token stands in which place, in which state, and what is written beside it.
// Pure: (take, servers, t) -> rows. No DOM, no clock; live, paused and replay differ only in t.

import { blocksFrom } from "../model/coroutine.js";
import { isProxied, itinerary, segmentAt } from "../model/itinerary.js";
import { messagesUntil } from "../model/sockets.js";

export const PLACES = ["client", "proxy", "queue", "worker", "middleware", "view", "database"];

const INSIDE = new Set(["worker", "middleware", "view", "database"]);

/** One row per server, in the order of `servers` ({name, interface}). */
export function scene(take, servers, t) {
  return servers.map((server) => row(take, server, t));
}

function row(take, server, t) {
  const traces = (take?.traces ?? []).filter((trace) => trace.server === server.name);
  const tokens = traces.map((trace) => token(trace, take, server, t)).filter(Boolean);
  const places = Object.fromEntries(PLACES.map((place) => [place, []]));
  for (const one of tokens) places[one.place].push(one);
  return {
    server,
    places,
    tokens,
    total: traces.length,
    proxied: traces.some(isProxied),
    counts: counts(tokens),
    measured: take?.backlog?.at(server.name, t) ?? null,
    gateway: server.interface === "asgi" ? loop(tokens, traces, t) : worker(traces, take, t),
  };
}

function token(trace, take, server, t) {
  const segment = segmentAt(itinerary(trace), t);
  if (!segment) return null;
  return {
    id: trace.id,
    trace,
    number: take.numbers.get(trace.id),
    place: segment.place,
    state: stateAt(segment, server, t),
    left: segment.state === "failed" && trace.left,
    died: segment.state === "failed" && !trace.left && trace.death !== undefined,
    segment,
    waited: t - segment.from,
    shape: trace.socket ? "ring" : server.interface === "asgi" ? "disc" : "square",
    messages: messagesUntil(take, trace, t).length,
  };
}

/** A coroutine that has run for long without a pause holds its loop: nobody else gets a turn. */
function stateAt(segment, server, t) {
  return holdsLoop(segment, server) && t >= blocksFrom(segment.ran) ? "blocking" : segment.state;
}

function holdsLoop(segment, server) {
  return server.interface === "asgi" && segment.state === "running" && segment.ran !== undefined;
}

function counts(tokens) {
  const is = (...states) => tokens.filter((one) => states.includes(one.state)).length;
  return {
    waiting: is("waiting"),
    running: tokens.filter((one) => INSIDE.has(one.place) && ["running", "blocking"].includes(one.state)).length,
    awaiting: is("awaiting", "parked"),
    answered: is("done"),
    failed: is("failed") - tokens.filter((one) => one.left).length,
    left: tokens.filter((one) => one.left).length,
    died: tokens.filter((one) => one.died).length,
    here: tokens.filter((one) => INSIDE.has(one.place)).length,
  };
}

/** WSGI: which requests hold a worker or thread now. It stays held until the server has tidied up. */
function worker(traces, take, t) {
  const held = traces
    .filter(({ entry }) => entry && entry.start_ns <= t && t < (entry.end_ns ?? Infinity))
    .map((trace) => ({ id: trace.id, number: take.numbers.get(trace.id) }));
  return { kind: "worker", state: held.length ? "held" : "free", held, since: null };
}

/** ASGI: whether the loop turns, runs somebody, or is held by somebody who does not let go. */
function loop(tokens, traces, t) {
  const by =
    tokens.find((one) => one.state === "blocking") ??
    tokens.find((one) => one.state === "running" && one.segment.ran);
  const state = by ? (by.state === "blocking" ? "blocked" : "busy") : "free";
  return {
    kind: "loop",
    state,
    held: by ? [{ id: by.id, number: by.number }] : [],
    since: by?.segment.ran.from ?? null,
    seen: traces.length > 0,
  };
}

/** The moments in a take at which the picture of `servers` changes, in order: the stops of "step". */
export function moments(take, servers) {
  const found = new Set();
  for (const server of servers) {
    for (const trace of take?.traces ?? []) {
      if (trace.server !== server.name) continue;
      for (const segment of itinerary(trace)) changes(segment, server).forEach((moment) => found.add(moment));
      for (const message of take.messages.get(trace.id) ?? []) found.add(message.start_ns);
      if (trace.entry?.end_ns) found.add(trace.entry.end_ns);
    }
  }
  return [...found].sort((one, other) => one - other);
}

/** The moments at which a request comes to another place: what a teacher names, one after the other. */
export function arrivals(take, servers) {
  const names = servers.map(({ name }) => name);
  const here = (take?.traces ?? []).filter((trace) => names.includes(trace.server));
  const found = here.flatMap((trace) =>
    itinerary(trace).filter(({ place }, i, all) => place !== all[i - 1]?.place || i === all.length - 1),
  );
  return [...new Set(found.map(({ from }) => from))].sort((one, other) => one - other);
}

/** A segment changes the picture where it begins and, when it holds its loop for long, where that begins to block. */
function changes(segment, server) {
  const blocks = holdsLoop(segment, server) ? blocksFrom(segment.ran) : Infinity;
  return blocks > segment.from && blocks < segment.to ? [segment.from, blocks] : [segment.from];
}
