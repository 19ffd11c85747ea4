// @ts-check
// The five steps of a lesson: which one is on, by stepper, buttons and keys. The style sheet lays the stage out for
// it.

import { closest, findAll } from "../lib/dom.js";

const STEPS = ["name", "predict", "fire", "see", "explain"];

export class LessonSteps {
  #stage;
  #stepper;
  #onChange;
  current = STEPS[0];

  /**
   * @param {HTMLElement} stage
   * @param {HTMLElement} stepper
   * @param {(step: string) => void} onChange called after each change
   */
  constructor(stage, stepper, onChange) {
    this.#stage = stage;
    this.#stepper = stepper;
    this.#onChange = onChange;
    document.addEventListener("click", (event) => {
      const { step, go = step } = closest(event, "[data-step], [data-go]")?.dataset ?? {};
      if (go) this.go(go);
    });
    this.show();
  }

  /**
   * The step that comes `by` later; undefined beyond the ends.
   * @param {number} by
   * @returns {string | undefined}
   */
  near(by) {
    return STEPS[STEPS.indexOf(this.current) + by];
  }

  /**
   * Go to a step and put the focus where its hand is.
   * @param {string} step
   */
  go(step) {
    if (!STEPS.includes(step)) return;
    // While something is fired there is nothing to see yet but the firing.
    this.current = this.#sections.some(({ dataset }) => dataset.beat === step) ? step : "fire";
    this.show();
    this.#onChange(this.current);
    this.#focus();
  }

  /** Show the current step, also after a part of the page was replaced. */
  show() {
    this.#stage.dataset.beat = this.current;
    for (const section of this.#sections) section.hidden = section.dataset.beat !== this.current;
    for (const step of findAll(this.#stepper, "[data-step]")) {
      if (step.dataset.step === this.current) step.setAttribute("aria-current", "step");
      else step.removeAttribute("aria-current");
    }
  }

  get #sections() {
    return findAll(this.#stage, ".beat[data-beat]");
  }

  #focus() {
    const section = this.#sections.find(({ dataset }) => dataset.beat === this.current);
    const hand = section?.querySelector("[data-hand]:not(:disabled)") ?? section;
    if (hand instanceof HTMLElement) hand.focus({ preventScroll: true });
  }
}
