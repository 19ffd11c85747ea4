// @ts-check
// Lanes that count something over time, as steps {t, n}: who waits, who awaits, how many hops are under way. Pure.

/** @import { Trace } from "../model/trace.js" */
/** @import { Interval, Server, State, Step, Take } from "../model/types.js" */
/** @import { Lane } from "./types.js" */

import { itinerary } from "../model/itinerary.js";

/** A curve that never held for this share of the take is a hair on the screen. */
const WORTH_DRAWING = 0.004;

/** What step curves are called. */
const LABELS = { backlog: "backlog", awaiting: "awaiting", pool: "thread pool" };

/**
 * A lane that draws `steps`; null when they never last.
 * @param {Server} server
 * @param {"backlog" | "awaiting" | "pool"} kind
 * @param {Step[]} steps
 * @param {Take} take
 * @returns {Lane | null}
 */
export function stepCurve(server, kind, steps, take) {
  const worth = (take.to - take.from) * WORTH_DRAWING;
  const lasted = steps.some((step, i) => step.n > 0 && (steps[i + 1]?.t ?? Infinity) - step.t > worth);
  if (!lasted) return null;
  return {
    id: `${server.name} ${kind}`,
    server: server.name,
    interface: server.interface,
    kind,
    label: LABELS[kind],
    bars: [],
    chunks: [],
    steps,
    most: highest(steps),
  };
}

/**
 * Who waits outside: derived from the requests and, inside of that, what the kernel counts in its accept queue.
 * @param {Server} server
 * @param {Trace[]} traces
 * @param {Take} take
 * @returns {Lane | null}
 */
export function backlogCurve(server, traces, take) {
  const measured = take.backlog.between(server.name, take.from, take.open ? Infinity : take.to);
  const lane = stepCurve(server, "backlog", requestsIn(traces, ["waiting"]), take);
  if (!lane) return stepCurve(server, "backlog", measured, take);
  return { ...lane, inner: measured, most: Math.max(lane.most ?? 0, highest(measured)) };
}

/**
 * How many requests are in one of `states`.
 * @param {Trace[]} traces
 * @param {State[]} states
 */
export function requestsIn(traces, states) {
  return overlapping(traces.flatMap((trace) => itinerary(trace).filter(({ state }) => states.includes(state))));
}

/**
 * How many of `intervals` lie over each other.
 * @param {Interval[]} intervals
 */
export function overlapping(intervals) {
  const changes = intervals.flatMap(({ from, to }) => [
    { t: from, by: 1 },
    ...(Number.isFinite(to) ? [{ t: to, by: -1 }] : []),
  ]);
  changes.sort((one, other) => one.t - other.t || one.by - other.by);
  /** @type {Step[]} */
  const steps = [];
  let n = 0;
  for (const { t, by } of changes) {
    n += by;
    const last = steps.at(-1);
    if (last?.t === t) last.n = n;
    else steps.push({ t, n });
  }
  return steps;
}

/** @param {Step[]} steps */
function highest(steps) {
  return steps.reduce((most, { n }) => Math.max(most, n), 0);
}
