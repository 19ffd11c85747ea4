// Paints lanes on a canvas: bars with textures, step curves, crossing arcs, the axis and the playhead.
// What is drawn is `tracks` cut off at time t; a click asks `at` which bar or arc lies there.

import { blocksFrom } from "./coroutine.js";
import { count, duration } from "./format.js";
import { Brush } from "./brush.js";
import { Scale } from "./scale.js";
import { spaced } from "./spacing.js";

const LABELS = 172;
const TOP = 29;
const BETWEEN = 6;
/** Right of the axis there is always room for a remark. */
const RIGHT = 184;
/** Arcs that begin closer together than this, in design pixels, would be a blot: one stands for all. */
const APART = 5;
const THICKEST = 27;
const NOTE_LINE = 15;
const HEIGHTS = { backlog: 0.9, "kernel backlog": 0.9, awaiting: 0.9, threads: 1.7 };
/** What the number of a step curve counts. */
const COUNTED = { backlog: "at the door", "kernel backlog": "in the kernel", awaiting: "awaiting" };
/** What a row of a shared lane of sockets needs for its darts, up to so many rows. */
const SOCKET = 0.55;
const MOST_SOCKETS = 6;

/** The canvas of one stage. `resize` when its size changed, `paint` for every moment. */
export class Lanes {
  #canvas;
  #theme;
  #unit = 1;
  #size = { width: 0, height: 0 };
  #hits = [];
  #notes = [];

  constructor(canvas, theme) {
    this.#canvas = canvas;
    this.#theme = theme;
  }

  resize(width, height, unit) {
    const ratio = devicePixelRatio || 1;
    this.#canvas.width = Math.round(width * ratio);
    this.#canvas.height = Math.round(height * ratio);
    this.#size = { width, height };
    this.#unit = unit;
  }

  /** Draw `tracks` of a take as known at `t`, laid out as `warp` says. */
  paint({ lanes, arcs }, { warp, t }) {
    const brush = new Brush(this.#canvas.getContext("2d"), this.#theme.colours, this.#unit);
    this.#hits = [];
    this.#notes = [];
    brush.clear(this.#size);
    if (!lanes.length) return;
    const scale = this.#scale(warp);
    const rows = this.#rows(lanes);
    this.#axis(brush, scale);
    for (const { lane, y, h } of rows.values()) this.#lane(brush, lane, y, h, scale, t);
    this.#arcs(brush, arcs, rows, scale, t);
    brush.rule(scale.x(t), TOP * this.#unit - 4, this.#size.height - 6);
    const lowest = this.#size.height - 12 * this.#unit;
    for (const { text, y } of spaced(this.#notes, NOTE_LINE * this.#unit, lowest)) brush.note(text, scale.x(t) + 7 * this.#unit, y);
  }

  /** The bar or arc at a point of the canvas, or null. */
  at(x, y) {
    const hit = this.#hits.findLast((one) => x >= one.x - 3 && x <= one.x + one.w + 3 && y >= one.y && y <= one.y + one.h);
    return hit ? { trace: hit.trace, span: hit.span } : null;
  }

  #scale(warp) {
    const left = LABELS * this.#unit;
    return new Scale(warp, { left, width: this.#size.width - left - RIGHT * this.#unit });
  }

  /** Lanes share the height; a lane of several threads gets more. */
  #rows(lanes) {
    const weight = (lane) => (lane.kind === "sessions" ? Math.max(1, SOCKET * Math.min(lane.rows, MOST_SOCKETS)) : (HEIGHTS[lane.kind] ?? 1));
    const total = lanes.reduce((sum, lane) => sum + weight(lane), 0);
    const gaps = lanes.filter((lane, i) => i && lane.server !== lanes[i - 1].server).length * BETWEEN * this.#unit;
    const height = this.#size.height - (TOP + 8) * this.#unit - gaps;
    const pitch = Math.min(THICKEST * this.#unit, height / total);
    let y = TOP * this.#unit;
    return new Map(
      lanes.map((lane, i) => {
        if (i && lane.server !== lanes[i - 1].server) y += BETWEEN * this.#unit;
        const h = pitch * weight(lane);
        const row = { lane, y: y + 2, h: h - Math.min(6 * this.#unit, h * 0.22) };
        y += h;
        return [lane.id, row];
      }),
    );
  }

  #axis(brush, scale) {
    for (const { at, label } of scale.ticks()) {
      const x = scale.x(at);
      brush.gridline(x, TOP * this.#unit - 5, this.#size.height - 6);
      brush.tick(label, x, 18 * this.#unit);
    }
  }

  #lane(brush, lane, y, h, scale, t) {
    brush.use(lane.interface);
    brush.label(lane.label, 18 * this.#unit, y + h / 2, h, lane.kind.endsWith("backlog"));
    if (lane.steps) this.#curve(brush, lane, y, h, scale, t);
    for (const bar of lane.bars) {
      if (bar.from > t) continue;
      const rowHeight = lane.rows ? h / lane.rows : h;
      const top = y + (bar.row ?? 0) * rowHeight;
      const x = scale.x(bar.from);
      const until = Math.min(bar.to, t);
      const w = Math.max(1.5, scale.x(until) - x);
      const texture = bar.holdsLoop && until >= blocksFrom(bar) ? "blocking" : bar.texture;
      brush.bar(x, top, w, lane.rows ? Math.max(1.5, rowHeight - 1) : h, { ...bar, texture });
      this.#hits.push({ x, y: top, w, h: rowHeight, trace: bar.trace, span: bar.span });
    }
    this.#chunks(brush, lane, y, h, scale, t);
    for (const dart of lane.darts ?? []) if (dart.from <= t) this.#dart(brush, dart, y + dart.row * (h / lane.rows), h / lane.rows, scale, t);
  }

  /** A message: how long it was handled or sent, and a head that says which way it went. */
  #dart(brush, dart, top, h, scale, t) {
    const x = scale.x(dart.from);
    const w = scale.x(Math.min(dart.to, t)) - x;
    brush.dart(x, top, w, h, dart.inwards);
    this.#hits.push({ x, y: top, w: Math.max(w, h / 2), h, trace: dart.trace, span: dart.span });
  }

  /** A tick for each piece of a streamed answer, where it left. */
  #chunks(brush, lane, y, h, scale, t) {
    const rowHeight = lane.rows ? h / lane.rows : h;
    for (const { at, row = 0, trace, span } of lane.chunks) {
      if (at > t) continue;
      const [x, top] = [scale.x(at), y + row * rowHeight];
      brush.chunk(x, top, rowHeight);
      this.#hits.push({ x: x - 2, y: top, w: 4, h: rowHeight, trace, span });
    }
  }

  #curve(brush, lane, y, h, scale, t) {
    const steps = lane.steps.filter((step) => step.t <= t);
    if (!steps.length) return;
    const points = steps.map((step) => ({ x: scale.x(step.t), y: y + h - (step.n / lane.most) * (h - 3) }));
    const now = steps.at(-1).n;
    brush.curve(points, now ? scale.x(t) : points.at(-1).x, y + h, lane.kind === "awaiting");
    if (now) this.#notes.push({ text: `${now} ${COUNTED[lane.kind]}`, y: y + h / 2 });
  }

  #arcs(brush, arcs, rows, scale, t) {
    const seen = arcs.filter((arc) => arc.from <= t && rows.has(arc.above) && rows.has(arc.below));
    for (const arc of spread(seen, scale, APART * this.#unit)) {
      const [above, below] = [rows.get(arc.above), rows.get(arc.below)];
      const [top, bottom] = [above.y + above.h, below.y];
      if (arc.started <= t) brush.arc(scale.x(arc.from), top, scale.x(arc.started), bottom, false);
      if (arc.returned <= t && Number.isFinite(arc.back)) brush.arc(scale.x(arc.returned), bottom, scale.x(Math.min(arc.back, t)), top, true);
      this.#hits.push({ x: scale.x(arc.from), y: top, w: scale.x(Math.min(arc.back, t)) - scale.x(arc.from), h: bottom - top, trace: arc.trace, span: arc.span });
    }
    this.#slowest(seen, rows, t);
  }

  /** Only one arc is named: the one that cost most so far. */
  #slowest(arcs, rows, t) {
    const ended = arcs.filter((arc) => arc.back <= t);
    if (!ended.length) return;
    const arc = ended.reduce((best, one) => (one.cost > best.cost ? one : best));
    const { y, h } = rows.get(arc.below);
    const half = (NOTE_LINE / 2) * this.#unit;
    const title = ended.length > 1 ? `slowest of ${count(ended.length, "crossing")}:` : "crossing:";
    this.#notes.push({ text: title, y: y + h / 2 - half }, { text: `${arc.reason}, ${duration(arc.cost)}`, y: y + h / 2 + half });
  }
}

/** Arcs that are far enough apart to be told from each other. */
function spread(arcs, scale, distance) {
  const last = new Map();
  return [...arcs]
    .sort((one, other) => one.from - other.from)
    .filter((arc) => {
      const x = scale.x(arc.from);
      if (x - (last.get(arc.above) ?? -Infinity) < distance) return false;
      last.set(arc.above, x);
      return true;
    });
}
