// @ts-check
// When a coroutine ran and when it was suspended, from what the probe recorded on its span. Pure.

/** @import { Trace } from "./trace.js" */
/** @import { Interval, Span } from "./types.js" */

import { LOOP, SLICES, SLICES_MERGED, STATE, STATE_SINCE } from "./attributes.js";

/** A loop that is held longer than this at a stretch is blocked: others notice. */
export const BLOCKING_NS = 50e6;

/**
 * Of a span, which is never changed but replaced.
 * @type {WeakMap<Span, Interval[]>}
 */
const cache = new WeakMap();

/**
 * From when on a turn on a loop blocks it.
 * @param {Pick<Interval, "from">} turn
 */
export function blocksFrom({ from }) {
  return from + BLOCKING_NS;
}

/** @param {Span} span */
export function isCoroutine(span) {
  return span.attributes[SLICES] !== undefined || span.attributes[STATE] !== undefined;
}

/**
 * Intervals {from, to} in which the coroutine of `span` ran; `to` is Infinity while it runs.
 * @param {Span} span
 */
export function running(span) {
  const known = cache.get(span) ?? intervalsOf(span);
  cache.set(span, known);
  return known;
}

/** @param {Span} span */
function intervalsOf(span) {
  const known = slices(span);
  const state = span.attributes[STATE];
  if (span.end_ns !== null || state === undefined) return known;
  const since = span.attributes[STATE_SINCE] ?? span.start_ns;
  if (state === "running") return [...known.filter((slice) => slice.from < since), { from: since, to: Infinity }];
  return known.length ? known : [{ from: span.start_ns, to: since }];
}

/**
 * When a request had its loop. Behind a sync middleware the view is a task of its own, of which the server's
 * coroutine knows nothing; so all coroutines of the request on that loop count.
 * @param {Trace} trace
 */
export function turns(trace) {
  const loop = trace.entry?.attributes[LOOP];
  const own = trace.ordered.filter((span) => isCoroutine(span) && span.attributes[LOOP] === loop);
  return united(own.flatMap(running).toSorted((one, other) => one.from - other.from));
}

/**
 * Intervals in order of time, those that touch made one.
 * @param {Interval[]} intervals
 */
function united(intervals) {
  /** @type {Interval[]} */
  const found = [];
  for (const { from, to } of intervals) {
    const last = found.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else found.push({ from, to });
  }
  return found;
}

/** @param {Span} span */
function slices(span) {
  const flat = span.attributes[SLICES] ?? [];
  /** @type {Interval[]} */
  const found = [];
  // When there were too many, the last one stands for all that followed and is no turn of its own.
  const known = flat.length - (span.attributes[SLICES_MERGED] ? 2 : 0);
  for (let i = 0; i + 1 < known; i += 2) {
    // A double rounds: a slice may seem to begin before the one before it ended.
    const from = Math.max(span.start_ns + Number(flat[i]), found.at(-1)?.to ?? 0);
    const to = from + Math.max(0, Number(flat[i + 1]));
    if (Number.isFinite(to)) found.push({ from, to });
  }
  return found;
}
