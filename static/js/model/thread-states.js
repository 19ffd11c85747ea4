// @ts-check
// What a thread does while it works for one request: it runs, it waits for a database or another service, or it is
// parked until a loop has done something for it. Pure.

/** @import { Trace } from "./trace.js" */
/** @import { Interval, Span } from "./types.js" */

import { CROSSING_DIRECTION, THREAD_ID } from "./attributes.js";

/** Whoever asks a database or another service can do nothing until that answers. */
const WAITS = new Set(["query", "call"]);

/**
 * @typedef {Interval & { texture: "running" | "awaiting" | "parked" }} ThreadState
 */

/**
 * What a thread did between two moments, from the spans of `trace` that it went through.
 * @param {Trace} trace
 * @param {number | undefined} threadId
 * @param {number} from
 * @param {number} to
 */
export function threadStates(trace, threadId, from, to) {
  /** @type {ThreadState[]} */
  const found = [];
  let at = from;
  // Pauses do not overlap but by nesting, and then the outer one says it.
  for (const pause of pauses(trace, threadId, from, to)) {
    if (pause.to <= at) continue;
    if (pause.from > at) found.push({ from: at, to: pause.from, texture: "running" });
    found.push({ ...pause, from: Math.max(at, pause.from) });
    at = pause.to;
  }
  if (at < to) found.push({ from: at, to, texture: "running" });
  return found;
}

/**
 * Whether a thread can only wait while it is in this span.
 * @param {Span} span
 */
export function isWait({ stage }) {
  return WAITS.has(stage);
}

/**
 * @param {Trace} trace
 * @param {number | undefined} threadId
 * @param {number} from
 * @param {number} to
 */
function pauses(trace, threadId, from, to) {
  /** @type {ThreadState[]} */
  const found = [];
  for (const span of trace.ordered) {
    const texture = span.attributes[THREAD_ID] === threadId ? textureOf(span) : null;
    if (!texture) continue;
    const pause = { from: Math.max(from, span.start_ns), to: Math.min(to, span.end_ns ?? Infinity), texture };
    if (pause.to > pause.from) found.push(pause);
  }
  return found;
}

/**
 * @param {Span} span
 * @returns {"awaiting" | "parked" | null}
 */
function textureOf(span) {
  if (isWait(span)) return "awaiting";
  return span.stage === "crossing" && span.attributes[CROSSING_DIRECTION] === "to_loop" ? "parked" : null;
}
