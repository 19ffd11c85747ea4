// @ts-check
// A lesson's page: the live stage, and the five steps that lead through it.

import { remember, rememberReply, remembered } from "../lesson/course-progress.js";
import { GoTo } from "../lesson/go-to.js";
import { LectureLink } from "../lesson/lecture-link.js";
import { LessonFilms } from "../lesson/lesson-films.js";
import { LessonSteps } from "../lesson/lesson-steps.js";
import { PredictionGate } from "../lesson/prediction-gate.js";
import { Prediction } from "../lesson/prediction.js";
import { listenToQuestions } from "../lesson/questions.js";
import { byId, closest, find, write } from "../lib/dom.js";
import { htmx, onHtmx } from "../lib/htmx.js";
import { openDialog } from "../panels/dialogs.js";
import { LiveStage } from "../player/live-stage.js";

/** @import { Player } from "../player/player.js" */

/** @typedef {"toggle" | "forward" | "back" | "replay"} Order */

/** Steps at which nothing may give the answer away. */
const QUIET = new Set(["name", "predict"]);

/** How much of the explanation a clicker scrolls on, and what is too little to be worth it. */
const READ_SHARE = 0.8;
const READ_PX = 8;

class LessonPage {
  #stage = byId("stage");
  #lesson = byId("lesson").dataset.lesson ?? "";
  /** What fires the lesson; null for the class. */
  #measure = /** @type {HTMLFormElement | null} */ (document.getElementById("measure"));
  #prediction = new Prediction(byId("predict", HTMLFormElement));
  #asked = new URLSearchParams(location.search).get("attempt");
  #films = new LessonFilms();
  #goTo = new GoTo();
  /**
   * Null for the class, which follows nothing yet.
   * @type {LectureLink | null}
   */
  #link = null;
  #gate;
  /** @type {Player} */
  #player;
  #steps;
  /** Whether something was fired since this page was opened. */
  #fired = false;
  /** The key of the take whose film has been begun. */
  #watched = "";
  #before = { ...attempt().dataset };

  constructor() {
    this.#gate = new PredictionGate(this.#lesson, {
      stage: this.#stage,
      form: this.#measure,
      drawn: byId("guess"),
      prediction: this.#prediction,
    });
    this.#player = new LiveStage(this.#orders(), { films: this.#films }).player;
    if (byId("lesson").dataset.presenter !== undefined) this.#link = this.#makeLink();
    this.#steps = new LessonSteps(this.#stage, find(document, ".beats"), (step) => this.#onStep(step));
    this.#listen();
  }

  /** Once htmx has seen the page. */
  async begin() {
    this.#link?.tell();
    this.#gate.recall();
    await this.#ask();
    if (this.#asked) this.#steps.go("see");
    else this.#beginLater();
  }

  /** Who comes back from a variation is past the figures, and a variation itself begins with its question. */
  #beginLater() {
    const beat = new URLSearchParams(location.search).get("beat");
    if (beat === "explain" && remembered(this.#lesson).done) this.#steps.go("explain");
    else if (/[a-z]$/.test(this.#lesson)) this.#steps.go("predict");
  }

  #orders() {
    return {
      fire: () => this.#fire(),
      nextBeat: () => this.#turn(1),
      lastBeat: () => this.#turn(-1),
      prove: () => openDialog("proving"),
      goTo: () => this.#goTo.open(),
      speaker: () => void open("/speaker", "gatescope-speaker", "popup,width=1000,height=900"),
      freeze: () => this.#link?.toggleFreeze(),
      present: () => this.#present(),
      onward: () => this.#clickOn(),
      backward: () => this.#clickBack(),
      forward: () => this.#watch("forward"),
      back: () => this.#watch("back"),
      toggle: () => this.#watch("toggle"),
      replay: () => this.#watch("replay"),
    };
  }

  #makeLink() {
    const { curtain } = this.#player;
    const link = new LectureLink({
      press: (key) => this.#player.press(key),
      blank: (isBlank) => curtain.set(isBlank),
      freeze: (isFrozen) => this.#freeze(isFrozen),
      where: () => ({
        lesson: this.#lesson,
        beat: this.#steps.current,
        guess: remembered(this.#lesson).words ?? "",
        playlist: new URLSearchParams(location.search).get("list") ?? "",
      }),
    });
    curtain.onChange = () => link.tellBlank(curtain.isDown);
    return link;
  }

  /** @param {boolean} isFrozen */
  #freeze(isFrozen) {
    if (isFrozen === "frozen" in this.#stage.dataset) return;
    this.#stage.toggleAttribute("data-frozen", isFrozen);
    if (isFrozen && this.#player.playhead.mode === "replay") this.#player.playback.toggle();
    if (!isFrozen) this.#follow();
  }

  #listen() {
    onHtmx("htmx:configRequest", ({ detail }) => {
      if (detail.elt.closest("#attempt, .explain-due")) detail.parameters.guess = this.#gate.guess;
    });
    onHtmx("htmx:beforeRequest", ({ target }) => {
      if (target !== this.#measure) return;
      this.#fired = true;
      this.#films.expect(this.#player.runs);
      this.#player.playback.live();
    });
    onHtmx("htmx:afterSwap", ({ detail }) => {
      if (detail.target.id === "guess") this.#takeGuess();
      if (detail.target.id === "captions") this.#player.rows.refresh();
      if (detail.target.id === "attempt") this.#follow();
    });
    document.addEventListener("click", (event) => this.#clicked(event));
  }

  /** @param {Event} event */
  #clicked(event) {
    const { replay, cast = "" } = closest(event, "[data-replay]")?.dataset ?? {};
    if (replay) this.#show(replay, cast, "replay");
    if (closest(event, "[data-play]")) this.#watch("replay");
    if (!closest(event, "[data-skip]")) return;
    this.#gate.skip("skipped");
    this.#steps.go("fire");
  }

  /** @param {string} step */
  #onStep(step) {
    this.#films.turnTo(step);
    this.#player.current.recut();
    // First all figures; they make room for the timeline as soon as the film moves.
    if (step === "see") this.#openFilm();
    else this.#putFilmAway();
    // What was refused at one step does not concern the next.
    document.querySelector("#lesson > .problem")?.replaceChildren();
    if (!QUIET.has(step)) showCaptions();
    this.#link?.tell();
    requestAnimationFrame(() => this.#player.fit());
  }

  #putFilmAway() {
    const { rows, playback } = this.#player;
    rows.lend();
    playback.live();
  }

  /** Put what the lesson compares on the stage, at its end: everything is back, and the replay is offered. */
  async #openFilm() {
    showFigures();
    const { attempt: id = "", state, film, cast = "" } = attempt().dataset;
    if (state !== "done") return;
    const servers = await this.#films.load(id).catch(() => null);
    if (this.#steps.current !== "see") return;
    const { current, rows, playback } = this.#player;
    current.recut();
    for (const server of servers ?? []) rows.offer(server);
    rows.lend(servers?.map(({ name }) => name) ?? cast.split(" "));
    current.follow();
    if (!servers && film) current.choose(film);
    playback.end();
  }

  /**
   * What a press of a clicker does: it has two keys, and they lead through all of the lesson. In *see* the first
   * press plays the slow replay, one during it goes to its end, and from there it goes on.
   * @returns {unknown}
   */
  #clickOn() {
    const { playhead, playback, current } = this.#player;
    const { current: step } = this.#steps;
    if (step === "predict" && !this.#prediction.hasGuess && !this.#gate.isOpen) return this.#guessAloud();
    if (step === "explain" && readsOn()) return true;
    if (step !== "see" || !current.take) return this.#turn(1);
    if (playhead.mode === "replay") return playback.end();
    if (this.#watched === current.take.key && playhead.time() >= current.take.to) return this.#turn(1);
    return this.#watch(this.#watched === current.take.key ? "toggle" : "replay");
  }

  /**
   * Back from a film that has been begun is to its start, from there to the step before.
   * @returns {unknown}
   */
  #clickBack() {
    const { playhead, playback, current } = this.#player;
    if (this.#steps.current !== "see" || !current.take || !this.#watched) return this.#turn(-1);
    this.#watched = playhead.time() > current.take.from ? this.#watched : "";
    return this.#watched ? playback.rewind() : this.#turn(-1);
  }

  /** What the start button of a clicker sends: it must never reload the page. */
  #present() {
    if (!this.#player.settings.projected) this.#player.settings.project();
    if (!document.fullscreenElement) document.documentElement.requestFullscreen().catch(() => {});
  }

  /** A class that has guessed aloud has predicted; the next press fires. */
  #guessAloud() {
    this.#gate.skip("aloud");
    this.#steps.go("fire");
  }

  /**
   * Go one step on or back, and fire or predict where that is the next thing to do.
   * @param {number} by
   */
  #turn(by) {
    if (by > 0 ? this.#actsFirst() : this.#returnsToFigures()) return;
    const step = this.#steps.near(by);
    if (step) this.#steps.go(step);
    else document.getElementById(by > 0 ? "lesson-after" : "lesson-before")?.click();
  }

  /** Do what has to be done before the next step. Returns whether there was something. */
  #actsFirst() {
    const { current } = this.#steps;
    if (current === "predict" && this.#prediction.hasGuess) this.#prediction.submit();
    else if (current === "fire" && this.#measure && this.#gate.isOpen && !this.#fired) this.#fire();
    else return false;
    return true;
  }

  /** On a projector the figures stand behind the timeline. Returns whether they are shown now. */
  #returnsToFigures() {
    const isBehind = byId("tab-figures").ariaSelected === "false";
    if (this.#steps.current !== "see" || !this.#player.settings.projected || !isBehind) return false;
    showFigures();
    return true;
  }

  #fire() {
    this.#steps.go("fire");
    if (this.#measure && this.#gate.isOpen && attempt().dataset.state !== "running") this.#measure.requestSubmit();
  }

  /**
   * Whoever moves the film wants to see its timeline; the figures have been read.
   * @param {Order} order
   */
  #watch(order) {
    if (this.#steps.current === "see") byId("tab-lanes").click();
    if (order === "replay" || order === "toggle") this.#watched = this.#player.current.take?.key ?? "";
    this.#player.playback[order]();
  }

  /**
   * Put one run of the attempt on the stage. It plays on a page of its own where the stage no longer has it.
   * @param {string} run
   * @param {string} cast
   * @param {Order} order
   */
  #show(run, cast, order) {
    if (!this.#player.current.choose(run)) {
      location.assign(`/recordings/${encodeURIComponent(run)}`);
      return;
    }
    this.#player.rows.cast(cast.split(" "));
    this.#watch(order);
  }

  /** Ask for the attempt that the address names, else the one under way or the newest of this lesson. */
  #ask() {
    const address = this.#asked
      ? `/attempts/${encodeURIComponent(this.#asked)}`
      : `/lessons/${encodeURIComponent(this.#lesson)}/attempts`;
    const values = { guess: this.#gate.guess };
    return htmx().ajax("GET", address, { source: "#lesson", target: "#attempt", swap: "outerHTML", values });
  }

  /** The attempt has news: rows follow what is fired, and its end leads to the figures. */
  #follow() {
    if (this.#link?.isFrozen) return;
    const { state = "", attempt: id, runs = "" } = attempt().dataset;
    const wasRunning = this.#before.attempt === id && this.#before.state === "running";
    const isRunning = state === "running";
    this.#films.follow({ runs: runs.split(" ").filter(Boolean), isRunning });
    this.#player.current.recut();
    this.#stage.dataset.attempt = state;
    if (isRunning) this.#followFiring(wasRunning);
    if (isRunning || wasRunning)
      write(byId("lesson-said"), attempt().querySelector("[data-said]")?.textContent ?? "");
    if (state === "done" && wasRunning) remember(this.#lesson, { attempt: id, done: new Date().toISOString() });
    if (!isRunning && wasRunning && this.#steps.current === "fire") this.#steps.go("see");
    else this.#steps.show();
    this.#before = { ...attempt().dataset };
  }

  /**
   * The rows show the servers that are fired at.
   * @param {boolean} wasRunning
   */
  #followFiring(wasRunning) {
    const { servers } = attempt().dataset;
    if (!wasRunning) this.#player.playback.live();
    if (servers && servers !== this.#before.servers) this.#player.rows.cast(servers.split(" "));
  }

  /** The guess is drawn: Fire is free, and what was measured before is seen beside it. */
  #takeGuess() {
    if (!this.#gate.take()) return;
    this.#steps.go("fire");
    if (attempt().dataset.state === "done") this.#ask();
  }
}

/** The dashboard replaces it, so nothing is kept of it. */
function attempt() {
  return byId("attempt");
}

/** Fetch what the servers are there for, once. */
function showCaptions() {
  const captions = byId("captions");
  if (!captions.childElementCount) htmx().trigger(captions, "due");
}

/** Scroll on where the explanation is longer than the window. Returns whether there was more. */
function readsOn() {
  const text = document.querySelector(".explain-text");
  if (!text || text.scrollTop + text.clientHeight >= text.scrollHeight - READ_PX) return false;
  text.scrollBy({ top: text.clientHeight * READ_SHARE });
  return true;
}

function showFigures() {
  byId("tab-figures").click();
}

listenToQuestions(rememberReply);
const page = new LessonPage();
// Not before htmx has seen the page.
addEventListener("load", () => page.begin());
