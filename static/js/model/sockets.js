// @ts-check
// WebSockets: which messages belong to which session. Pure.
//
// A message is a trace of its own that names its session; on the stage it is no token but a dart of that session.

/** @import { Trace } from "./trace.js" */
/** @import { Span, Take } from "./types.js" */

import { SESSION } from "./attributes.js";
import { byStart } from "./trace.js";

/**
 * Whether a trace is a message of a session and nothing else.
 * @param {Trace} trace
 */
export function isMessage(trace) {
  return Boolean(trace.message) && !trace.client && !trace.entry;
}

/**
 * Spans of the stage `message` by the id of the trace that their session is in, in order of time.
 * @param {Iterable<Trace>} traces
 */
export function messagesBySession(traces) {
  /** @type {Map<string, Span[]>} */
  const found = new Map();
  for (const trace of traces) {
    if (!trace.message || !isMessage(trace)) continue;
    const [id] = String(trace.message.attributes[SESSION] ?? "").split("/");
    const messages = found.get(id) ?? [];
    messages.push(trace.message);
    found.set(id, messages);
  }
  for (const messages of found.values()) messages.sort(byStart);
  return found;
}

/**
 * Messages of `trace` that have begun by `t`.
 * @param {Take} take
 * @param {Trace} trace
 * @param {number} t
 */
export function messagesUntil(take, trace, t) {
  return (take.messages.get(trace.id) ?? []).filter((message) => message.start_ns <= t);
}

/**
 * Whether a WebSocket was asked for and answered with a status instead.
 * @param {Trace} trace
 */
export function isRefused({ socket, status }) {
  return socket && status !== undefined && status !== 101;
}
