// @ts-check
// Where a request was at each moment: its spans turned into segments {from, to, place, state, span}.
// Pure, and the ground of everything drawn: scene, steps, lanes and sentences read it.
//
// A running coroutine names the turn it `ran` in, so that the scene can tell when it has held its loop for too long.

/** @import { Segment } from "./types.js" */
/** @import { Trace } from "./trace.js" */

import { insideServer } from "./inside-server.js";
import { afterServer, beforeServer } from "./outside-server.js";

/** @type {WeakMap<Trace, { version: number, segments: Segment[] }>} */
const cache = new WeakMap();

/**
 * The segments of `trace` in order of time; the last one is `done` or `failed` and never ends.
 * @param {Trace} trace
 */
export function itinerary(trace) {
  const known = cache.get(trace);
  if (known?.version === trace.version) return known.segments;
  const segments = merged([...beforeServer(trace), ...insideServer(trace), ...afterServer(trace)]);
  cache.set(trace, { version: trace.version, segments });
  return segments;
}

/**
 * The segment that holds time `t`, or undefined before the request existed.
 * @param {Segment[]} segments
 * @param {number} t
 * @returns {Segment | undefined}
 */
export function segmentAt(segments, t) {
  let low = 0;
  let high = segments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (segments[middle].from <= t) low = middle + 1;
    else high = middle;
  }
  return segments[low - 1];
}

/**
 * In order of time, neighbours that differ in nothing but their times made one.
 * @param {Segment[]} segments
 */
function merged(segments) {
  /** @type {Segment[]} */
  const found = [];
  for (const segment of segments.toSorted((one, other) => one.from - other.from)) {
    const last = found.at(-1);
    const isSame = last?.place === segment.place && last.state === segment.state && last.span === segment.span;
    if (last && isSame && last.to >= segment.from) last.to = Math.max(last.to, segment.to);
    else found.push({ ...segment });
  }
  return found;
}
