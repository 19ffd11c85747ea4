// @ts-check
// The live stage: feeds a player from the socket and keeps fleet and result cards true. Pages add what fires.

/** @import { LessonFilms } from "../lesson/lesson-films.js" */
/** @import { Cut } from "../model/takes.js" */
/** @import { Trace } from "../model/trace.js" */
/** @import { Frame, ServerFacts } from "../model/types.js" */
/** @import { Orders } from "../panels/keyboard.js" */
/** @import { EmptyKind } from "../panels/notices.js" */
/** @import { Shareable } from "../panels/share.js" */
/** @import { WatchBar } from "../panels/watch-bar.js" */
/** @import { SceneRow } from "../scene/types.js" */

import { byId } from "../lib/dom.js";
import { onHtmx } from "../lib/htmx.js";
import { Model } from "../model/model.js";
import { ServerClock } from "../model/server-clock.js";
import { Services, runnersOf } from "../model/services.js";
import { takes } from "../model/takes.js";
import { keepOverSwaps, openDialog } from "../panels/dialogs.js";
import { showErrors } from "../panels/error-messages.js";
import { Fleet } from "../panels/fleet.js";
import { ConnectionNotice, lossSentence, showEmpty, showNotice } from "../panels/notices.js";
import { keepNewerRun } from "../panels/result-cards.js";
import { Share } from "../panels/share.js";
import { permalinkQuery } from "../time/permalink.js";
import { Feed } from "./feed.js";
import { Player } from "./player.js";

/** Two rows that somebody fires at need no bar to choose what they show. */
const PAIR = 2;
/** Why a service has a row. */
const SEEN = "Seen by the spans that it sends.";

export class LiveStage {
  #model = new Model();
  #clock = new ServerClock();
  #fleet = new Fleet();
  #services = new Services((name) => this.#fleet.has(name));
  #watch;
  #films;
  #feed;
  #notice;
  /** @type {Player} */
  player;

  /**
   * @param {Orders} keys the page's own orders, for keys and buttons
   * @param {{ watch?: WatchBar | null, films?: LessonFilms | null }} [options] what chooses of the requests that come
   *   from elsewhere, without which only those at servers of the table are shown; and what a lesson has on its stage
   */
  constructor(keys, { watch = null, films = null } = {}) {
    this.#watch = watch;
    this.#films = films;
    this.#notice = new ConnectionNotice(() => this.#feed.reconnect());
    this.#feed = new Feed(byId("live"), {
      onFrame: (frame) => this.#onFrame(frame),
      onState: () => this.#onState(),
    });
    const share = new Share(byId("share", HTMLDialogElement), () => shareable(this.player));
    this.player = new Player({
      model: this.#model,
      clock: this.#clock,
      fleet: { facts: (name) => this.facts(name), way: (name) => this.#fleet.way(name) },
      feed: this.#feed,
      cut: (model) => {
        const all = takes(model, this.#cut);
        return films ? films.choose(all) : all;
      },
      onScene: (picture) => this.#onScene(picture),
      keys: { share: () => share.open(), ...keys },
    });
    this.#listen();
    this.#refreshFacts();
  }

  /** Show other requests of those that are known, as the bar says now. */
  recut() {
    this.player.current.recut();
    this.player.wake();
  }

  /** @returns {Cut} */
  get #cut() {
    const isOfTable = (/** @type {Trace} */ { server }) => !this.#services.get(server);
    return this.#watch ?? { choose: (traces) => traces.filter(isOfTable) };
  }

  /**
   * What is known of a server of the table, or of a service that sends spans.
   * @param {string} name
   * @returns {ServerFacts}
   */
  facts(name) {
    const inFilm = this.#films?.facts(name);
    if (inFilm) return { ...inFilm, state: "running" };
    const service = this.#services.get(name);
    if (!service) return this.#fleet.facts(name);
    const { title, interface: shape } = service;
    const about = runnersOf(service);
    return { name, title, interface: shape, state: "running", about, why: SEEN, isService: true };
  }

  /**
   * Whether requests can be fired at it: at the servers of the table.
   * @param {string} name
   */
  canFireAt(name) {
    return this.#fleet.has(name);
  }

  #listen() {
    keepOverSwaps(document.body);
    for (const name of ["htmx:wsAfterMessage", "htmx:afterSwap"]) onHtmx(name, () => this.#refreshFacts());
    onHtmx("htmx:beforeSwap", keepNewerRun);
    showErrors();
  }

  /** @param {Frame} frame */
  #onFrame(frame) {
    const { player } = this;
    this.#clock.heard(frame.now_ns);
    if (frame.snapshot) this.#model.clear();
    for (const service of this.#services.absorb(frame.spans)) player.rows.offer(service);
    if (this.#services.others) player.rows.leaveOut(this.#services.others);
    const changed = this.#model.absorb(frame.spans);
    if (changed) this.#castWhatComes();
    this.#model.note(frame);
    if (player.playhead.mode !== "live" && !frame.snapshot) player.news += changed;
    showNotice(byId("notice"), this.#model.notice);
    player.wake();
  }

  /**
   * Every service gets its row when it first sends, unless somebody is looking at another moment. Of the table's
   * servers those come whose requests were not fired from here, unless somebody has chosen.
   */
  #castWhatComes() {
    const { rows, playhead, current } = this.player;
    if (!this.#watch || playhead.mode !== "live") return;
    const { traces = [] } = current.take ?? {};
    const isFired = traces.some(({ run }) => run !== null);
    for (const name of this.#services.names) rows.welcome(name, !isFired);
    if (rows.isChosen || isFired) return; // whoever fired it has chosen its servers
    const names = [...new Set(traces.map(({ server }) => server))].filter((name) => this.#fleet.has(name));
    const onStage = new Set(rows.servers.map(({ name }) => name));
    if (!names.every((name) => onStage.has(name))) rows.cast(names);
  }

  #onState() {
    // The socket may open before the player is there.
    this.#notice.show(this.#feed.state, this.player?.playhead.mode ?? "live");
    this.player?.wake();
  }

  /** @param {SceneRow[]} picture */
  #onScene(picture) {
    const { current, rows } = this.player;
    this.#watch?.show(rows, this.#fleet.isEmpty || this.#services.names.length > 0 || picture.length !== PAIR);
    this.#notice.show(this.#feed.state, this.player.playhead.mode);
    showEmpty(byId("empty"), this.#emptyKind(picture), () => openDialog("servers"));
    showNotice(byId("losses"), lossSentence(this.#model, current.take, rows.servers));
  }

  /**
   * @param {SceneRow[]} picture
   * @returns {EmptyKind | null}
   */
  #emptyKind(picture) {
    if (picture.some((row) => row.total)) return null;
    // What there is, is still on its way.
    if (this.#feed.state !== "closed" && !this.#feed.frames) return null;
    if (this.#feed.state === "closed") return "disconnected";
    if (this.#services.names.length) return this.#isAnythingLeftOut ? "left-out" : "quiet";
    if (this.#fleet.isEmpty) return "nobody";
    return this.#fleet.up ? "nothing" : "no-server";
  }

  /** Whether there are requests, and none of them is on the stage. */
  get #isAnythingLeftOut() {
    return this.#model.traces.size > 0;
  }

  #refreshFacts() {
    this.player.rows.refresh();
    this.#fleet.showCount();
    this.player.wake();
  }
}

/**
 * What can be handed out of the stage: a run is recorded by itself, requests of others once somebody keeps them.
 * @param {Player} player
 * @returns {Shareable}
 */
function shareable(player) {
  const { take } = player.current;
  if (!take) return { link: null, sentence: "Nothing is on the stage yet: every run that you fire is recorded." };
  const [first] = take.traces;
  if (first.run !== null)
    return {
      link: linkTo(take.key, player),
      sentence: take.open
        ? "This run is recorded when it ends; the link works from then on."
        : "This run is recorded.",
    };
  const { trace, recording } = byId("kept").dataset;
  const canKeep = byId("share").querySelector("[data-share=keep]") !== null;
  const link = trace === first.id && recording ? linkTo(recording, player) : null;
  const hint = canKeep ? "" : "; the presenter can keep them";
  return {
    link,
    keep: link ? null : [...new Set(take.traces.map(({ traceId }) => traceId))],
    sentence: `These requests were not fired from here, so they are not recorded automatically${hint}.`,
  };
}

/**
 * The address of the moment on the stage in a recording.
 * @param {string} recording
 * @param {Player} player
 */
function linkTo(recording, { current, playhead, inspector, rows }) {
  const { from, to } = current.take ?? { from: 0, to: 0 };
  const t = Math.max(from, Math.min(playhead.time(), to));
  const servers = rows.servers.map(({ name }) => name);
  const query = permalinkQuery({ t, from, subject: inspector.subject, servers });
  return `/recordings/${encodeURIComponent(recording)}?${query}`;
}
