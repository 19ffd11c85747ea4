// @ts-check
// Whether the class has predicted, or skipped that on purpose: until then nothing is fired. This browser remembers
// it.

/** @import { Progress } from "./course-progress.js" */
/** @import { Prediction } from "./prediction.js" */

import { find, html } from "../lib/dom.js";
import { remember, remembered } from "./course-progress.js";

const WITHOUT = {
  skipped: "Skipped on purpose: this time you only watch.",
  aloud: "Guessed aloud: keep in mind what was said.",
};

/**
 * The stage, the form that fires (null for the class), where the guess is drawn, and the form of the prediction.
 * @typedef {object} Parts
 * @property {HTMLElement} stage
 * @property {HTMLFormElement | null} form
 * @property {HTMLElement} drawn
 * @property {Prediction} prediction
 */

export class PredictionGate {
  #lesson;
  #parts;
  /** A guess of an earlier visit is drawn again without leading anywhere. */
  #recalling = false;

  /**
   * @param {string} lesson
   * @param {Parts} parts
   */
  constructor(lesson, parts) {
    this.#lesson = lesson;
    this.#parts = parts;
  }

  /** As text for an address; empty when there is none. */
  get guess() {
    return remembered(this.#lesson).guess ?? "";
  }

  get isOpen() {
    return Boolean(this.guess || remembered(this.#lesson).skipped);
  }

  /** Ask for the drawing of an earlier guess. */
  recall() {
    this.#recalling = this.guess !== "";
    if (this.#recalling) this.#parts.prediction.recall(this.guess);
    this.#show();
  }

  /** The guess was drawn. Returns whether it is a new one. */
  take() {
    const drawn = /** @type {HTMLElement | null} */ (this.#parts.drawn.querySelector("[data-guess]"));
    const { guess, words } = drawn?.dataset ?? {};
    const isNew = Boolean(guess) && !this.#recalling;
    this.#recalling = false;
    if (isNew) this.#decide({ guess, words, skipped: false, aloud: false });
    return isNew;
  }

  /**
   * Go on without a guess that is written down: it was said aloud, or skipped on purpose.
   * @param {"skipped" | "aloud"} how
   */
  skip(how) {
    this.#decide({ guess: "", words: "", skipped: true, aloud: how === "aloud" });
  }

  /** @param {Progress} values */
  #decide(values) {
    remember(this.#lesson, values);
    this.#show();
  }

  #show() {
    const { stage, form, drawn } = this.#parts;
    const isSkipped = this.isOpen && !this.guess;
    stage.toggleAttribute("data-decided", this.isOpen);
    const { aloud } = remembered(this.#lesson);
    if (isSkipped) drawn.replaceChildren(html("p", { class: "no-guess" }, WITHOUT[aloud ? "aloud" : "skipped"]));
    if (!form) return;
    find(form, "[name=guess]", HTMLInputElement).value = this.guess;
    find(form, "[name=skip]", HTMLInputElement).value = isSkipped ? "1" : "";
    find(form, ".is-fire", HTMLButtonElement).disabled = !this.isOpen;
  }
}
