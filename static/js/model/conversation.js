// @ts-check
// What server and application said to each other in one request, from what the probe recorded on its `server` span.
// Pure. WSGI: environ, read, start_response, piece, StopIteration, file, write, close. ASGI: scope and message types.

/** @import { Trace } from "./trace.js" */
/** @import { AttributeValue, Interval } from "./types.js" */

import {
  CONVERSATION,
  CONVERSATION_AT,
  CONVERSATION_LEFT_OUT,
  CONVERSATION_MORE,
  CONVERSATION_SIZE,
  CONVERSATION_TOOK,
} from "./attributes.js";

/**
 * `what` in the words of the interface; `size` in bytes, of the start of an answer in headers; `more` of its kind
 * come.
 * @typedef {Interval & { what: string, size: number, more: boolean }} Said
 */

/** The words with which a piece of the body is handed to the server. */
const PIECES = new Set(["piece", "write", "http.response.body"]);
/** As many are recorded before the first that is left out. */
const FIRST_KEPT = 104;

/**
 * What was said, in order of time; `to` is Infinity while it goes on.
 * @param {Trace} trace
 * @returns {Said[]}
 */
export function conversation({ entry }) {
  if (!entry) return [];
  const names = [CONVERSATION, CONVERSATION_AT, CONVERSATION_TOOK, CONVERSATION_SIZE, CONVERSATION_MORE];
  const [words, at, took, size, more] = names.map((name) => list(entry.attributes[name]));
  const found = words.map((what, i) => {
    const from = entry.start_ns + Number(at[i]);
    const goesOn = Number(took[i]) < 0 && entry.end_ns === null;
    return {
      what: String(what),
      from,
      to: goesOn ? Infinity : from + Math.max(0, Number(took[i])),
      size: Number(size[i]) || 0,
      more: more[i] === true,
    };
  });
  return found.filter(({ from, to }) => Number.isFinite(from) && !Number.isNaN(to));
}

/**
 * How many are missing, and before which they were said; null when none is.
 * @param {Trace} trace
 */
export function leftOut({ entry }) {
  const number = Number(entry?.attributes[CONVERSATION_LEFT_OUT]);
  return number > 0 ? { number, before: FIRST_KEPT } : null;
}

/**
 * Whether a piece of the answer's body was handed over.
 * @param {Said} said
 */
export function isPiece({ what, size }) {
  return PIECES.has(what) && size > 0;
}

/** @param {AttributeValue | undefined} value */
function list(value) {
  return Array.isArray(value) ? value : [];
}
