// The lanes as something to handle: which part of the film they show, what is selected, and what hands and keys do there.

import { Lanes } from "../draw/lane-painter.js";
import { write } from "../lib/dom.js";
import { moment } from "../lib/format.js";
import { Gestures } from "../lib/gestures.js";
import { View } from "../time/viewport.js";
import { SelectionCard } from "./selection-card.js";

/** What one press of W or S does, and how far A and D go, in shares of what is shown. */
const ZOOM_STEP = 0.6;
const PAN_STEP = 0.2;

/** `panel` holds canvas and cards. `wake()` draws again, `seek(ns)` moves the playhead, `inspect(hit, event)` opens one. */
export class Timeline {
  #lanes;
  #card;
  #whole;
  #view = new View();
  #selection = null;
  #seen = { key: undefined, t: 0, warp: null };
  #wake;

  constructor(panel, theme, { wake, seek, inspect }) {
    const canvas = panel.querySelector("canvas");
    this.#lanes = new Lanes(canvas, theme);
    this.#wake = wake;
    this.#card = new SelectionCard(panel.querySelector(".selection"), () => this.clear());
    this.#whole = panel.querySelector(".shown");
    this.#whole.querySelector("button").addEventListener("click", () => this.orders.whole());
    new Gestures(canvas, {
      zoom: (x, factor) => this.#zoom((scale) => scale.time(x), factor),
      pan: (pixels) => this.#pan(pixels / (this.#lanes.scale?.width ?? 1)),
      select: (x, other) => this.#select(x, other),
      selects: (y, event) => event.shiftKey || this.#lanes.isAxis(y) || this.#view.range === null,
      click: (x, y, event) => this.#click(x, y, { seek, inspect }, event),
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
      whole: () => this.#change(() => this.#view.whole()),
      markFrom: () => this.#mark("from"),
      markTo: () => this.#mark("to"),
    };
  }

  resize(width, height, unit) {
    this.#lanes.resize(width, height, unit);
  }

  /** Show all lanes of a take (its `key`) at `t`; while it is played the view goes along. */
  paint(tracks, { warp, t, mode, key }) {
    this.#follow({ warp, t, mode, key });
    const range = this.#view.range;
    this.#lanes.paint(tracks, { warp, t, range, selection: this.#selection });
    this.#card.show(tracks, this.#selection, { start: warp.from, t });
    this.#say(range, warp);
  }

  /** Select nothing. Returns whether something was. */
  clear() {
    const had = this.#selection !== null;
    this.#change(() => (this.#selection = null));
    return had;
  }

  #follow({ warp, t, mode, key }) {
    const { key: known, t: before } = this.#seen;
    if (key !== known) {
      this.#view.whole();
      this.#selection = null;
    } else if (t !== before && (mode === "paused" || (mode === "replay" && this.#view.holds(before))))
      this.#view.follow(warp, t);
    this.#seen = { key, t, warp };
  }

  /** Which part is shown, in words, and a button that shows all again. */
  #say(range, { from }) {
    this.#whole.hidden = range === null;
    if (!range) return;
    const exactly = (ns) => moment(ns - from, (range.to - range.from) / 10);
    write(this.#whole.querySelector("span"), `${exactly(range.from)} – ${exactly(range.to)}`);
  }

  #zoom(where, factor) {
    const { scale } = this.#lanes;
    if (scale) this.#change(() => this.#view.zoom(this.#seen.warp, where(scale), factor));
  }

  #pan(share) {
    if (this.#seen.warp) this.#change(() => this.#view.pan(this.#seen.warp, share));
  }

  #select(x, other) {
    const { scale } = this.#lanes;
    if (!scale) return;
    const [from, to] = [x, other]
      .sort((one, two) => one - two)
      .map((at) => scale.time(Math.max(scale.left, Math.min(scale.right, at))));
    this.#card.stand((x + other) / 2 > scale.left + scale.width * 0.45);
    this.#change(() => (this.#selection = to > from ? { from, to } : null));
  }

  /** Begin or end the selection where the playhead is. */
  #mark(end) {
    const { t, warp } = this.#seen;
    if (!warp) return;
    const { from, to } = { from: warp.from, to: warp.to, ...this.#selection, [end]: t };
    this.#change(() => (this.#selection = to > from ? { from, to } : null));
  }

  #click(x, y, { seek, inspect }, event) {
    const { scale } = this.#lanes;
    if (scale && this.#lanes.isAxis(y)) return seek(scale.time(x));
    const hit = this.#lanes.at(x, y);
    return hit ? inspect(hit, event) : undefined;
  }

  #change(action) {
    action();
    this.#wake();
  }
}
