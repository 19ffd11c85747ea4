// @ts-check
// The stage: asks the playhead for the time, computes the scene and has it drawn. One animation-frame loop,
// which stops when nothing moves or the page is hidden; `wake` starts it again.

/** @import { Model } from "../model/model.js" */
/** @import { Take } from "../model/types.js" */
/** @import { Inspector } from "../panels/inspector.js" */
/** @import { RequestList } from "../panels/request-list.js" */
/** @import { Rows } from "../panels/rows.js" */
/** @import { Settings } from "../panels/settings.js" */
/** @import { SceneRow } from "../scene/types.js" */
/** @import { CurrentTake } from "../time/current-take.js" */
/** @import { Playhead } from "../time/playhead.js" */
/** @import { LaneView } from "./lane-view.js" */

import { set } from "../lib/dom.js";
import { speed } from "../lib/format.js";
import { SILENCE_NS } from "../model/takes.js";
import { Hops } from "../panels/hops.js";
import { placeResults } from "../panels/result-cards.js";
import { ghosts } from "../scene/ghosts.js";
import { scene } from "../scene/scene.js";

/** How long a finished take is still drawn live, so that the last tokens come home. */
const AFTERGLOW_NS = 600e6;

/**
 * What the stage asks and what it draws; `feed` counts what came through the socket; `onScene` is called after each
 * frame.
 * @typedef {object} Parts
 * @property {HTMLElement} element
 * @property {Model} model
 * @property {CurrentTake} current
 * @property {Playhead} playhead
 * @property {Rows} rows
 * @property {LaneView} lanes
 * @property {RequestList} requests
 * @property {Inspector} inspector
 * @property {{ frames: number, gaps: number }} feed
 * @property {Settings} settings
 * @property {(picture: SceneRow[], t: number) => void} onScene
 */

export class Stage {
  #parts;
  #hops;
  #scheduled = false;
  /** @type {string[]} */
  #marked = [];
  #alone = false;

  /** @param {Parts} parts */
  constructor(parts) {
    this.#parts = parts;
    this.#hops = new Hops(parts.element);
    document.addEventListener("visibilitychange", () => this.wake());
  }

  /** Something changed: draw at least one more frame. */
  wake() {
    if (this.#scheduled || document.hidden) return;
    this.#scheduled = true;
    requestAnimationFrame((now) => this.#frame(now));
  }

  /**
   * Mark the tokens of the traces with these ids; `alone` dims all others.
   * @param {string[]} ids
   * @param {boolean} [alone]
   */
  mark(ids, alone = false) {
    this.#marked = ids;
    this.#alone = alone;
    this.wake();
  }

  /** Whether all but the marked tokens are dimmed. */
  get isSpotlit() {
    return this.#alone;
  }

  /** @param {number} now */
  #frame(now) {
    this.#scheduled = false;
    const { element, current, playhead, rows, lanes, requests, inspector, onScene } = this.#parts;
    const { take } = current;
    const { servers } = rows;
    const t = playhead.time();
    const picture = this.#pictureOf(take, t);
    const moving = this.#render(picture, t, now);
    this.#hops.show(take, t);
    const areLanesCurrent = lanes.update(take, servers, now);
    const isPlaying = this.#isPlaying(take, t);
    requests.show(take, servers);
    lanes.paint(playhead, t, now, isPlaying);
    placeResults(element, take, picture, t);
    this.#publish(t);
    onScene(picture, t);
    inspector.refresh(t, now);
    if (moving || !areLanesCurrent || isPlaying) this.wake();
  }

  /**
   * @param {Take | null} take
   * @param {number} t
   */
  #pictureOf(take, t) {
    const { current, rows, settings } = this.#parts;
    const picture = scene(take, rows.servers, t);
    if (!settings.ghost) return picture;
    const before = ghosts(current.before, take, rows.servers, t);
    return picture.map((row, i) => ({ ...row, ghost: before[i] }));
  }

  /**
   * @param {SceneRow[]} picture
   * @param {number} t
   * @param {number} now
   */
  #render(picture, t, now) {
    const { playhead, rows, settings } = this.#parts;
    const moving = rows.render(picture, t, now, { reduced: settings.reduced, live: playhead.mode === "live" });
    rows.follow(this.#marked, this.#alone);
    return moving;
  }

  /**
   * @param {Take | null} take
   * @param {number} t
   */
  #isPlaying(take, t) {
    const { mode } = this.#parts.playhead;
    if (mode === "replay") return true;
    if (mode !== "live" || take === null) return false;
    return take.open || t < take.to + (take.windowNs === undefined ? AFTERGLOW_NS : SILENCE_NS);
  }

  /**
   * For scripts and assistive tools.
   * @param {number} t
   */
  #publish(t) {
    const { element, model, feed, playhead } = this.#parts;
    const values = {
      mode: playhead.mode,
      time: Math.round(t),
      clock: playhead.clock,
      speed: speed(playhead),
      requests: model.traces.size,
      frames: feed.frames,
      gaps: feed.gaps,
    };
    for (const [name, value] of Object.entries(values)) set(element, `data-${name}`, value);
  }
}
