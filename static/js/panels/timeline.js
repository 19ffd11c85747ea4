// @ts-check
// The lanes as something to handle: which part of the film they show, what is selected, and what hands and keys do
// there.

/** @import { Theme } from "../draw/theme.js" */
/** @import { Subject } from "../draw/lane-picture.js" */
/** @import { Interval } from "../model/types.js" */
/** @import { LaneModel } from "../scene/types.js" */
/** @import { AxisScale } from "../time/axis-scale.js" */
/** @import { Playhead } from "../time/playhead.js" */
/** @import { TimeScale } from "../time/time-scale.js" */

import { LanePainter } from "../draw/lane-painter.js";
import { find, write } from "../lib/dom.js";
import { moment } from "../lib/format.js";
import { Gestures } from "../lib/gestures.js";
import { Viewport } from "../time/viewport.js";
import { SelectionCard } from "./selection-card.js";

/** What one press of W or S does, and how far A and D go, in shares of what is shown. */
const ZOOM_STEP = 0.6;
const PAN_STEP = 0.2;

/**
 * What the timeline asks of the page: draw again, move the playhead, inspect what was clicked.
 * @typedef {object} Handlers
 * @property {() => void} wake
 * @property {(ns: number) => void} seek
 * @property {(subject: Subject, event: MouseEvent) => void} inspect
 */

/**
 * When and what is painted; `key` is the take's.
 * @typedef {{ timeScale: TimeScale, t: number, mode: Playhead["mode"], key: string | undefined }} Moment
 */

export class Timeline {
  #painter;
  #card;
  #whole;
  #viewport = new Viewport();
  /** @type {Interval | null} */
  #selection = null;
  /** @type {{ key: string | undefined, t: number, timeScale: TimeScale | null }} */
  #seen = { key: undefined, t: 0, timeScale: null };
  #handlers;

  /**
   * @param {HTMLElement} panel holds canvas and cards
   * @param {Theme} theme
   * @param {Handlers} handlers
   */
  constructor(panel, theme, handlers) {
    const canvas = find(panel, "canvas", HTMLCanvasElement);
    this.#handlers = handlers;
    this.#painter = new LanePainter(canvas, theme);
    this.#card = new SelectionCard(find(panel, ".selection"), () => this.clear());
    this.#whole = find(panel, ".shown");
    find(this.#whole, "button").addEventListener("click", () => this.orders.whole());
    // eslint-disable-next-line no-new -- it listens to the canvas, which keeps it
    new Gestures(canvas, {
      zoom: (x, factor) => this.#zoom((scale) => scale.time(x), factor),
      pan: (pixels) => this.#pan(pixels / (this.#painter.scale?.width ?? 1)),
      select: (x, other) => this.#select(x, other),
      selects: (y, event) => event.shiftKey || this.#painter.isAxis(y) || this.#viewport.range === null,
      click: (x, y, event) => this.#click(x, y, event),
    });
  }

  /** Orders by the names that keys use. */
  get orders() {
    const around = () => this.#seen.t;
    return {
      zoomIn: () => this.#zoom(around, ZOOM_STEP),
      zoomOut: () => this.#zoom(around, 1 / ZOOM_STEP),
      earlier: () => this.#pan(-PAN_STEP),
      later: () => this.#pan(PAN_STEP),
      whole: () => this.#change(() => this.#viewport.whole()),
      markFrom: () => this.#mark("from"),
      markTo: () => this.#mark("to"),
    };
  }

  /**
   * @param {number} width
   * @param {number} height
   * @param {number} unit
   */
  resize(width, height, unit) {
    this.#painter.resize(width, height, unit);
  }

  /**
   * Show all lanes of a take; while it is played the view goes along.
   * @param {LaneModel} model
   * @param {Moment} moment
   */
  paint(model, { timeScale, t, mode, key }) {
    this.#follow({ timeScale, t, mode, key });
    const { range } = this.#viewport;
    this.#painter.paint(model, { timeScale, t, range, selection: this.#selection });
    this.#card.show(model, this.#selection, { start: timeScale.from, t });
    this.#showRange(range, timeScale);
  }

  /** The stretch of time that is selected, in ns; null when none is. */
  get selection() {
    return this.#selection;
  }

  /** Select nothing. Returns whether something was. */
  clear() {
    const had = this.#selection !== null;
    this.#change(() => (this.#selection = null));
    return had;
  }

  /** @param {Moment} moment */
  #follow({ timeScale, t, mode, key }) {
    const { key: known, t: before } = this.#seen;
    const goesAlong = mode === "paused" || (mode === "replay" && this.#viewport.holds(before));
    if (key !== known) {
      this.#viewport.whole();
      this.#selection = null;
    } else if (t !== before && goesAlong) this.#viewport.follow(timeScale, t);
    this.#seen = { key, t, timeScale };
  }

  /**
   * Say which part is shown, beside a button that shows all again.
   * @param {Interval | null} range
   * @param {TimeScale} timeScale
   */
  #showRange(range, { from }) {
    this.#whole.hidden = range === null;
    if (!range) return;
    const exactly = (/** @type {number} */ ns) => moment(ns - from, (range.to - range.from) / 10);
    write(find(this.#whole, "span"), `${exactly(range.from)} – ${exactly(range.to)}`);
  }

  /**
   * @param {(scale: AxisScale) => number} where
   * @param {number} factor
   */
  #zoom(where, factor) {
    const { scale } = this.#painter;
    const { timeScale } = this.#seen;
    if (scale && timeScale) this.#change(() => this.#viewport.zoom(timeScale, where(scale), factor));
  }

  /** @param {number} share */
  #pan(share) {
    const { timeScale } = this.#seen;
    if (timeScale) this.#change(() => this.#viewport.pan(timeScale, share));
  }

  /**
   * @param {number} x
   * @param {number} other
   */
  #select(x, other) {
    const { scale } = this.#painter;
    if (!scale) return;
    const at = (/** @type {number} */ one) => scale.time(Math.max(scale.left, Math.min(scale.right, one)));
    this.#card.stand((x + other) / 2 > scale.left + scale.width * 0.45);
    this.#choose({ from: at(Math.min(x, other)), to: at(Math.max(x, other)) });
  }

  /**
   * Begin or end the selection where the playhead is.
   * @param {"from" | "to"} end
   */
  #mark(end) {
    const { t, timeScale } = this.#seen;
    if (timeScale) this.#choose({ from: timeScale.from, to: timeScale.to, ...this.#selection, [end]: t });
  }

  /** @param {Interval} range */
  #choose(range) {
    this.#change(() => (this.#selection = range.to > range.from ? range : null));
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {MouseEvent} event
   */
  #click(x, y, event) {
    const { scale } = this.#painter;
    if (scale && this.#painter.isAxis(y)) {
      this.#handlers.seek(scale.time(x));
      return;
    }
    const subject = this.#painter.at(x, y);
    if (subject) this.#handlers.inspect(subject, event);
  }

  /** @param {() => void} action */
  #change(action) {
    action();
    this.#handlers.wake();
  }
}
