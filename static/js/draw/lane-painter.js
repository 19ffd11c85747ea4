// @ts-check
// The canvas of the lanes: where on it the axis, the lanes and the strip of the whole film stand, and what lies at a
// point of it. `lane-picture` draws the lanes.

/** @import { Interval } from "../model/types.js" */
/** @import { LaneModel } from "../scene/types.js" */
/** @import { TimeScale } from "../time/time-scale.js" */
/** @import { Theme } from "./theme.js" */

import { spaced } from "../lib/label-spacing.js";
import { laneRows } from "../scene/lane-layout.js";
import { AxisScale } from "../time/axis-scale.js";
import { CanvasMarks } from "./canvas-marks.js";
import { LanePicture, NOTE_LINE } from "./lane-picture.js";

/** What follows is in design pixels. */
const LABELS = 172;
const TOP = 29;
/** Right of the axis there is always room for a remark. */
const RIGHT = 184;
/** Below the lanes stands the strip that says which part is shown. */
const STRIP = 6;

/**
 * When and what of a take is painted: all of it or a `range`, as known at `t`, with a `selection` marked.
 * @typedef {object} View
 * @property {TimeScale} timeScale
 * @property {number} t
 * @property {Interval | null} [range]
 * @property {Interval | null} [selection]
 */

/** The canvas of one stage. `resize` when its size changed, `paint` for every moment. */
export class LanePainter {
  #canvas;
  #theme;
  #unit = 1;
  #size = { width: 0, height: 0 };
  /** @type {AxisScale | null} */
  #scale = null;
  /** @type {LanePicture | null} */
  #picture = null;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Theme} theme
   */
  constructor(canvas, theme) {
    this.#canvas = canvas;
    this.#theme = theme;
  }

  /**
   * @param {number} width
   * @param {number} height
   * @param {number} unit
   */
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

  /**
   * Whether a point of the canvas lies on the axis.
   * @param {number} y
   */
  isAxis(y) {
    return y < TOP * this.#unit;
  }

  /**
   * The bar or arc at a point of the canvas, {trace, span}, or null.
   * @param {number} x
   * @param {number} y
   */
  at(x, y) {
    return this.#picture?.at({ x, y }) ?? null;
  }

  /**
   * @param {LaneModel} model
   * @param {View} view
   */
  paint({ lanes, arcs }, view) {
    const context = this.#canvas.getContext("2d");
    if (!context) return;
    const marks = new CanvasMarks(context, this.#theme.colours, this.#unit);
    marks.clear(this.#size);
    this.#scale = null;
    this.#picture = null;
    if (!lanes.length) return;
    const scale = this.#scaleOf(view);
    const picture = new LanePicture(marks, scale, view.t, this.#unit);
    this.#scale = scale;
    this.#picture = picture;
    const height = this.#size.height - (TOP + 8) * this.#unit;
    const rows = laneRows(lanes, { top: TOP * this.#unit, height, unit: this.#unit });
    picture.names(rows);
    this.#clipped(marks, scale, view, () => {
      this.#axis(marks, scale);
      picture.lanes(rows);
      picture.arcs(arcs, rows);
      this.#overlay(marks, scale, view);
    });
    this.#strip(marks, scale, view);
    this.#notes(marks, scale, view.t, picture);
  }

  /** @param {View} view */
  #scaleOf({ timeScale, range = null }) {
    const left = LABELS * this.#unit;
    const width = this.#size.width - left - RIGHT * this.#unit;
    return new AxisScale(timeScale, { left, width, unit: this.#unit }, range);
  }

  /**
   * A part of a film ends at the edges of the picture.
   * @param {CanvasMarks} marks
   * @param {AxisScale} scale
   * @param {View} view
   * @param {() => void} draw
   */
  #clipped(marks, { left, width }, { range }, draw) {
    if (range) marks.clipped({ x: left - 2, y: 0, w: width + 4, h: this.#size.height }, draw);
    else draw();
  }

  /**
   * @param {CanvasMarks} marks
   * @param {AxisScale} scale
   */
  #axis(marks, scale) {
    const top = TOP * this.#unit - 5;
    for (const { at, x, label, cut } of scale.labels()) {
      if (at !== null) marks.gridline(x, { from: top, to: this.#size.height - 6 });
      marks.tick(label, { x, y: 18 * this.#unit }, cut);
    }
    for (const x of scale.cuts()) marks.cut({ x, y: top });
  }

  /**
   * The selection and the playhead.
   * @param {CanvasMarks} marks
   * @param {AxisScale} scale
   * @param {View} view
   */
  #overlay(marks, scale, { t, selection }) {
    const top = TOP * this.#unit;
    const to = this.#size.height - 6;
    if (selection) marks.band({ from: scale.x(selection.from), to: scale.x(selection.to) }, { from: top - 6, to });
    marks.rule(scale.x(t), { from: top - 4, to });
  }

  /**
   * The whole film as a strip, and in it what is shown.
   * @param {CanvasMarks} marks
   * @param {AxisScale} scale
   * @param {View} view
   */
  #strip(marks, { left, width }, { timeScale, range, t }) {
    if (!range) return;
    const x = (/** @type {number} */ ns) => left + (timeScale.position(ns) / timeScale.length) * width;
    const h = STRIP * this.#unit;
    const box = { x: left, y: this.#size.height - h - 1, w: width, h };
    marks.strip(box, { from: x(range.from), to: x(range.to) }, x(t));
  }

  /**
   * Remarks beside the playhead, or at the edge behind which it stands.
   * @param {CanvasMarks} marks
   * @param {AxisScale} scale
   * @param {number} t
   * @param {LanePicture} picture
   */
  #notes(marks, scale, t, { notes }) {
    const lowest = this.#size.height - 12 * this.#unit;
    const x = Math.min(scale.right, Math.max(scale.left, scale.x(t))) + 7 * this.#unit;
    const limit = this.#size.width - 6 * this.#unit;
    for (const { text, y } of spaced(notes, NOTE_LINE * this.#unit, lowest)) marks.note(text, { x, y }, limit);
  }
}
