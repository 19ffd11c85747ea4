// Whether somebody has predicted, or skipped that on purpose: until then nothing is fired. This browser remembers it.

import { html } from "../lib/dom.js";
import { remember, remembered } from "./course-progress.js";

const SKIPPED = "Skipped on purpose: this time you only watch.";

export class Decision {
  #lesson;
  #parts;
  /** A guess of an earlier visit is drawn again without leading anywhere. */
  #recalling = false;

  /** `parts`: stage, form (what fires; null for the class), drawn (where the guess is drawn), predicting. */
  constructor(lesson, parts) {
    this.#lesson = lesson;
    this.#parts = parts;
  }

  /** As text for an address; empty when there is none. */
  get guess() {
    return remembered(this.#lesson).guess ?? "";
  }

  get isMade() {
    return Boolean(this.guess || remembered(this.#lesson).skipped);
  }

  /** Ask for the drawing of an earlier guess. */
  recall() {
    const { predicting, prediction } = this.#parts;
    this.#recalling = this.guess !== "";
    if (this.#recalling) {
      predicting.recall(this.guess);
      prediction.requestSubmit();
    }
    this.#show();
  }

  /** The guess was drawn. Returns whether it is a new one. */
  take() {
    const { guess, words } = this.#parts.drawn.querySelector("[data-guess]")?.dataset ?? {};
    const isNew = Boolean(guess) && !this.#recalling;
    this.#recalling = false;
    if (isNew) this.#make({ guess, words, skipped: false });
    return isNew;
  }

  skip() {
    this.#make({ guess: "", words: "", skipped: true });
  }

  #make(values) {
    remember(this.#lesson, values);
    this.#show();
  }

  #show() {
    const { stage, form, drawn } = this.#parts;
    stage.toggleAttribute("data-decided", this.isMade);
    if (this.isMade && !this.guess) drawn.replaceChildren(html("p", { class: "no-guess" }, SKIPPED));
    if (!form) return;
    form.elements.guess.value = this.guess;
    form.elements.skip.value = this.isMade && !this.guess ? "1" : "";
    form.querySelector(".is-fire").disabled = !this.isMade;
  }
}
