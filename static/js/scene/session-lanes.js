// @ts-check
// The lanes of WebSockets: a bar while a session is open, darts where its messages came and went. Pure.

/** @import { Trace } from "../model/trace.js" */
/** @import { Server, Span, Take } from "../model/types.js" */
/** @import { Bar, Dart, Lane } from "./types.js" */

import { MESSAGE_DIRECTION } from "../model/attributes.js";

/** More sessions than this share one lane, a thin row for each. */
const MOST_LANES = 2;

/**
 * One session.
 * @typedef {{ bar: Bar, darts: Dart[] }} Session
 */

/**
 * Lanes of a server's sessions.
 * @param {Server} server
 * @param {Trace[]} traces
 * @param {Take} take
 */
export function sessionLanes(server, traces, take) {
  const sessions = traces.flatMap((trace) => (trace.session ? [sessionOf(trace, trace.session, take)] : []));
  if (sessions.length > MOST_LANES) return [lane(server, "sessions", `${sessions.length} sockets`, sessions)];
  return sessions.map((one) => lane(server, `session ${one.bar.trace.id}`, `socket ${one.bar.number}`, [one]));
}

/**
 * @param {Trace} trace
 * @param {Span} span
 * @param {Take} take
 * @returns {Session}
 */
function sessionOf(trace, span, take) {
  const bar = { from: span.start_ns, to: span.end_ns ?? Infinity, number: take.numbers.get(trace.id), text: "" };
  return {
    bar: { ...bar, texture: "open", trace, span },
    darts: (take.messages.get(trace.id) ?? []).map((message) => dart(message, trace)),
  };
}

/**
 * @param {Server} server
 * @param {string} id
 * @param {string} label
 * @param {Session[]} sessions
 * @returns {Lane}
 */
function lane(server, id, label, sessions) {
  return {
    id: `${server.name} ${id}`,
    server: server.name,
    interface: server.interface,
    kind: "sessions",
    label,
    rows: sessions.length,
    bars: sessions.map(({ bar }, row) => ({ ...bar, row })),
    chunks: [],
    darts: sessions.flatMap(({ darts }, row) => darts.map((one) => ({ ...one, row }))),
  };
}

/**
 * @param {Span} message
 * @param {Trace} trace
 * @returns {Dart}
 */
function dart(message, trace) {
  const inwards = message.attributes[MESSAGE_DIRECTION] !== "out";
  return { from: message.start_ns, to: message.end_ns ?? Infinity, inwards, trace, span: message, row: 0 };
}
