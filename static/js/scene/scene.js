// @ts-check
// The scene at time t: which token stands in which place, in which state, and what is written beside it.
// Pure: (take, servers, t) -> rows. No DOM, no clock; live, paused and replay differ only in t.

/** @import { Trace } from "../model/trace.js" */
/** @import { Place, Segment, Server, Take } from "../model/types.js" */
/** @import { Counts, Gateway, SceneRow, Shape, Token, TokenState } from "./types.js" */

import { blocksFrom } from "../model/coroutine.js";
import { itinerary, segmentAt } from "../model/itinerary.js";
import { isProxied } from "../model/outside-server.js";
import { messagesUntil } from "../model/sockets.js";

/** @type {Place[]} */
export const PLACES = ["client", "proxy", "queue", "worker", "middleware", "view", "database"];

const INSIDE = new Set(["worker", "middleware", "view", "database"]);

/**
 * One row per server, in the order of `servers`.
 * @param {Take | null} take
 * @param {Server[]} servers
 * @param {number} t
 */
export function scene(take, servers, t) {
  return servers.map((server) => row(take, server, t));
}

/**
 * @param {Take | null} take
 * @param {Server} server
 * @param {number} t
 * @returns {SceneRow}
 */
function row(take, server, t) {
  const traces = (take?.traces ?? []).filter((trace) => trace.server === server.name);
  const tokens = take ? traces.map((trace) => token(trace, take, server, t)).filter((one) => one !== null) : [];
  const measured = take?.backlog.at(server.name, t) ?? null;
  const isTold = (!traces.length && !server.isService) || traces.some(isQueueTold);
  const isHere = (/** @type {Place} */ place) => tokens.filter((one) => one.place === place);
  const places = /** @type {SceneRow["places"]} */ (
    Object.fromEntries(PLACES.map((place) => [place, isHere(place)]))
  );
  return {
    server,
    places,
    tokens,
    total: traces.length,
    proxied: traces.some(isProxied),
    isQueueKnown: measured !== null || isTold,
    isQueueTold: isTold,
    counts: counts(tokens),
    measured,
    gateway: server.interface === "asgi" ? loop(tokens, traces.length > 0) : worker(traces, take, t),
  };
}

/**
 * Whether something before the server tells when the request set out for it.
 * @param {Trace} trace
 */
function isQueueTold(trace) {
  return trace.client !== null || Boolean(trace.first("queue") ?? trace.first("proxy"));
}

/**
 * @param {Trace} trace
 * @param {Take} take
 * @param {Server} server
 * @param {number} t
 * @returns {Token | null}
 */
function token(trace, take, server, t) {
  const segment = segmentAt(itinerary(trace), t);
  if (!segment) return null;
  return {
    id: trace.id,
    trace,
    number: take.numbers.get(trace.id) ?? 0,
    place: segment.place,
    state: stateAt(segment, server, t),
    left: segment.state === "failed" && trace.left,
    died: segment.state === "failed" && !trace.left && trace.death !== undefined,
    segment,
    waited: t - segment.from,
    shape: shapeOf(trace, server),
    messages: messagesUntil(take, trace, t).length,
  };
}

/**
 * @param {Trace} trace
 * @param {Server} server
 * @returns {Shape}
 */
function shapeOf({ socket }, server) {
  if (socket) return "ring";
  return server.interface === "asgi" ? "disc" : "square";
}

/**
 * A coroutine that has run for long without a pause holds its loop: no other gets a turn.
 * @param {Segment} segment
 * @param {Server} server
 * @param {number} t
 * @returns {TokenState}
 */
function stateAt(segment, server, t) {
  return t >= blocksAt(segment, server) ? "blocking" : segment.state;
}

/**
 * From when on a segment blocks its loop; Infinity for one that holds none.
 * @param {Segment} segment
 * @param {Server} server
 */
function blocksAt({ state, ran }, server) {
  return server.interface === "asgi" && state === "running" && ran ? blocksFrom(ran) : Infinity;
}

/**
 * @param {Token[]} tokens
 * @returns {Counts}
 */
function counts(tokens) {
  const number = (/** @type {(token: Token) => boolean} */ is) => tokens.filter(is).length;
  const left = number((one) => one.left);
  return {
    waiting: number(({ state }) => state === "waiting"),
    running: number(({ place, state }) => INSIDE.has(place) && (state === "running" || state === "blocking")),
    awaiting: number(({ state }) => state === "awaiting" || state === "parked"),
    answered: number(({ state }) => state === "done"),
    failed: number(({ state }) => state === "failed") - left,
    left,
    died: number((one) => one.died),
    here: number(({ place }) => INSIDE.has(place)),
  };
}

/**
 * WSGI: which requests hold a worker or thread now. It stays held until the server has tidied up.
 * @param {Trace[]} traces
 * @param {Take | null} take
 * @param {number} t
 * @returns {Gateway}
 */
function worker(traces, take, t) {
  const held = traces
    .filter(({ entry }) => entry && entry.start_ns <= t && t < (entry.end_ns ?? Infinity))
    .map(({ id }) => ({ id, number: take?.numbers.get(id) ?? 0 }));
  return { kind: "worker", state: held.length ? "held" : "free", held, since: null };
}

/**
 * ASGI: whether the loop turns, runs a coroutine, or is held by one that does not let go.
 * @param {Token[]} tokens
 * @param {boolean} seen
 * @returns {Gateway}
 */
function loop(tokens, seen) {
  const by =
    tokens.find(({ state }) => state === "blocking") ??
    tokens.find(({ state, segment }) => state === "running" && segment.ran);
  if (!by) return { kind: "loop", state: "free", held: [], since: null, seen };
  return {
    kind: "loop",
    state: by.state === "blocking" ? "blocked" : "busy",
    held: [{ id: by.id, number: by.number }],
    since: by.segment.ran?.from ?? null,
    seen,
  };
}

/**
 * The moments in a take at which the picture of `servers` changes, in order: the stops of "step".
 * @param {Take | null} take
 * @param {Server[]} servers
 */
export function moments(take, servers) {
  if (!take) return [];
  const found = servers.flatMap((server) => {
    const traces = take.traces.filter((trace) => trace.server === server.name);
    return traces.flatMap((trace) => [
      ...itinerary(trace).flatMap((segment) => changes(segment, server)),
      ...(take.messages.get(trace.id) ?? []).map((message) => message.start_ns),
      ...(trace.entry?.end_ns ? [trace.entry.end_ns] : []),
    ]);
  });
  return [...new Set(found)].toSorted((one, other) => one - other);
}

/**
 * A segment changes the picture where it begins and, when it holds its loop for long, where that begins to block.
 * @param {Segment} segment
 * @param {Server} server
 */
function changes(segment, server) {
  const blocks = blocksAt(segment, server);
  return blocks > segment.from && blocks < segment.to ? [segment.from, blocks] : [segment.from];
}

/**
 * The moments at which a request comes to another place: what a teacher names, one after the other.
 * @param {Take | null} take
 * @param {Server[]} servers
 */
export function arrivals(take, servers) {
  const names = new Set(servers.map(({ name }) => name));
  const here = (take?.traces ?? []).filter((trace) => names.has(trace.server));
  const found = here.flatMap((trace) =>
    itinerary(trace).filter(({ place }, i, all) => place !== all[i - 1]?.place || i === all.length - 1),
  );
  return [...new Set(found.map(({ from }) => from))].toSorted((one, other) => one - other);
}
