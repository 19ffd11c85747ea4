// @ts-check
// Windows in which one coroutine held its loop: which code it was, and who could not go on meanwhile. Pure.

/** @import { Trace } from "./trace.js" */
/** @import { Interval } from "./types.js" */

import { lastName } from "../lib/format.js";
import { CODE_FILE, CODE_LINE, FUNCTION } from "./attributes.js";
import { BLOCKING_NS, blocksFrom } from "./coroutine.js";
import { itinerary, segmentAt } from "./itinerary.js";
import { codeSpan, deepestOnLoop } from "./running-code.js";

/**
 * A turn of a request on its loop.
 * @typedef {Interval & { trace: Trace }} Turn
 */

/** What a request does while it would need its loop to go on. */
const FROZEN = new Set(["waiting", "awaiting", "parked"]);

/**
 * Those turns on a loop that blocked it for long.
 * @template {Interval} T
 * @param {T[]} turns
 */
export function blockedWindows(turns) {
  return turns.filter(({ from, to }) => to - from >= BLOCKING_NS);
}

/**
 * The window that blocks at `t`, else the longest one that has begun by then; undefined when there is none.
 * @template {Interval} T
 * @param {T[]} windows
 * @param {number} t
 * @returns {T | undefined}
 */
export function windowAt(windows, t) {
  const begun = windows.filter((one) => blocksFrom(one) <= t);
  const current = begun.find(({ to }) => to > t);
  if (current || !begun.length) return current;
  const lasted = (/** @type {Interval} */ { from, to }) => Math.min(to, t) - from;
  return begun.reduce((best, one) => (lasted(best) >= lasted(one) ? best : one));
}

/**
 * How many others of `traces`, all of one loop, could not go on in a window, as known at `t`.
 * @param {Turn} window
 * @param {Trace[]} traces
 * @param {number} t
 */
export function frozenBy(window, traces, t) {
  const at = Math.min(t, window.to - 1);
  const others = traces.filter((trace) => trace !== window.trace);
  return others.filter((trace) => FROZEN.has(segmentAt(itinerary(trace), at)?.state ?? "")).length;
}

/**
 * Where the code is that holds the loop: "scenarios.py:37", else "wait_blocking()", else the stage that Django is in.
 * @param {Turn} window
 */
export function lineOf({ from, to, trace }) {
  const known = { from, to: Number.isFinite(to) ? to : Math.max(blocksFrom({ from }), trace.to) };
  const [deepest] = deepestOnLoop(trace, [known]);
  const code = codeSpan(deepest, trace);
  if (!code) return deepest?.stage === "resolve" ? deepest.name : deepest && trace.first("handler") ? "Django" : "";
  const { [CODE_FILE]: file, [CODE_LINE]: line, [FUNCTION]: name } = code.attributes;
  if (file) return `${file.split(/[\\/]/).at(-1)}${line ? `:${line}` : ""}`;
  return name ? `${lastName(name)}()` : "";
}
