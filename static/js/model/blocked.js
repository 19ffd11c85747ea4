// Windows in which one coroutine held its loop: which code it was, and who could not go on meanwhile. Pure.

import { lastName } from "../lib/format.js";
import { BLOCKING_NS, blocksFrom } from "./coroutine.js";
import { itinerary, segmentAt } from "./itinerary.js";

/** What a request does while it would need its loop to go on. */
const FROZEN = new Set(["waiting", "awaiting", "parked"]);

/** Those bars of a loop's lane, {from, to, trace}, that blocked it for long, in order of time. */
export function blockedWindows(bars) {
  return bars.filter(({ from, to }) => to - from >= BLOCKING_NS);
}

/** The window that blocks at `t`, else the longest one that has begun by then; undefined when there is none. */
export function windowAt(windows, t) {
  const begun = windows.filter((one) => blocksFrom(one) <= t);
  const lasted = ({ from, to }) => Math.min(to, t) - from;
  return (
    begun.find(({ to }) => to > t) ??
    begun.reduce((best, one) => (best && lasted(best) >= lasted(one) ? best : one), undefined)
  );
}

/** How many others of `traces`, all of one loop, could not go on in a window, as known at `t`. */
export function frozenBy(window, traces, t) {
  const at = Math.min(t, window.to - 1);
  return traces.filter((trace) => trace !== window.trace && FROZEN.has(segmentAt(itinerary(trace), at)?.state))
    .length;
}

/** Where the code is that holds the loop: "scenarios.py:37", else "wait_blocking()", else "". */
export function lineOf({ from, to, trace }) {
  const segment = segmentAt(itinerary(trace), Number.isFinite(to) ? (from + to) / 2 : blocksFrom({ from }));
  const {
    "code.file.path": file,
    "code.line.number": line,
    "code.function.name": name,
  } = codeAbove(segment?.span, trace) ?? {};
  if (file) return `${file.split(/[\\/]/).at(-1)}${line ? `:${line}` : ""}`;
  return name ? `${lastName(name)}()` : "";
}

/** Attributes of the nearest span around one that say where its code is. */
function codeAbove(span, trace) {
  const seen = new Set();
  for (let current = span; current && !seen.has(current); current = trace.spans.get(current.parent_id)) {
    if (current.attributes["code.file.path"] || current.attributes["code.function.name"]) return current.attributes;
    seen.add(current);
  }
  return undefined;
}
