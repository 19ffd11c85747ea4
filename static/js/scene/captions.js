// @ts-check
// The few words under a place. Pure: (place, row) -> [strong line, quiet line], from measured data only.

/** @import { Place, Span } from "../model/types.js" */
/** @import { Gateway, SceneRow, Token } from "./types.js" */

import { duration, lastName, partOf } from "../lib/format.js";
import { FUNCTION, QUERY_KIND } from "../model/attributes.js";
import { refusals, sessionCaption } from "./socket-sentences.js";

const EMPTY = ["", ""];

/**
 * At most two short lines; empty strings where there is nothing to say.
 * @param {Place} place
 * @param {SceneRow} row
 */
export function caption(place, row) {
  return CAPTIONS[place](row.places[place], row);
}

/** @type {Record<Place, (here: Token[], row: SceneRow) => string[]>} */
const CAPTIONS = {
  client: (_, row) => client(row),
  proxy,
  queue,
  worker: (here, row) => (row.down && row.gateway.state === "free" ? EMPTY : gateway(row.gateway, here)),
  middleware: (here) => inside(here, (span) => nameOf(span).replace(/Middleware$/, "")),
  view,
  database: (here) => inside(here, (span) => (span.attributes[QUERY_KIND] === "connect" ? "connecting" : "querying")),
};

/** @param {SceneRow} row */
function client({ counts, total, tokens }) {
  const back = counts.answered + counts.failed;
  if (!total) return EMPTY;
  if (counts.failed) return [`${back} back`, refusals(tokens) || failures(counts)];
  return [`${back} back`, counts.left ? `${counts.left} left` : `of ${total}`];
}

/**
 * "2 died" says more than "2 failed" does; both kinds at once are failures.
 * @param {{ failed: number, died: number }} counts
 */
function failures({ failed, died }) {
  return died === failed ? `${died} died` : `${failed} failed`;
}

/**
 * @param {Token[]} here
 * @param {SceneRow} row
 */
function proxy(here, row) {
  if (here.length) return [`${here.length} here`, duration(longest(here))];
  return ["", row.proxied ? "empty" : "unused"];
}

/**
 * The tokens are derived from when each request was sent and the application called; the kernel counts by itself.
 * @param {Token[]} here
 * @param {SceneRow} row
 */
function queue(here, { measured, counts, isQueueKnown, isQueueTold }) {
  if (!isQueueKnown) return ["", "not measured here"];
  if (!isQueueTold)
    return measured ? [`${measured} at the door`, "in kernel (measured)"] : ["", "none in the kernel’s queue"];
  // The kernel is asked now and then: what it counted last may be older than those who stand here.
  const sampled = (measured ?? 0) < here.length ? "last sample" : "measured";
  const source = measured === null ? "outside Python, derived" : `${measured} in kernel (${sampled})`;
  if (here.length) return [`${duration(longest(here))} at the door`, source];
  return ["", counts.here ? "nobody waits" : ""];
}

/**
 * @param {Gateway} gateway
 * @param {Token[]} here
 */
function gateway({ kind, state, held }, here) {
  const parked = here.filter((one) => one.state === "parked");
  if (kind === "worker") return held.length ? [held.length > 1 ? `${held.length} held` : "held", ""] : ["", "free"];
  if (state === "blocked") return [`held by ${held[0].number}`, ""];
  if (parked.length) return [parked.length > 1 ? `${parked.length} changing` : "changing", "thread"];
  return [state === "busy" ? `runs ${held[0].number}` : "free", ""];
}

/** @param {Token[]} here */
function view(here) {
  if (!here.length) return EMPTY;
  if (here.every((one) => one.trace.socket && one.state !== "blocking")) return sessionCaption(here);
  const first = here.reduce((one, other) => (viewOf(other).start_ns < viewOf(one).start_ns ? other : one));
  const span = viewOf(first);
  const whole = span.end_ns === null ? Infinity : span.end_ns - span.start_ns;
  return [viewWord(here, span), partOf(first.segment.from + first.waited - span.start_ns, whole)];
}

/**
 * @param {Token[]} here
 * @param {Span} span
 */
function viewWord(here, span) {
  if (here.some(({ state }) => state === "blocking")) return "holds the loop";
  if (here.every(({ state }) => state === "awaiting")) return "awaiting";
  if (here.every(({ segment }) => segment.span.stage === "call")) return "asks another";
  return span.stage === "template" ? lastName(span.name) : `${nameOf(span)}()`;
}

/**
 * @param {Token[]} here
 * @param {(span: Span) => string} name
 */
function inside(here, name) {
  if (!here.length) return EMPTY;
  const [first] = here;
  return [here.length > 1 ? `${here.length} here` : name(first.segment.span), duration(first.waited)];
}

/** @param {Span} span */
function nameOf({ name, attributes }) {
  return lastName(attributes[FUNCTION] ?? name);
}

/**
 * The view a token stands in, also when a template inside it is the deepest stage.
 * @param {Token} token
 */
function viewOf({ trace, segment }) {
  return [...trace.lineage(segment.span)].find(({ stage }) => stage === "view") ?? segment.span;
}

/** @param {Token[]} tokens */
function longest(tokens) {
  return Math.max(...tokens.map((one) => one.waited));
}
