// @ts-check
// A lesson's page: the live stage, and the five steps that lead through it.

import { remember, rememberReply, remembered } from "../lesson/course-progress.js";
import { LessonSteps } from "../lesson/lesson-steps.js";
import { PredictionGate } from "../lesson/prediction-gate.js";
import { Prediction } from "../lesson/prediction.js";
import { listenToQuestions } from "../lesson/questions.js";
import { byId, closest, find, write } from "../lib/dom.js";
import { htmx, onHtmx } from "../lib/htmx.js";
import { openDialog } from "../panels/dialogs.js";
import { LiveStage } from "../player/live-stage.js";

/** @typedef {"toggle" | "forward" | "back" | "replay"} Order */

/** Steps at which nothing may give the answer away. */
const QUIET = new Set(["name", "predict"]);

class LessonPage {
  #stage = byId("stage");
  #lesson = byId("lesson").dataset.lesson ?? "";
  /** What fires the lesson; null for the class. */
  #measure = /** @type {HTMLFormElement | null} */ (document.getElementById("measure"));
  #prediction = new Prediction(byId("predict", HTMLFormElement));
  #asked = new URLSearchParams(location.search).get("attempt");
  #gate;
  #player;
  #steps;
  /** Whether something was fired since this page was opened. */
  #fired = false;
  #before = { ...attempt().dataset };

  constructor() {
    this.#gate = new PredictionGate(this.#lesson, {
      stage: this.#stage,
      form: this.#measure,
      drawn: byId("guess"),
      prediction: this.#prediction,
    });
    this.#player = new LiveStage(this.#orders()).player;
    this.#steps = new LessonSteps(this.#stage, find(document, ".beats"), (step) => this.#onStep(step));
    this.#listen();
  }

  /** Once htmx has seen the page. */
  async begin() {
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
      forward: (/** @type {string} */ key) => this.#move("forward", key === "PageDown" ? 1 : 0),
      back: (/** @type {string} */ key) => this.#move("back", key === "PageUp" ? -1 : 0),
      toggle: () => this.#watch("toggle"),
      replay: () => this.#watch("replay"),
    };
  }

  #listen() {
    onHtmx("htmx:configRequest", ({ detail }) => {
      if (detail.elt.closest("#attempt, .explain-due")) detail.parameters.guess = this.#gate.guess;
    });
    onHtmx("htmx:beforeRequest", ({ target }) => {
      if (target !== this.#measure) return;
      this.#fired = true;
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
    this.#gate.skip();
    this.#steps.go("fire");
  }

  /** @param {string} step */
  #onStep(step) {
    // First all figures; they make room for the timeline as soon as the film moves.
    if (step === "see") showFigures();
    // What was refused at one step does not concern the next.
    document.querySelector("#lesson > .problem")?.replaceChildren();
    if (!QUIET.has(step)) showCaptions();
    requestAnimationFrame(() => this.#player.fit());
  }

  /**
   * A clicker has two keys: they turn the steps, but for the one in which there is a film to move.
   * @param {Order} order
   * @param {number} turn
   */
  #move(order, turn) {
    if (turn && this.#steps.current !== "see") this.#turn(turn);
    else this.#watch(order);
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
    if (current === "predict" && (this.#prediction.hasGuess || !this.#gate.isOpen)) this.#prediction.submit();
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
   * Whoever moves the film wants to see its timeline; the figures have been read. It begins with the run that the
   * prediction was about, whatever came after it.
   * @param {Order} order
   */
  #watch(order) {
    if (this.#steps.current !== "see") {
      this.#player.playback[order]();
      return;
    }
    const { film, cast = "" } = attempt().dataset;
    if (this.#player.playhead.mode === "live" && film) this.#show(film, cast, order);
    else this.#moveFilm(order);
  }

  /**
   * Put a run of the attempt on the stage. One that the stage no longer has plays on a page of its own.
   * @param {string} film
   * @param {string} cast
   * @param {Order} order
   */
  #show(film, cast, order) {
    const isHere = this.#player.current.choose(film);
    if (!isHere && order === "replay") {
      location.assign(`/recordings/${encodeURIComponent(film)}`);
      return;
    }
    this.#player.rows.cast(cast.split(" "));
    this.#moveFilm(order);
  }

  /** @param {Order} order */
  #moveFilm(order) {
    byId("tab-lanes").click();
    this.#player.playback[order]();
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
    const { state = "", servers, attempt: id } = attempt().dataset;
    const wasRunning = this.#before.attempt === id && this.#before.state === "running";
    const isRunning = state === "running";
    this.#stage.dataset.attempt = state;
    if (isRunning && !wasRunning) this.#player.playback.live();
    if (isRunning || wasRunning)
      write(byId("lesson-said"), attempt().querySelector("[data-said]")?.textContent ?? "");
    if (servers && servers !== this.#before.servers) this.#player.rows.cast(servers.split(" "));
    if (state === "done" && wasRunning) remember(this.#lesson, { attempt: id, done: new Date().toISOString() });
    if (!isRunning && wasRunning && this.#steps.current === "fire") this.#steps.go("see");
    else this.#steps.show();
    this.#before = { ...attempt().dataset };
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

function showFigures() {
  byId("tab-figures").click();
}

listenToQuestions(rememberReply);
const page = new LessonPage();
// Not before htmx has seen the page.
addEventListener("load", () => page.begin());
