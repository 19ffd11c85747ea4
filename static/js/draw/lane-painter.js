// Paints lanes on a canvas: bars with textures, step curves, crossing arcs, the axis and the playhead.
// What is drawn is `tracks` cut off at time t; a click asks `at` which bar or arc lies there.

import { count, duration } from "../lib/format.js";
import { spaced } from "../lib/label-spacing.js";
import { frozenBy, lineOf, windowAt } from "../model/blocked.js";
import { blocksFrom } from "../model/coroutine.js";
import { rowsOf } from "../scene/lane-layout.js";
import { Scale } from "../time/axis-scale.js";
import { Brush } from "./canvas-marks.js";

const LABELS = 172;
const TOP = 29;
/** Right of the axis there is always room for a remark. */
const RIGHT = 184;
/** Below the lanes stands the strip that says which part is shown. */
const STRIP = 6;
/** Of a bar that goes on outside of the picture only so much is painted, in pixels. */
const MARGIN = 40;
/** Arcs that begin closer together than this, in design pixels, would be a blot: one stands for all. */
const APART = 5;
const NOTE_LINE = 15;
/** What the number of a step curve counts. */
const COUNTED = { backlog: "at the door", awaiting: "awaiting", pool: "in threads" };

/** The canvas of one stage. `resize` when its size changed, `paint` for every moment. */
export class Lanes {
  #canvas;
  #theme;
  #unit = 1;
  #size = { width: 0, height: 0 };
  #scale = null;
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

  /** Which moment stands where, as painted last; null before. */
  get scale() {
    return this.#scale;
  }

  /** Whether a point of the canvas lies on the axis. */
  isAxis(y) {
    return y < TOP * this.#unit;
  }

  /** Draw `tracks` of a take as known at `t`, laid out as `warp` says: all of it or `range`, with `selection` marked. */
  paint({ lanes, arcs }, { warp, t, range = null, selection = null }) {
    const brush = new Brush(this.#canvas.getContext("2d"), this.#theme.colours, this.#unit);
    this.#hits = [];
    this.#notes = [];
    brush.clear(this.#size);
    this.#scale = null;
    if (!lanes.length) return;
    const scale = this.#scaleOf(warp, range);
    this.#scale = scale;
    const top = TOP * this.#unit;
    const rows = rowsOf(lanes, { top, height: this.#size.height - (TOP + 8) * this.#unit, unit: this.#unit });
    for (const { lane, y, h } of rows.values()) this.#label(brush, lane, y, h);
    this.#clipped(brush, range, () => {
      this.#axis(brush, scale);
      for (const { lane, y, h } of rows.values()) this.#lane(brush, lane, y, h, scale, t);
      this.#arcs(brush, arcs, rows, scale, t);
      if (selection) brush.band(scale.x(selection.from), scale.x(selection.to), top - 6, this.#size.height - 6);
      brush.rule(scale.x(t), top - 4, this.#size.height - 6);
    });
    if (range) brush.strip(this.#strip(warp, range, t));
    this.#tell(brush, scale, t);
  }

  /** The bar or arc at a point of the canvas, or null. */
  at(x, y) {
    const hit = this.#hits.findLast(
      (one) => x >= one.x - 3 && x <= one.x + one.w + 3 && y >= one.y && y <= one.y + one.h,
    );
    return hit ? { trace: hit.trace, span: hit.span } : null;
  }

  #scaleOf(warp, range) {
    const left = LABELS * this.#unit;
    return new Scale(warp, { left, width: this.#size.width - left - RIGHT * this.#unit, unit: this.#unit }, range);
  }

  /** A part of a film ends at the edges of the picture. */
  #clipped(brush, range, draw) {
    if (range) brush.clip(this.#scale.left - 2, 0, this.#scale.width + 4, this.#size.height);
    draw();
    if (range) brush.unclip();
  }

  /** Where the strip of the whole film lies, and in it what is shown. */
  #strip(warp, range, t) {
    const { left, width } = this.#scale;
    const x = (ns) => left + (warp.position(ns) / warp.length) * width;
    const h = STRIP * this.#unit;
    return { left, width, y: this.#size.height - h - 1, h, from: x(range.from), to: x(range.to), now: x(t) };
  }

  #axis(brush, scale) {
    for (const { at, x, label, cut } of scale.labels()) {
      if (at !== null) brush.gridline(x, TOP * this.#unit - 5, this.#size.height - 6);
      brush.tick(label, x, 18 * this.#unit, cut);
    }
    for (const x of scale.cuts()) brush.cut(x, TOP * this.#unit - 5);
  }

  #label(brush, lane, y, h) {
    brush.use(lane.interface);
    brush.label(lane.label, 18 * this.#unit, y + h / 2, h, Boolean(lane.steps) || lane.kind === "lag");
  }

  #lane(brush, lane, y, h, scale, t) {
    brush.use(lane.interface);
    if (lane.steps) this.#curves(brush, lane, y, h, scale, t);
    if (lane.kind === "lag") return this.#lag(brush, lane, y, h, scale, t);
    this.#bars(brush, lane, y, h, scale, t);
    this.#chunks(brush, lane, y, h, scale, t);
    for (const dart of lane.darts ?? [])
      if (dart.from <= t) this.#dart(brush, dart, y + dart.row * (h / lane.rows), h / lane.rows, scale, t);
    if (lane.blocked?.length) this.#frozen(lane, y, h, t);
    return undefined;
  }

  #bars(brush, lane, y, h, scale, t) {
    const rowHeight = lane.rows ? h / lane.rows : h;
    const ends = [];
    for (const bar of lane.bars) {
      if (bar.from > t) continue;
      const { row = 0 } = bar;
      const until = Math.min(bar.to, t);
      const x = Math.max(scale.x(bar.from), scale.left - MARGIN);
      const w = Math.max(1.5, Math.min(scale.x(until), scale.right + MARGIN) - x);
      // Outside of the picture, or under a pixel that is painted already.
      if (x > scale.right || x + w < scale.left || x + w <= ends[row]) continue;
      ends[row] = x + w;
      const top = y + row * rowHeight;
      const texture = bar.holdsLoop && until >= blocksFrom(bar) ? "blocking" : bar.texture;
      brush.bar(x, top, w, lane.rows ? Math.max(1.5, rowHeight - 1) : h, { ...bar, texture }, scale.left);
      this.#hits.push({ x, y: top, w, h: rowHeight, trace: bar.trace, span: bar.span });
    }
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

  /** A curve, and inside of it what the kernel counted. */
  #curves(brush, lane, y, h, scale, t) {
    const inner = this.#curve(brush, { ...lane, steps: lane.inner ?? [] }, y, h, scale, t, true);
    const now = this.#curve(brush, lane, y, h, scale, t, lane.kind === "awaiting");
    if (now)
      this.#notes.push({ text: `${now} ${COUNTED[lane.kind]}${inner ? ` (kernel ${inner})` : ""}`, y: y + h / 2 });
  }

  /** Returns where the curve stands at `t`. */
  #curve(brush, lane, y, h, scale, t, hatched) {
    const steps = lane.steps.filter((step) => step.t <= t);
    if (!steps.length) return 0;
    const points = steps.map((step) => ({ x: scale.x(step.t), y: y + h - (step.n / lane.most) * (h - 3) }));
    const now = steps.at(-1).n;
    brush.curve(points, now ? scale.x(t) : points.at(-1).x, y + h, hatched);
    return now;
  }

  /** How long somebody else would have had to wait for the loop at each moment. */
  #lag(brush, lane, y, h, scale, t) {
    const lasted = (window) => Math.min(window.to, t) - window.from;
    const begun = lane.blocked.filter((window) => window.from <= t);
    const most = Math.max(0, ...begun.map(lasted));
    for (const window of begun)
      brush.slope(scale.x(window.from), scale.x(Math.min(window.to, t)), y + h, (lasted(window) / most) * h);
    if (most) this.#notes.push({ text: `up to ${duration(most)} late`, y: y + h / 2 });
  }

  /** Who could not go on while a line of code held the loop. */
  #frozen(lane, y, h, t) {
    const window = windowAt(lane.blocked, t);
    if (!window) return;
    const half = (NOTE_LINE / 2) * this.#unit;
    const frozen = `${count(frozenBy(window, lane.traces, t), "request")} frozen by`;
    this.#notes.push(
      { text: frozen, y: y + h / 2 - half },
      { text: lineOf(window) || `request ${window.number}`, y: y + h / 2 + half },
    );
  }

  #arcs(brush, arcs, rows, scale, t) {
    const seen = arcs.filter((arc) => arc.from <= t && rows.has(arc.above) && rows.has(arc.below));
    for (const arc of spread(seen, scale, APART * this.#unit)) {
      const [above, below] = [rows.get(arc.above), rows.get(arc.below)];
      const [top, bottom] = [above.y + above.h, below.y];
      if (arc.started <= t) brush.arc(scale.x(arc.from), top, scale.x(arc.started), bottom, false);
      if (arc.returned <= t && Number.isFinite(arc.back))
        brush.arc(scale.x(arc.returned), bottom, scale.x(Math.min(arc.back, t)), top, true);
      this.#hits.push({
        x: scale.x(arc.from),
        y: top,
        w: scale.x(Math.min(arc.back, t)) - scale.x(arc.from),
        h: bottom - top,
        trace: arc.trace,
        span: arc.span,
      });
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
    this.#notes.push(
      { text: title, y: y + h / 2 - half },
      { text: `${arc.reason}, ${duration(arc.cost)}`, y: y + h / 2 + half },
    );
  }

  /** Remarks beside the playhead, or at the edge behind which it stands. */
  #tell(brush, scale, t) {
    const lowest = this.#size.height - 12 * this.#unit;
    const x = Math.min(scale.right, Math.max(scale.left, scale.x(t))) + 7 * this.#unit;
    const limit = this.#size.width - 6 * this.#unit;
    for (const { text, y } of spaced(this.#notes, NOTE_LINE * this.#unit, lowest)) brush.note(text, x, y, limit);
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
