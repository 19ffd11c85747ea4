// @ts-check
// Where a request was before its application was called and after that had returned. Pure; see `itinerary`.

/** @import { Segment, Span } from "./types.js" */
/** @import { Trace } from "./trace.js" */

import { CLIENT_CONNECTED, CLIENT_SENT, VIA } from "./attributes.js";

/**
 * Whether a request goes through a proxy: its client says so from the beginning, the proxy itself at the end.
 * @param {Trace} trace
 */
export function isProxied(trace) {
  return Boolean(trace.client?.attributes[VIA]) || trace.first("proxy") !== undefined;
}

/**
 * With the client, with the proxy, at the door.
 * @param {Trace} trace
 */
export function beforeServer(trace) {
  const { client } = trace;
  const proxy = trace.first("proxy");
  const queue = trace.first("queue");
  const entered = enteredAt(trace);
  const queued = queuedAt(trace, entered);
  const taken = isProxied(trace) ? Math.min(Math.max(connectedAt(client), proxy?.start_ns ?? 0), queued) : queued;
  /** @type {Segment[]} */
  const found = [];
  if (client) found.push({ from: client.start_ns, to: taken, place: "client", state: "travelling", span: client });
  const atProxy = proxy ?? client;
  if (atProxy) found.push({ from: taken, to: queued, place: "proxy", state: "waiting", span: atProxy });
  const atDoor = queue ?? client;
  if (atDoor) found.push({ from: queued, to: entered, place: "queue", state: "waiting", span: atDoor });
  return found.filter((segment) => segment.to > segment.from);
}

/** @param {Trace} trace */
function enteredAt({ entry, client }) {
  return entry?.start_ns ?? client?.end_ns ?? Infinity;
}

/**
 * When a request came to the door of its server.
 * @param {Trace} trace
 * @param {number} entered
 */
function queuedAt(trace, entered) {
  const queue = trace.first("queue");
  // A proxy that ended without anybody behind it never handed the request over.
  if (trace.first("proxy") && !queue && !trace.entry) return entered;
  // The stamp in its header, the proxy's or the client's own, is nearer to the truth than when the client's loop
  // noticed.
  const { [CLIENT_SENT]: sent, [CLIENT_CONNECTED]: connected } = trace.client?.attributes ?? {};
  return Math.min(queue?.start_ns ?? sent ?? connected ?? entered, entered);
}

/** @param {Span | null} client */
function connectedAt(client) {
  return client?.attributes[CLIENT_CONNECTED] ?? (client ? Infinity : 0);
}

/**
 * The way of the answer, and how it ended.
 * @param {Trace} trace
 */
export function afterServer(trace) {
  if (trace.left) return afterLeaving(trace);
  const { client, entry, root } = trace;
  const returned = entry ? (entry.end_ns ?? client?.end_ns) : client?.end_ns;
  if (returned === null || returned === undefined) return [];
  const end = client ? client.end_ns : returned;
  /** @type {Segment[]} */
  const found = [];
  const passed = passedOn(trace, returned, end);
  if (passed > returned) found.push({ from: returned, to: passed, place: "proxy", state: "waiting", span: root });
  const over = end ?? Infinity;
  if (over > passed)
    found.push({ from: passed, to: over, place: "client", state: "travelling", span: client ?? root });
  if (end !== null)
    found.push({ from: end, to: Infinity, place: "client", state: trace.failed ? "failed" : "done", span: root });
  return found;
}

/**
 * When the proxy had handed the answer on, at the client's pace; the moment it `returned` where there is none. Until
 * the proxy says so, it still holds what the client does not have.
 * @param {Trace} trace
 * @param {number} returned
 * @param {number | null} end
 */
function passedOn(trace, returned, end) {
  if (!trace.entry) return returned;
  const isUnderWay = isProxied(trace) && trace.client?.end_ns === null;
  const passed = trace.first("proxy")?.end_ns ?? (isUnderWay ? Infinity : returned);
  return Math.max(returned, Math.min(passed, end ?? Infinity));
}

/**
 * Of a request whose client left: the server may work on for nobody, and the token stays until that is over.
 * @param {Trace} trace
 * @returns {Segment[]}
 */
function afterLeaving({ client, entry }) {
  if (!client || client.end_ns === null || entry?.end_ns === null) return [];
  const from = Math.max(client.end_ns, entry?.end_ns ?? 0);
  return [{ from, to: Infinity, place: "client", state: "failed", span: client }];
}
