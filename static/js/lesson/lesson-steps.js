// The five beats of a lesson: which one is on, by stepper, buttons and keys. The style sheet lays the stage out for it.

export const BEATS = ["name", "predict", "fire", "see", "explain"];

export class Beats {
  #stage;
  #sections;
  #steps;
  #onChange;
  current = BEATS[0];

  /** `onChange(beat)` is called after each change. */
  constructor(stage, steps, onChange) {
    this.#stage = stage;
    this.#steps = [...steps.querySelectorAll("[data-step]")];
    this.#sections = () => stage.querySelectorAll(".beat[data-beat]");
    this.#onChange = onChange;
    document.addEventListener("click", ({ target }) => {
      const button = target.closest?.("[data-step], [data-go]");
      if (button) this.go(button.dataset.step ?? button.dataset.go);
    });
    this.show();
  }

  /** The beat that comes `by` later; undefined beyond the ends. */
  near(by) {
    return BEATS[BEATS.indexOf(this.current) + by];
  }

  /** Go to a beat and put the focus where its hand is. */
  go(beat) {
    if (!BEATS.includes(beat)) return;
    // While something is fired there is nothing to see yet but the firing.
    this.current = [...this.#sections()].some((one) => one.dataset.beat === beat) ? beat : "fire";
    this.show();
    this.#onChange(this.current);
    this.#focus();
  }

  /** Also after a part of the page was replaced. */
  show() {
    this.#stage.dataset.beat = this.current;
    for (const section of this.#sections()) section.hidden = section.dataset.beat !== this.current;
    for (const step of this.#steps) {
      if (step.dataset.step === this.current) step.setAttribute("aria-current", "step");
      else step.removeAttribute("aria-current");
    }
  }

  #focus() {
    const section = [...this.#sections()].find((one) => one.dataset.beat === this.current);
    const hand = section?.querySelector("[data-hand]:not(:disabled)") ?? section;
    hand?.focus({ preventScroll: true });
  }
}
