// @ts-check
// What happened between two moments: a sum for each texture of each lane, and how many requests were there. Pure.

/** @import { Interval, Step } from "../model/types.js" */
/** @import { Bar, Lane, LaneModel } from "./types.js" */

import { BLOCKING_NS } from "../model/coroutine.js";

/**
 * Textures in the order in which they are listed.
 * @type {("running" | "waiting" | "blocking" | "parked")[]}
 */
export const TEXTURES = ["running", "waiting", "blocking", "parked"];

/**
 * {requests, lanes: [{id, label, interface, totals: {texture: ns}}]} of the lanes between two moments.
 * @param {LaneModel} model
 * @param {Interval} range
 */
export function selectionTotals({ lanes, traces }, { from, to }) {
  const rows = lanes.map((lane) => ({
    id: lane.id,
    label: lane.label,
    interface: lane.interface,
    totals: totalsOf(lane, from, to),
  }));
  return {
    requests: traces.filter((trace) => trace.from < to && (trace.open ? Infinity : trace.to) > from).length,
    lanes: rows.filter((row) => TEXTURES.some((texture) => row.totals[texture] > 0)),
  };
}

/**
 * @param {Lane} lane
 * @param {number} from
 * @param {number} to
 */
function totalsOf(lane, from, to) {
  const totals = { running: 0, waiting: 0, blocking: 0, parked: 0 };
  const overlap = (/** @type {Interval} */ one) => Math.max(0, Math.min(one.to, to) - Math.max(one.from, from));
  for (const bar of lane.bars) totals[textureOf(bar)] += overlap(bar);
  if (lane.kind === "backlog" || lane.kind === "awaiting") totals.waiting += area(lane.steps ?? [], overlap);
  return totals;
}

/**
 * While a WebSocket is open, it waits for messages.
 * @param {Bar} bar
 * @returns {typeof TEXTURES[number]}
 */
function textureOf({ texture, holdsLoop, from, to }) {
  if (holdsLoop && to - from >= BLOCKING_NS) return "blocking";
  if (texture === "awaiting" || texture === "open") return "waiting";
  return texture === "parked" ? "parked" : "running";
}

/**
 * The area under a step curve: nanoseconds times how many.
 * @param {Step[]} steps
 * @param {(one: Interval) => number} overlap
 */
function area(steps, overlap) {
  return steps.reduce(
    (sum, { t, n }, i) => sum + n * overlap({ from: t, to: steps[i + 1]?.t ?? (n ? Infinity : t) }),
    0,
  );
}
