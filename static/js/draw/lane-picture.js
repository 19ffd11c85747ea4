// @ts-check
// One painting of the lanes, cut off at time t: bars with textures, step curves and crossing arcs. It remembers what
// it drew where, and which remarks are to stand beside it.

/** @import { Span, Step } from "../model/types.js" */
/** @import { Trace } from "../model/trace.js" */
/** @import { LaneRow } from "../scene/lane-layout.js" */
/** @import { Arc, Bar, Box, LaneKind, Point } from "../scene/types.js" */
/** @import { AxisScale } from "../time/axis-scale.js" */
/** @import { CanvasMarks } from "./canvas-marks.js" */

import { count, duration } from "../lib/format.js";
import { frozenBy, lineOf, windowAt } from "../model/blocked.js";
import { blocksFrom } from "../model/coroutine.js";

/** The height of a remark in design pixels. */
export const NOTE_LINE = 15;
/** Of a bar that goes on outside of the picture only so much is painted, in pixels. */
const MARGIN = 40;
/** Arcs that begin closer together than this, in design pixels, would be a blot: one stands for all. */
const APART = 5;
/** A click this many pixels beside something still means it. */
const NEAR = 3;
/**
 * What the number of a step curve counts.
 * @type {Partial<Record<LaneKind, string>>}
 */
const COUNTED = { backlog: "at the door", awaiting: "awaiting", pool: "in threads" };

/** @typedef {{ trace: Trace, span: Span }} Subject */

export class LanePicture {
  /** @type {{ text: string, y: number }[]} */
  notes = [];
  #marks;
  #scale;
  #t;
  #unit;
  /** @type {{ box: Box, subject: Subject }[]} */
  #drawn = [];

  /**
   * @param {CanvasMarks} marks
   * @param {AxisScale} scale
   * @param {number} t
   * @param {number} unit
   */
  constructor(marks, scale, t, unit) {
    this.#marks = marks;
    this.#scale = scale;
    this.#t = t;
    this.#unit = unit;
  }

  /**
   * What was drawn at a point; null when nothing was.
   * @param {Point} point
   * @returns {Subject | null}
   */
  at({ x, y }) {
    const isAt = (/** @type {Box} */ box) =>
      x >= box.x - NEAR && x <= box.x + box.w + NEAR && y >= box.y && y <= box.y + box.h;
    return this.#drawn.findLast(({ box }) => isAt(box))?.subject ?? null;
  }

  /** @param {Map<string, LaneRow>} rows */
  names(rows) {
    for (const { lane, y, h } of rows.values()) {
      this.#marks.use(lane.interface);
      const isQuiet = Boolean(lane.steps) || lane.kind === "lag";
      this.#marks.label(lane.label, { x: 18 * this.#unit, y: y + h / 2 }, h, isQuiet);
    }
  }

  /** @param {Map<string, LaneRow>} rows */
  lanes(rows) {
    for (const row of rows.values()) {
      this.#marks.use(row.lane.interface);
      if (row.lane.steps) this.#curves(row, row.lane.steps);
      if (row.lane.kind === "lag") this.#lag(row);
      else {
        this.#bars(row);
        this.#chunks(row);
        this.#darts(row);
        this.#frozen(row);
      }
    }
  }

  /**
   * The way to threads and back.
   * @param {Arc[]} arcs
   * @param {Map<string, LaneRow>} rows
   */
  arcs(arcs, rows) {
    const seen = arcs.filter((arc) => arc.from <= this.#t && rows.has(arc.above) && rows.has(arc.below));
    for (const arc of this.#apart(seen)) this.#arc(arc, rows);
    this.#slowest(seen, rows);
  }

  /** @param {LaneRow} row */
  #bars({ lane, y, h }) {
    const rowHeight = h / (lane.rows ?? 1);
    /** @type {number[]} */
    const ends = [];
    for (const bar of lane.bars) {
      if (bar.from > this.#t) continue;
      const { row = 0 } = bar;
      const { x, w } = this.#extentOf(bar);
      // Outside of the picture, or under a pixel that is painted already.
      if (x > this.#scale.right || x + w < this.#scale.left || x + w <= ends[row]) continue;
      ends[row] = x + w;
      const box = { x, y: y + row * rowHeight, w, h: rowHeight };
      this.#marks.bar(
        { ...box, h: lane.rows ? Math.max(1.5, rowHeight - 1) : h },
        this.#textured(bar),
        this.#scale.left,
      );
      this.#drawn.push({ box, subject: bar });
    }
  }

  /** @param {Bar} bar */
  #extentOf({ from, to }) {
    const x = Math.max(this.#scale.x(from), this.#scale.left - MARGIN);
    const end = Math.min(this.#scale.x(Math.min(to, this.#t)), this.#scale.right + MARGIN);
    return { x, w: Math.max(1.5, end - x) };
  }

  /**
   * A bar that has held its loop for too long by now is one that blocks it.
   * @param {Bar} bar
   * @returns {Bar}
   */
  #textured(bar) {
    return bar.holdsLoop && Math.min(bar.to, this.#t) >= blocksFrom(bar) ? { ...bar, texture: "blocking" } : bar;
  }

  /**
   * Messages: how long each was handled or sent, and a head that says which way it went.
   * @param {LaneRow} row
   */
  #darts({ lane, y, h }) {
    const height = h / (lane.rows ?? 1);
    for (const dart of lane.darts ?? []) {
      if (dart.from > this.#t) continue;
      const x = this.#scale.x(dart.from);
      const box = { x, y: y + dart.row * height, w: this.#scale.x(Math.min(dart.to, this.#t)) - x, h: height };
      this.#marks.dart(box, dart.inwards);
      this.#drawn.push({ box: { ...box, w: Math.max(box.w, height / 2) }, subject: dart });
    }
  }

  /**
   * A tick for each piece of a streamed answer, where it left.
   * @param {LaneRow} row
   */
  #chunks({ lane, y, h }) {
    const height = h / (lane.rows ?? 1);
    for (const chunk of lane.chunks) {
      if (chunk.at > this.#t) continue;
      const at = { x: this.#scale.x(chunk.at), y: y + (chunk.row ?? 0) * height };
      this.#marks.chunk(at, height);
      this.#drawn.push({ box: { x: at.x - 2, y: at.y, w: 4, h: height }, subject: chunk });
    }
  }

  /**
   * A curve, and inside of it what the kernel counted.
   * @param {LaneRow} row
   * @param {Step[]} steps
   */
  #curves(row, steps) {
    const { lane, y, h } = row;
    const inner = this.#curve(row, lane.inner ?? [], true);
    const now = this.#curve(row, steps, lane.kind === "awaiting");
    if (now) this.#note(`${now} ${COUNTED[lane.kind]}${inner ? ` (kernel ${inner})` : ""}`, y + h / 2);
  }

  /**
   * Draw a curve. Returns where it stands now.
   * @param {LaneRow} row
   * @param {Step[]} steps
   * @param {boolean} hatched
   */
  #curve({ lane, y, h }, steps, hatched) {
    const past = steps.filter((step) => step.t <= this.#t);
    const last = past.at(-1);
    if (!last) return 0;
    const most = lane.most || 1;
    const points = past.map((step) => ({ x: this.#scale.x(step.t), y: y + h - (step.n / most) * (h - 3) }));
    this.#marks.curve(points, this.#scale.x(last.n ? this.#t : last.t), y + h, hatched);
    return last.n;
  }

  /**
   * How long another coroutine would have had to wait for the loop at each moment.
   * @param {LaneRow} row
   */
  #lag({ lane, y, h }) {
    const begun = (lane.blocked ?? []).filter((window) => window.from <= this.#t);
    const lasted = (/** @type {Bar} */ { from, to }) => Math.min(to, this.#t) - from;
    const most = Math.max(0, ...begun.map(lasted));
    for (const window of begun) {
      const span = { from: this.#scale.x(window.from), to: this.#scale.x(Math.min(window.to, this.#t)) };
      this.#marks.slope(span, y + h, (lasted(window) / most) * h);
    }
    if (most) this.#note(`up to ${duration(most)} late`, y + h / 2);
  }

  /**
   * Who could not go on while a line of code held the loop.
   * @param {LaneRow} row
   */
  #frozen({ lane, y, h }) {
    const window = windowAt(lane.blocked ?? [], this.#t);
    if (!window) return;
    const frozen = frozenBy(window, lane.traces ?? [], this.#t);
    if (!frozen) return;
    this.#twoNotes(`${count(frozen, "request")} frozen by`, lineOf(window) || `request ${window.number}`, y + h / 2);
  }

  /**
   * @param {Arc} arc
   * @param {Map<string, LaneRow>} rows
   */
  #arc(arc, rows) {
    const [above, below] = [rows.get(arc.above), rows.get(arc.below)];
    if (!above || !below) return;
    const at = (/** @type {number} */ ns, /** @type {number} */ y) => ({ x: this.#scale.x(ns), y });
    const [top, bottom] = [above.y + above.h, below.y];
    const end = Math.min(arc.back, this.#t);
    if (arc.started <= this.#t) this.#marks.arc(at(arc.from, top), at(arc.started, bottom), false);
    if (arc.returned <= this.#t && Number.isFinite(arc.back))
      this.#marks.arc(at(arc.returned, bottom), at(end, top), true);
    const x = this.#scale.x(arc.from);
    this.#drawn.push({ box: { x, y: top, w: this.#scale.x(end) - x, h: bottom - top }, subject: arc });
  }

  /**
   * Only one arc is named: the one that cost most so far.
   * @param {Arc[]} arcs
   * @param {Map<string, LaneRow>} rows
   */
  #slowest(arcs, rows) {
    const ended = arcs.filter((arc) => arc.back <= this.#t);
    if (!ended.length) return;
    const arc = ended.reduce((best, one) => (one.cost > best.cost ? one : best));
    const row = rows.get(arc.below);
    const title = ended.length > 1 ? `slowest of ${count(ended.length, "crossing")}:` : "crossing:";
    if (row) this.#twoNotes(title, `${arc.reason}, ${duration(arc.cost)}`, row.y + row.h / 2);
  }

  /**
   * Arcs that are far enough apart to be told from each other.
   * @param {Arc[]} arcs
   */
  #apart(arcs) {
    /** @type {Map<string, number>} */
    const last = new Map();
    return arcs
      .toSorted((one, other) => one.from - other.from)
      .filter(({ from, above }) => {
        const x = this.#scale.x(from);
        if (x - (last.get(above) ?? -Infinity) < APART * this.#unit) return false;
        last.set(above, x);
        return true;
      });
  }

  /**
   * @param {string} text
   * @param {number} y
   */
  #note(text, y) {
    this.notes.push({ text, y });
  }

  /**
   * Two lines around a height.
   * @param {string} upper
   * @param {string} lower
   * @param {number} y
   */
  #twoNotes(upper, lower, y) {
    const half = (NOTE_LINE / 2) * this.#unit;
    this.#note(upper, y - half);
    this.#note(lower, y + half);
  }
}
