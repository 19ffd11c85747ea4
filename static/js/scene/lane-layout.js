// How the lanes share the height of their canvas. Pure: (lanes, {top, height, unit}) -> rows by lane.

const BETWEEN = 6;
const THICKEST = 27;
/** Of a lane of requests; the others by their kind. */
const WEIGHTS = { backlog: 0.9, lag: 0.8, awaiting: 0.8, pool: 0.8, threads: 1.7 };
/** What a row of a shared lane of sockets needs for its darts, up to so many rows. */
const SOCKET = 0.55;
const MOST_SOCKETS = 6;

/** {lane, y, h} by the lane's id: a lane of several threads gets more, and servers stand a little apart. */
export function rowsOf(lanes, { top, height, unit }) {
  const begins = (lane, i) => i > 0 && lane.server !== lanes[i - 1].server;
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

function weight(lane) {
  if (lane.kind === "sessions") return Math.max(1, SOCKET * Math.min(lane.rows, MOST_SOCKETS));
  return WEIGHTS[lane.kind] ?? 1;
}
