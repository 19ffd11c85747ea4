// What happened between two moments: a sum for each texture of each lane, and how many requests were there. Pure.

import { BLOCKING_NS } from "./coroutine.js";

/** Textures in the order in which they are told. */
export const TEXTURES = ["running", "waiting", "blocking", "parked"];

/** {requests, lanes: [{id, label, interface, sums: {texture: ns}}]} of what `tracks` show between two moments. */
export function sums({ lanes, traces }, { from, to }) {
  const rows = lanes.map((lane) => ({
    id: lane.id,
    label: lane.label,
    interface: lane.interface,
    sums: ofLane(lane, from, to),
  }));
  return {
    requests: traces.filter((trace) => trace.from < to && (trace.open ? Infinity : trace.to) > from).length,
    lanes: rows.filter((row) => TEXTURES.some((texture) => row.sums[texture] > 0)),
  };
}

function ofLane(lane, from, to) {
  const found = { running: 0, waiting: 0, blocking: 0, parked: 0 };
  const overlap = (one) => Math.max(0, Math.min(one.to, to) - Math.max(one.from, from));
  for (const bar of lane.bars) found[textureOf(bar)] += overlap(bar);
  if (lane.kind === "backlog" || lane.kind === "awaiting") found.waiting += area(lane.steps, overlap);
  return found;
}

/** Of a WebSocket that is open somebody waits for messages. */
function textureOf({ texture, holdsLoop, from, to }) {
  if (holdsLoop && to - from >= BLOCKING_NS) return "blocking";
  return texture === "awaiting" || texture === "open" ? "waiting" : texture;
}

/** Under a step curve: nanoseconds times how many. */
function area(steps, overlap) {
  return steps.reduce(
    (sum, { t, n }, i) => sum + n * overlap({ from: t, to: steps[i + 1]?.t ?? (n ? Infinity : t) }),
    0,
  );
}
