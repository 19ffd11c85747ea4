// @ts-check
// One span in a sentence: what it is, how long it took and, of a coroutine, how much of that it ran. Pure.

/** @import { Attributes, Span } from "../model/types.js" */

import { duration } from "../lib/format.js";
import {
  CROSSING_BACK,
  CROSSING_DIRECTION,
  CROSSING_RAN,
  CROSSING_REASON,
  CROSSING_WAITED,
  OVERHEAD,
  PROCESS_ID,
  SLICES,
} from "../model/attributes.js";
import { stageOf } from "../model/stages.js";
import { hasDied, isEndNotTold } from "../model/trace.js";
import { messageSentence } from "./socket-sentences.js";

/** @param {Span} span */
export function spanSentence(span) {
  const length = span.end_ns === null ? "still open" : duration(span.end_ns - span.start_ns);
  if (hasDied(span)) return `${stageOf(span).meaning} It ${deathClause(span)}.`;
  if (isEndNotTold(span)) return `${stageOf(span).meaning} ${endNotTold(span)}`;
  if (span.stage === "message") return messageSentence(span);
  if (span.stage === "crossing")
    return `${crossingSentence(span.attributes)} In all: ${length}${oursClause(span.attributes)}.`;
  return `${stageOf(span).meaning} It took ${length}.${shareSentence(span.attributes[SLICES])}`;
}

/**
 * "died with worker 4711 after 2.10 s", from the start of the span that died.
 * @param {Span} span
 */
export function deathClause({ attributes, start_ns: start, end_ns: end }) {
  return `died with worker ${attributes[PROCESS_ID] ?? "unknown"} after ${duration((end ?? start) - start)}`;
}

/**
 * Of a span of an answered request whose process was gone before it told the end.
 * @param {Span} span
 */
function endNotTold({ attributes }) {
  const worker = attributes[PROCESS_ID] ?? "unknown";
  return `Its request was answered; its end was not told, since worker ${worker} had ended.`;
}

/** @param {unknown} slices whatever a sender put there */
function shareSentence(slices) {
  if (!Array.isArray(slices) || !slices.length) return "";
  const pieces = slices.filter((_, i) => i % 2 === 1).map((ns) => Math.max(0, Number(ns) || 0));
  const ran = pieces.reduce((sum, ns) => sum + ns, 0);
  return ` Its coroutine ran ${duration(ran)} of that, in ${pieces.length} turns.`;
}

/**
 * What of a crossing the instrument itself took, with all that it measured in there.
 * @param {Attributes} attributes
 */
function oursClause({ [OVERHEAD]: cost }) {
  return cost === undefined ? "" : `, of which ${duration(cost)} are the instrument's`;
}

/** @param {Attributes} attributes */
function crossingSentence(attributes) {
  const isToLoop = attributes[CROSSING_DIRECTION] === "to_loop";
  const way = isToLoop ? "From a thread to an event loop and back" : "From the event loop to a thread and back";
  /** @type {[string, number | undefined][]} */
  const costs = [
    ["waited", attributes[CROSSING_WAITED]],
    ["ran there for", attributes[CROSSING_RAN]],
    ["needed for the way back", attributes[CROSSING_BACK]],
  ];
  const clauses = costs.flatMap(([words, ns]) => (ns === undefined ? [] : [`${words} ${duration(ns)}`]));
  return `${way}. Reason: ${attributes[CROSSING_REASON] ?? "unknown"}. It ${listed(clauses) || "is under way"}.`;
}

/**
 * "one, two and three".
 * @param {string[]} words
 */
export function listed(words) {
  return words.length > 1 ? `${words.slice(0, -1).join(", ")} and ${words.at(-1)}` : words.join("");
}
