// @ts-check
// Whose code it was that ran on a loop at a moment. Pure. A view that runs in a thread is never named for what its
// request did on the loop meanwhile, nor is a middleware for what Django does inside it.

/** @import { Trace } from "./trace.js" */
/** @import { Interval, Segment, Span } from "./types.js" */

import { CODE_FILE, FUNCTION } from "./attributes.js";
import { itinerary } from "./itinerary.js";

/** Stages that hold what is inside of them, and do not call it themselves. */
const AROUND = new Set(["middleware", "handler"]);

/**
 * The span of the code that runs in a segment: its own, or the view's that called it; null when it is Django's.
 * @param {Span | undefined} deepest
 * @param {Trace} trace
 * @returns {Span | null}
 */
export function codeSpan(deepest, trace) {
  const isDjango = trace.first("handler") !== undefined;
  for (const span of trace.lineage(deepest)) {
    if (span !== deepest && (AROUND.has(span.stage) || span.stage === "crossing")) return null;
    // Of a Django project the entry names its server's call at most: the views are inside.
    const { [CODE_FILE]: file, [FUNCTION]: name } = span.attributes;
    if ((file || name) && !(isDjango && span === trace.entry)) return span;
  }
  return null;
}

/**
 * For each of the turns that a request had on its loop, in order of time, the deepest stage for the longest part of
 * it; undefined where none of them ran on the loop.
 * @param {Trace} trace
 * @param {Interval[]} turns
 */
export function deepestOnLoop(trace, turns) {
  const onLoop = itinerary(trace).filter(({ ran }) => ran);
  let first = 0;
  return turns.map((turn) => {
    while (first < onLoop.length && onLoop[first].to <= turn.from) first += 1;
    return longestIn(turn, onLoop, first);
  });
}

/**
 * @param {Interval} turn
 * @param {Segment[]} segments in order of time
 * @param {number} first the first of them that may be in it
 */
function longestIn({ from, to }, segments, first) {
  /** @type {Map<Span, number>} */
  const times = new Map();
  for (let i = first; i < segments.length && segments[i].from < to; i += 1) {
    const { span, from: begun, to: ended } = segments[i];
    times.set(span, (times.get(span) ?? 0) + Math.min(ended, to) - Math.max(begun, from));
  }
  let longest;
  for (const [span, ns] of times) if (longest === undefined || ns > (times.get(longest) ?? 0)) longest = span;
  return longest;
}
