// @ts-check
// Everything that plays a film, be it shot just now or recorded. `live-stage` feeds it from the socket,
// `pages/recording` from a recording; the page has the same partials for both.

/** @import { Model } from "../model/model.js" */
/** @import { Trace } from "../model/trace.js" */
/** @import { Place, ServerFacts, Span, Take } from "../model/types.js" */
/** @import { Orders } from "../panels/keyboard.js" */
/** @import { SceneRow } from "../scene/types.js" */

import { Theme } from "../draw/theme.js";
import { byId, closest, find } from "../lib/dom.js";
import { takes } from "../model/takes.js";
import { Announcer } from "../panels/announcer.js";
import { Curtain } from "../panels/curtain.js";
import { listenToOpeners, openDialog, tabs } from "../panels/dialogs.js";
import { Follow } from "../panels/follow.js";
import { Inspector } from "../panels/inspector.js";
import { PressedKey, listKeys } from "../panels/key-hints.js";
import { listenToKeys } from "../panels/keyboard.js";
import { lineOf } from "../panels/keymap.js";
import { RequestList } from "../panels/request-list.js";
import { Rows } from "../panels/rows.js";
import { SettingsForm } from "../panels/settings-form.js";
import { Settings } from "../panels/settings.js";
import { Timeline } from "../panels/timeline.js";
import { Transport, speedText } from "../panels/transport.js";
import { scene } from "../scene/scene.js";
import { summary } from "../scene/sentences.js";
import { CurrentTake } from "../time/current-take.js";
import { LIVE_DELAY_NS, Playhead } from "../time/playhead.js";
import { TakeTiming } from "../time/take-timing.js";
import { LaneView } from "./lane-view.js";
import { Playback } from "./playback.js";
import { Stage } from "./stage.js";

/**
 * What a page gives its player.
 * @typedef {object} Options
 * @property {Model} model
 * @property {{ now: () => number, tick: () => number }} clock
 * @property {{ facts: (name: string) => ServerFacts, way?: (name: string) => string }} fleet what the servers are
 * @property {{ frames: number, gaps: number }} [feed] counts what came through the socket
 * @property {(model: Model) => Take[]} [cut] gives the takes, oldest first
 * @property {Orders} [keys] orders beside those of time, for keys and buttons
 * @property {() => boolean} [hasKeys] whether keys are orders now: on a page that is read, only while the film is
 *   used
 * @property {(picture: SceneRow[]) => void} [onScene] called after each drawing
 */

export class Player {
  /** Events that arrived while the stage looked elsewhere. */
  news = 0;
  element = byId("stage");
  curtain = new Curtain();
  #timing;
  #timeline;
  #transport;
  #announcer = new Announcer(byId("announcer"));
  #stage;
  #follow;
  #fleet;
  #onScene;
  #hasKeys;

  /** @param {Options} options */
  constructor(options) {
    const { model, clock, fleet, feed = { frames: 0, gaps: 0 }, cut = takes, keys = {} } = options;
    const wake = () => this.wake();
    this.model = model;
    this.#fleet = fleet;
    this.#onScene = options.onScene ?? (() => {});
    this.#hasKeys = options.hasKeys ?? (() => true);
    this.current = new CurrentTake(model, cut);
    this.settings = new Settings(() => this.#fitSoon());
    this.theme = new Theme(() => this.#fitSoon());
    this.rows = new Rows(this.element, fleet, wake);
    this.#timing = new TakeTiming(
      this.current,
      () => clock.now() - LIVE_DELAY_NS,
      () => this.rows.servers,
    );
    this.playhead = new Playhead(
      clock,
      () => this.#timing.range(),
      (name) => this.#timing.timeScale(name),
    );
    const { playhead, current } = this;
    this.playback = new Playback({ playhead, current, timing: this.#timing, wake, part: () => this.#partToReplay() });
    this.inspector = new Inspector(
      byId("inspector"),
      (name) => this.#facts(name),
      () => this.#spotlight(),
    );
    this.#timeline = this.#makeTimeline(wake);
    this.orders = this.#makeOrders(keys);
    this.#transport = new Transport(find(document, ".transport"), this.orders, (share) => this.playback.seek(share));
    this.#stage = this.#makeStage(feed);
    this.#follow = this.#makeFollow();
    this.#listen();
    this.#observe();
  }

  wake() {
    this.#stage?.wake();
  }

  /** The keys of all runs that the model knows. */
  get runs() {
    return [...new Set([...this.model.traces.values()].flatMap(({ run }) => run ?? []))];
  }

  /**
   * Open the inspector on a request, or on a span of it; `origin` is where that was asked for.
   * @param {Trace} trace
   * @param {Element | null} origin
   * @param {{ span?: Span, x?: number, byPointer?: boolean }} [extra]
   */
  inspect(trace, origin, { span, ...extra } = {}) {
    const number = this.current.take?.numbers.get(trace.id) ?? "";
    const about = { trace, number, server: trace.server, ...extra };
    const subject = span ? { ...about, kind: /** @type {const} */ ("span"), span } : null;
    this.inspector.open(subject ?? { ...about, kind: "request" }, origin, this.playhead.time());
  }

  /** Another size: everything is measured anew. */
  fit() {
    this.rows.resize(this.theme.unit);
    const { width, height } = byId("panel-lanes").getBoundingClientRect();
    if (width) this.#timeline.resize(width, height, this.theme.unit);
    this.wake();
  }

  #fitSoon() {
    requestAnimationFrame(() => this.fit());
  }

  /**
   * What is known of a server, and nginx's configuration for a way to it.
   * @param {string} name
   * @returns {ServerFacts}
   */
  #facts(name) {
    const row = this.rows.servers.find((one) => one.name === name);
    return { way: (via) => this.#fleet.way?.(via) ?? "", ...row, ...this.#fleet.facts(name) };
  }

  /** @param {() => void} wake */
  #makeTimeline(wake) {
    return new Timeline(byId("panel-lanes"), this.theme, {
      wake,
      seek: (ns) => this.playback.seekTo(ns),
      inspect: ({ trace, span }, { clientX }) => this.inspect(trace, byId("lanes"), { span, x: clientX }),
    });
  }

  /**
   * All orders of this page, for keys and buttons, by name.
   * @param {Orders} keys
   * @returns {Orders}
   */
  #makeOrders(keys) {
    const form = new SettingsForm(this.settings);
    return {
      ...this.#timeline.orders,
      follow: () => this.#toggleFollowing(),
      another: (/** @type {string} */ key) => this.#follow.step(key === "ArrowUp" ? -1 : 1),
      other: () => this.#follow.swap(),
      project: () => this.settings.project(),
      server: (/** @type {string} */ key) => this.rows.choose(Number(key)),
      fullscreen: toggleFullscreen,
      ghost: () => form.toggleGhost(),
      motion: () => form.toggleMotion(),
      blank: () => this.curtain.toggle(),
      help: () => openDialog("help"),
      onward: () => this.playback.forward(),
      backward: () => this.playback.back(),
      close: () => this.#timeline.clear() || this.inspector.close() || this.#follow.stop(),
      ...this.playback.orders,
      ...keys,
    };
  }

  /** @param {{ frames: number, gaps: number }} feed */
  #makeStage(feed) {
    const { element, model, current, playhead, rows, inspector, settings } = this;
    const requests = new RequestList(find(document, ".requests tbody"), (trace, origin) =>
      this.inspect(trace, origin),
    );
    const lanes = new LaneView(this.#timeline);
    const onScene = (/** @type {SceneRow[]} */ picture, /** @type {number} */ t) => this.#show(picture, t);
    const drawn = { rows, lanes, requests, inspector };
    return new Stage({ element, model, current, playhead, settings, feed, ...drawn, onScene });
  }

  #makeFollow() {
    return new Follow(byId("follow"), {
      stage: this.element,
      current: this.current,
      rows: this.rows,
      facts: (name) => this.#facts(name),
      seek: (ns) => this.playback.seekTo(ns),
      onChange: () => this.#spotlight(),
    });
  }

  /**
   * @param {SceneRow[]} picture
   * @param {number} t
   */
  #show(picture, t) {
    const { playhead, current } = this;
    const { take } = current;
    const isLive = playhead.mode === "live";
    if (isLive) this.news = 0;
    const offered = isLive && take !== null && !take.open;
    this.#transport.show({ playhead, t, take, news: this.news, offered, part: this.#partToReplay() !== null });
    this.#follow.show(t);
    this.#announcer.say(this.#follow.sentence ?? summary(picture));
    this.#onScene(picture);
  }

  /**
   * What a slow replay is to show alone: what is selected on the timeline, else a stranger's request that is
   * inspected, since others have come with it by chance. Null: everything.
   */
  #partToReplay() {
    const { selection } = this.#timeline;
    if (selection) return { range: selection };
    const { trace } = this.inspector;
    if (!trace || trace.run !== null || !this.current.take?.traces.includes(trace)) return null;
    const traces = this.current.take.traces.filter(({ traceId }) => traceId === trace.traceId);
    const [from, to] = [Math.min(...traces.map((one) => one.from)), Math.max(...traces.map((one) => one.to))];
    return { range: { from, to }, traces };
  }

  /**
   * A click, or Enter or Space on a focused object of the journey. Returns whether it was one.
   * @param {Event} event
   * @param {boolean} [byPointer]
   */
  #activate(event, byPointer = false) {
    const token = closest(event, "[data-trace]");
    const trace = this.current.trace(token?.dataset.trace ?? "");
    const box = closest(event, "[data-box]");
    const row = box?.closest(".row");
    if (token && trace) this.inspect(trace, token, { byPointer });
    else if (box && row instanceof HTMLElement) this.#inspectPlace(box, row.dataset.server ?? "", byPointer);
    return Boolean(token || box);
  }

  /**
   * @param {HTMLElement} box
   * @param {string} server
   * @param {boolean} byPointer
   */
  #inspectPlace(box, server, byPointer) {
    const place = /** @type {Place} */ (box.dataset.box);
    const row = (/** @type {number} */ t) =>
      scene(this.current.take, this.rows.servers, t).find((one) => one.server.name === server);
    this.inspector.open({ kind: "place", place, server, row, byPointer }, box, this.playhead.time());
  }

  /** Follow the request that is focused or inspected, else the first; or none any more. */
  #toggleFollowing() {
    const focused = document.activeElement?.getAttribute("data-trace") ?? "";
    const chosen = this.current.trace(focused) ?? this.inspector.trace;
    this.inspector.close();
    return this.#follow.toggle(chosen);
  }

  /** What is followed stands in the light alone; what is inspected is marked. */
  #spotlight() {
    const { isOn, traces } = this.#follow;
    const { trace } = this.inspector;
    this.element.classList.toggle("is-followed", isOn);
    if (!isOn) this.rows.show();
    const marked = isOn || !trace ? traces : [trace];
    this.#stage.mark(
      marked.map(({ id }) => id),
      isOn,
    );
  }

  #listen() {
    listenToOpeners();
    this.element.addEventListener("click", (event) => this.#activate(event, event.detail > 0));
    this.element.addEventListener("keydown", (event) => {
      if ((event.key === "Enter" || event.key === " ") && this.#activate(event)) event.preventDefault();
    });
    const pressed = new PressedKey(byId("pressed"), () => this.#keyState());
    listenToKeys(
      this.orders,
      () => this.settings.keys && this.#hasKeys(),
      (key, line) => pressed.show(key, line),
      (line) => this.#liftsCurtain(line.order),
    );
    listKeys(find(document, ".keys"), this.orders);
    tabs(find(document, "[role=tablist]"), () => this.wake());
  }

  /** What came of a pressed key. */
  #keyState() {
    const { mode, clock } = this.playhead;
    const { ghost, reduced, projected } = this.settings;
    return { mode, clock, speed: speedText(this.playhead), alone: this.#stage.isSpotlit, ghost, reduced, projected };
  }

  /**
   * Do what a key orders, wherever it was pressed.
   * @param {string} key
   */
  press(key) {
    const line = lineOf(key);
    if (line && !this.#liftsCurtain(line.order)) this.orders[line.order]?.(key);
  }

  /**
   * Behind a black screen nobody would see what an order does: it lifts it, and that is all.
   * @param {string} order
   */
  #liftsCurtain(order) {
    if (!this.curtain.isDown || order === "blank") return false;
    this.curtain.set(false);
    return true;
  }

  #observe() {
    const observer = new ResizeObserver(() => this.#fitSoon());
    this.rows.observe(observer);
    observer.observe(byId("panel-lanes"));
    this.fit();
  }
}

function toggleFullscreen() {
  // A browser may refuse it; then the window stays as it is.
  if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
  else document.documentElement.requestFullscreen().catch(() => {});
}
