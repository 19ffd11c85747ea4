// @ts-check
// Where a request was while its application worked: the deepest open stage decides. Pure; see `itinerary`.

/** @import { Interval, Place, Segment, Span } from "./types.js" */
/** @import { Trace } from "./trace.js" */

import { CROSSING_DIRECTION, CROSSING_REASON, CROSSING_RETURNED, CROSSING_STARTED } from "./attributes.js";
import { isCoroutine, running } from "./coroutine.js";
import { stageOf } from "./stages.js";

/** Stages that other programs than the server tell of. */
const OUTSIDE = new Set(["client", "queue", "proxy"]);

/**
 * A stage of the request while it is open: where the token stands then, and the coroutine that runs it, or null when
 * it runs in a thread of its own.
 * @typedef {Interval & { span: Span, depth: number, place: Place, driver: Span | null }} OpenStage
 */

/**
 * The segments between the call of the application and its return.
 * @param {Trace} trace
 */
export function insideServer(trace) {
  const stages = stagesOf(trace);
  const bounds = [...new Set(stages.flatMap(({ from, to }) => [from, to]))].toSorted((one, other) => one - other);
  const found = [];
  /** @type {OpenStage[]} */
  let open = [];
  let next = 0;
  for (let i = 0; i + 1 < bounds.length; i += 1) {
    open = open.filter((stage) => stage.to > bounds[i]);
    while (next < stages.length && stages[next].from <= bounds[i]) open.push(stages[next++]);
    const deepest = deepestOf(open);
    if (deepest) found.push(...segmentsOf(deepest, bounds[i], bounds[i + 1]));
  }
  return found;
}

/**
 * The last of those that are deepest.
 * @param {OpenStage[]} stages
 */
function deepestOf(stages) {
  return stages.reduce(
    (best, stage) => (best && best.depth > stage.depth ? best : stage),
    /** @type {OpenStage | null} */ (null),
  );
}

/** @param {Trace} trace */
function stagesOf(trace) {
  const { entry, client } = trace;
  if (!entry) return [];
  // An answer that has arrived is over for the token, also when its server still tidies up.
  const limit = Math.min(entry.end_ns ?? Infinity, trace.left ? Infinity : (client?.end_ns ?? Infinity));
  const depths = new Map([[entry.span_id, 0]]);
  const callers = callersOf(entry, trace);
  /** @type {OpenStage[]} */
  const stages = [];
  for (const span of trace.ordered) {
    if (OUTSIDE.has(span.stage) || callers.has(span) || isElsewhere(span, trace)) continue;
    const from = Math.max(span.start_ns, entry.start_ns);
    const to = Math.min(span.end_ns ?? Infinity, limit);
    if (to <= from && span !== entry) continue;
    const place = placeOf(span, trace);
    stages.push({ span, from, to, depth: depthOf(span, trace, depths), place, driver: driverOf(span, trace) });
  }
  return stages.toSorted((one, other) => one.from - other.from || one.depth - other.depth);
}

/**
 * Who called the request itself, in another program, is no place within it.
 * @param {Span} entry
 * @param {Trace} trace
 */
function callersOf(entry, trace) {
  const callers = new Set(trace.lineage(entry));
  callers.delete(entry);
  return callers;
}

/**
 * Whether a span lies below a call: what another service did for the request. The token stays where it calls from.
 * @param {Span} span
 * @param {Trace} trace
 */
function isElsewhere(span, trace) {
  for (const one of trace.lineage(span)) {
    if (one === trace.entry) return false;
    if (one !== span && one.stage === "call") return true;
  }
  return false;
}

/**
 * How many spans are around one, within the server; a circle or an orphan counts as a child of it.
 * @param {Span} span
 * @param {Trace} trace
 * @param {Map<string, number>} depths those that are known already, by span id
 */
function depthOf(span, trace, depths) {
  const path = [];
  for (const one of trace.lineage(span)) {
    if (depths.has(one.span_id)) break;
    path.push(one);
  }
  const above = path.at(-1)?.parent_id ?? "";
  let depth = depths.get(path.length ? above : span.span_id) ?? 0;
  for (const one of path.toReversed()) depths.set(one.span_id, (depth += 1));
  return depth;
}

/**
 * What a request does from one moment to another, `stage` being its deepest one.
 * @param {OpenStage} stage
 * @param {number} from
 * @param {number} to
 * @returns {Segment[]}
 */
function segmentsOf(stage, from, to) {
  const { place, span, driver } = stage;
  if (span.stage === "crossing") return hop(stage, from, to);
  if (!driver) return [{ place, span, from, to, state: "running" }];
  return split(running(driver), from, to).map((part) => ({ place, span, ...part }));
}

/**
 * A hop to the other world. A sync consumer does its work over there, where no stage of ours says so.
 * @param {OpenStage} stage
 * @param {number} from
 * @param {number} to
 * @returns {Segment[]}
 */
function hop({ place, span }, from, to) {
  const { attributes } = span;
  if (attributes[CROSSING_REASON] !== "sync consumer" || attributes[CROSSING_DIRECTION] !== "to_thread")
    return [{ place, span, from, to, state: "parked" }];
  const within = (ns = Infinity) => Math.min(Math.max(ns, from), to);
  const [started, returned] = [within(attributes[CROSSING_STARTED]), within(attributes[CROSSING_RETURNED])];
  /** @type {Segment[]} */
  const parts = [
    { place, span, from, to: started, state: "parked" },
    { place: "view", span, from: started, to: returned, state: "running" },
    { place, span, from: returned, to, state: "parked" },
  ];
  return parts.filter((segment) => segment.to > segment.from);
}

/**
 * The coroutine that runs `span`; null when a thread does.
 * @param {Span} span
 * @param {Trace} trace
 */
function driverOf(span, trace) {
  for (const one of trace.lineage(span)) {
    if (one.stage === "crossing" && one.attributes[CROSSING_DIRECTION] === "to_thread") return null;
    if (isCoroutine(one)) return one;
  }
  return null;
}

/**
 * The time between two moments in turns that a coroutine had, `intervals`, and pauses between them.
 * @param {Interval[]} intervals
 * @param {number} from
 * @param {number} to
 */
function split(intervals, from, to) {
  /** @type {Pick<Segment, "from" | "to" | "state" | "ran">[]} */
  const parts = [];
  let at = from;
  for (let i = firstAfter(intervals, from); i < intervals.length && intervals[i].from < to; i += 1) {
    const interval = intervals[i];
    if (interval.from > at) parts.push({ from: at, to: interval.from, state: "awaiting" });
    const start = Math.max(at, interval.from);
    at = Math.min(to, interval.to);
    parts.push({ from: start, to: at, state: "running", ran: interval });
  }
  if (at < to) parts.push({ from: at, to, state: "awaiting" });
  return parts;
}

/**
 * The index in intervals, which do not overlap, of the first one that ends after `t`.
 * @param {Interval[]} intervals
 * @param {number} t
 */
function firstAfter(intervals, t) {
  let low = 0;
  let high = intervals.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (intervals[middle].to <= t) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Where the token stands: the place of the span's stage, else of what is around it.
 * @param {Span} span
 * @param {Trace} trace
 */
function placeOf(span, trace) {
  for (const one of trace.lineage(span)) {
    const { place } = stageOf(one);
    if (place) return place;
  }
  return "worker";
}
