// @ts-check
// What is said of WebSockets: of a session, its messages and its end. Pure.

/** @import { Trace } from "../model/trace.js" */
/** @import { Attributes, Span } from "../model/types.js" */
/** @import { Token } from "./types.js" */

import { count, duration } from "../lib/format.js";
import {
  MESSAGE_BYTES,
  MESSAGE_DIRECTION,
  MESSAGE_KIND,
  SESSION_RECEIVED,
  SESSION_SENT,
  SESSION_UNRECORDED,
} from "../model/attributes.js";
import { isRefused } from "../model/sockets.js";

/**
 * Two lines below the place where sessions are: [strong, quiet].
 * @param {Token[]} tokens
 */
export function sessionCaption(tokens) {
  const messages = tokens.reduce((sum, one) => sum + one.messages, 0);
  return [tokens.length > 1 ? `${tokens.length} sessions` : "session open", count(messages, "message")];
}

/**
 * "5 × 404" when every token that failed was refused with that status; else "".
 * @param {Token[]} tokens
 */
export function refusals(tokens) {
  const failed = tokens.filter((one) => one.state === "failed" && !one.left);
  const answers = new Set(failed.map(({ trace }) => (isRefused(trace) ? trace.status : "")));
  const [status] = answers;
  return answers.size === 1 && status ? `${failed.length} × ${status}` : "";
}

/**
 * What happened on a WebSocket until `t`, in clauses; null for any other request.
 * @param {Trace} trace
 * @param {number} t
 */
export function socketClauses(trace, t) {
  if (!trace.socket) return null;
  const { session } = trace;
  if (!session || session.start_ns > t) return [];
  const end = session.end_ns !== null && session.end_ns <= t ? session.end_ns : null;
  const open = duration((end ?? Math.min(t, trace.to)) - session.start_ns);
  if (end === null) return [`has its session open for ${open}`];
  return [`had its session open for ${open}`, exchanged(session.attributes)];
}

/** @param {Attributes} attributes */
function exchanged({
  [SESSION_RECEIVED]: received = 0,
  [SESSION_SENT]: sent = 0,
  [SESSION_UNRECORDED]: unrecorded = 0,
}) {
  const cut = unrecorded ? ` (${count(unrecorded, "message")} too many to be shown)` : "";
  return `brought ${count(received, "message")} in and ${sent.toLocaleString("en")} out${cut}`;
}

/**
 * How a WebSocket ended: refused with a status, failed, or closed.
 * @param {Trace} trace
 * @param {string} after "after 2.00 s"
 */
export function socketVerdict(trace, after) {
  if (isRefused(trace)) return `was refused with status ${trace.status} ${after}`;
  return trace.failed ? `failed ${after}` : `was closed ${after}`;
}

/**
 * One message in a sentence.
 * @param {Span} span
 */
export function messageSentence({ attributes, start_ns: from, end_ns: to }) {
  const kind = attributes[MESSAGE_KIND];
  const size = `A${kind ? ` ${kind}` : ""} message of ${count(attributes[MESSAGE_BYTES] ?? 0, "byte")}`;
  const length = to === null ? "still under way" : duration(to - from);
  if (attributes[MESSAGE_DIRECTION] === "out") return `${size}, sent to the client. Sending it: ${length}.`;
  return `${size}, received from the client. From its arrival until the application asked for the next: ${length}.`;
}
