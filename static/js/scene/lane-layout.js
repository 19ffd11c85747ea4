// @ts-check
// How the lanes share the height of their canvas. Pure: (lanes, {top, height, unit}) -> rows by lane.

/** @import { Lane, LaneKind } from "./types.js" */

const BETWEEN = 6;
const THICKEST = 27;
/**
 * What share of the height a kind of lanes gets; others get 1.
 * @type {Partial<Record<LaneKind, number>>}
 */
const WEIGHTS = { backlog: 0.9, lag: 0.8, awaiting: 0.8, pool: 0.8, threads: 1.7 };
/** What a row of a shared lane of sockets needs for its darts, up to so many rows. */
const SOCKET = 0.55;
const MOST_SOCKETS = 6;

/**
 * A lane and where it stands, in pixels of the canvas.
 * @typedef {{ lane: Lane, y: number, h: number }} LaneRow
 */

/**
 * Rows by the lane's id: a lane of several threads gets more, and servers stand a little apart.
 * @param {Lane[]} lanes
 * @param {{ top: number, height: number, unit: number }} canvas
 * @returns {Map<string, LaneRow>}
 */
export function laneRows(lanes, { top, height, unit }) {
  const begins = (/** @type {Lane} */ lane, /** @type {number} */ i) => i > 0 && lane.server !== lanes[i - 1].server;
  const gap = BETWEEN * unit;
  const total = lanes.reduce((sum, lane) => sum + weight(lane), 0);
  const pitch = Math.min(THICKEST * unit, (height - lanes.filter(begins).length * gap) / total);
  let y = top;
  return new Map(
    lanes.map((lane, i) => {
      if (begins(lane, i)) y += gap;
      const h = pitch * weight(lane);
      const row = { lane, y: y + 2, h: h - Math.min(6 * unit, h * 0.22) };
      y += h;
      return [lane.id, row];
    }),
  );
}

/** @param {Lane} lane */
function weight(lane) {
  if (lane.kind === "sessions") return Math.max(1, SOCKET * Math.min(lane.rows ?? 1, MOST_SOCKETS));
  return WEIGHTS[lane.kind] ?? 1;
}
