// Everything that plays a film, be it shot just now or recorded: playhead, rows, lanes, inspector, bar of time, keys.
// live-stage.js feeds it from the socket, pages/recording.js from a recording; the page has the same partials for both.

import { Theme } from "../draw/theme.js";
import { takes } from "../model/takes.js";
import { Announcer } from "../panels/announcer.js";
import { dialogs, tabs } from "../panels/dialogs.js";
import { Follow } from "../panels/follow.js";
import { Inspector } from "../panels/inspector.js";
import { PressedKey, listKeys } from "../panels/key-hints.js";
import { listenToKeys } from "../panels/keyboard.js";
import { RequestList } from "../panels/request-list.js";
import { Rows } from "../panels/rows.js";
import { Settings } from "../panels/settings.js";
import { Timeline } from "../panels/timeline.js";
import { Transport, speedWords } from "../panels/transport.js";
import { scene } from "../scene/scene.js";
import { summary } from "../scene/sentences.js";
import { Film } from "../time/current-take.js";
import { LIVE_DELAY_NS, Playhead } from "../time/playhead.js";
import { Timing } from "../time/take-timing.js";
import { timeOrders } from "./playback.js";
import { Stage } from "./stage.js";

const byId = (id) => document.getElementById(id);

export class Player {
  /** Events that arrived while the stage looked elsewhere. */
  news = 0;
  #lanes;
  #transport;
  #announcer;
  #onScene;

  /**
   * `fleet.facts(name)` says what a server is; `feed` counts {frames, gaps}; `cut(model)` gives the takes; `keys` are
   * orders beside those of time, for keys and buttons; `onScene(picture)` is called after each drawing.
   */
  constructor({ model, clock, fleet, feed = { frames: 0, gaps: 0 }, cut = takes, keys = {}, onScene = () => {} }) {
    const soon = () => requestAnimationFrame(() => this.fit());
    const wake = () => this.wake();
    this.element = byId("stage");
    this.model = model;
    this.film = new Film(model, cut);
    this.settings = new Settings(soon);
    this.theme = new Theme(soon);
    this.rows = new Rows(this.element, fleet, wake);
    this.timing = new Timing(
      this.film,
      () => clock.now() - LIVE_DELAY_NS,
      () => this.rows.servers,
    );
    this.playhead = new Playhead(
      clock,
      () => this.timing.range(),
      (name) => this.timing.warp(name),
    );
    this.openDialog = dialogs();
    const way = (name) => fleet.way?.(name) ?? "";
    const facts = (name) => ({ way, ...this.rows.servers.find((one) => one.name === name), ...fleet.facts(name) });
    this.inspector = new Inspector(byId("inspector"), facts, () => this.#spotlight());
    this.time = timeOrders({ playhead: this.playhead, film: this.film, timing: this.timing, wake });
    this.orders = { ...this.time, ...keys };
    this.#onScene = onScene;
    this.#lanes = new Timeline(byId("panel-lanes"), this.theme, {
      wake,
      seek: (ns) => this.orders.seekTo(ns),
      inspect: ({ trace, span }, { clientX }) =>
        this.inspect(trace, byId("lanes"), { kind: "span", span, x: clientX }),
    });
    this.#announcer = new Announcer(byId("announcer"));
    this.#transport = new Transport(document.querySelector(".transport"), this.orders);
    const requests = new RequestList(document.querySelector(".requests tbody"), (trace, origin) =>
      this.inspect(trace, origin),
    );
    const { element, film, playhead, rows, inspector, settings } = this;
    this.stage = new Stage({
      element,
      model,
      film,
      playhead,
      rows,
      lanes: this.#lanes,
      requests,
      inspector,
      feed,
      settings,
      onScene: (picture, t) => this.#show(picture, t),
    });
    this.follow = new Follow(byId("follow"), {
      stage: element,
      film,
      rows,
      facts,
      seek: this.orders.seekTo,
      onChange: () => this.#spotlight(),
    });
    this.#listen();
    this.#observe(soon);
  }

  wake() {
    this.stage?.wake();
  }

  /** Open the inspector on a request, or with `extra` on a span of it; `origin` is where that was asked for. */
  inspect(trace, origin, extra = {}) {
    const number = this.film.take?.numbers.get(trace.id) ?? "";
    this.inspector.open(
      { kind: "request", trace, number, server: trace.server, ...extra },
      origin,
      this.playhead.time(),
    );
  }

  /** Another size: everything is measured anew. */
  fit() {
    this.rows.resize(this.theme.unit);
    const panel = byId("lanes").parentElement.getBoundingClientRect();
    if (panel.width) this.#lanes.resize(panel.width, panel.height, this.theme.unit);
    this.wake();
  }

  #show(picture, t) {
    const { playhead, film } = this;
    if (playhead.mode === "live") this.news = 0;
    const { take } = film;
    const offered = playhead.mode === "live" && take !== null && !take.open;
    this.#transport.show({ playhead, t, take, news: this.news, offered });
    this.follow.show(t);
    this.#announcer.say(this.follow.sentence ?? summary(picture));
    this.#onScene(picture);
  }

  #inspectPlace(place, server, origin, byPointer) {
    const row = (t) => scene(this.film.take, this.rows.servers, t).find((one) => one.server.name === server);
    this.inspector.open({ kind: "place", place, server, row, byPointer }, origin, this.playhead.time());
  }

  /** A click, or Enter or Space on a focused object of the journey. */
  #activate(target, byPointer = false) {
    const token = target.closest("[data-trace]");
    const box = target.closest("[data-box]");
    if (token) this.inspect(this.model.trace(token.dataset.trace), token, { byPointer });
    else if (box) this.#inspectPlace(box.dataset.box, box.closest(".row").dataset.server, box, byPointer);
    return Boolean(token || box);
  }

  /** Follow the request that is focused or inspected, else the first; or none any more. */
  #follow() {
    const { inspector, model, follow } = this;
    const chosen = model.trace(document.activeElement.dataset.trace) ?? inspector.subject?.trace;
    inspector.close();
    return follow.toggle(chosen);
  }

  /** What is followed stands in the light alone; what is inspected is marked. */
  #spotlight() {
    const { follow, inspector, element, rows } = this;
    const { isOn } = follow;
    element.classList.toggle("is-followed", isOn);
    if (!isOn) rows.show();
    this.stage.follow(isOn ? follow.traces.map(({ id }) => id) : [inspector.subject?.trace?.id], isOn);
  }

  #listen() {
    const { element, settings, orders } = this;
    element.addEventListener("click", (event) => this.#activate(event.target, event.detail > 0));
    element.addEventListener("keydown", (event) => {
      if ((event.key === "Enter" || event.key === " ") && this.#activate(event.target)) event.preventDefault();
    });
    const all = {
      ...orders,
      ...this.#lanes.orders,
      follow: () => this.#follow(),
      project: () => settings.project(),
      server: (key) => this.rows.choose(Number(key)),
      fullscreen,
      ghost: () => this.#change({ ghost: !settings.ghost }),
      motion: () => this.#change({ motion: settings.reduced }),
      help: () => this.openDialog("help"),
      another: (key) => this.follow.step(key === "ArrowUp" ? -1 : 1),
      other: () => this.follow.swap(),
      close: () => this.#lanes.clear() || this.inspector.close() || this.follow.stop(),
    };
    const pressed = new PressedKey(byId("pressed"), () => this.#outcome());
    listenToKeys(
      all,
      () => settings.keys,
      (key, line) => pressed.show(key, line),
    );
    listKeys(document.querySelector(".keys"), all);
    tabs(document.querySelector("[role=tablist]"), () => this.wake());
    this.#bind("keys-on", settings.keys, (keys) => ({ keys }));
    this.#bind("less-motion", settings.reduced, (less) => ({ motion: !less }));
    this.#bind("ghost", settings.ghost, (ghost) => ({ ghost }));
    this.#bind("dark", settings.dark, (dark) => ({ dark }));
  }

  /** What came of a pressed key. */
  #outcome() {
    const { playhead, settings, stage } = this;
    const { mode, clock } = playhead;
    return {
      mode,
      clock,
      speed: speedWords(playhead),
      alone: stage.followsOne,
      ghost: settings.ghost,
      reduced: settings.reduced,
      projected: settings.projected,
    };
  }

  /** A key changed a setting: its checkbox says so. */
  #change(values) {
    this.settings.change(values);
    byId("ghost").checked = this.settings.ghost;
    byId("less-motion").checked = this.settings.reduced;
  }

  /** A checkbox of the help dialog is a setting. */
  #bind(id, checked, values) {
    byId(id).checked = checked;
    byId(id).addEventListener("change", ({ target }) => this.settings.change(values(target.checked)));
  }

  #observe(soon) {
    const observer = new ResizeObserver(soon);
    this.rows.observe(observer);
    observer.observe(byId("lanes").parentElement);
    this.fit();
  }
}

function fullscreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  // A browser may refuse it; then the window stays as it is.
  else document.documentElement.requestFullscreen().catch(() => {});
}
