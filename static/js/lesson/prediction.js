// The prediction's form: a slider and a field that are one number, pictures to choose from, or labels to put in order.
// Whether it is a guess says the dashboard, which draws it.

import { nearest, roundStep } from "../lib/nice-number.js";

/** So many presses of an arrow lead along the axis, about. */
const KEY_STEPS = 30;
const STEP_KEYS = { ArrowUp: -1, ArrowDown: 1 };

export class Predicting {
  #form;

  constructor(form) {
    this.#form = form;
    const { slider } = form.elements;
    const list = form.querySelector(".order");
    if (slider) this.#dial(slider, form.elements.guess);
    if (list) this.#ordering(list);
  }

  get hasGuess() {
    const { guess } = this.#form.elements;
    return Boolean(guess.value?.trim());
  }

  /** Show a guess that was made before. */
  recall(text) {
    const { guess, slider } = this.#form.elements;
    const list = this.#form.querySelector(".order");
    if (list) this.#arrange(list, text.split(","));
    else guess.value = text;
    if (slider && guess.value) slider.value = guess.value;
    this.#mark();
  }

  #dial(slider, field) {
    slider.addEventListener("input", () => {
      field.value = nearest(Number(slider.value), slider.max - slider.min);
      this.#mark();
    });
    // A browser makes steps of a hundredth of the axis; in a range of "any" it would step by nothing.
    slider.addEventListener("keydown", (event) => this.#stepped(event, slider));
    // Firefox sends no form from a slider.
    slider.addEventListener("keydown", (event) => this.#sent(event));
    field.addEventListener("input", () => {
      const number = Number(field.value.replace(",", "."));
      if (field.value.trim() && Number.isFinite(number)) slider.value = number;
      this.#mark();
    });
  }

  /** Until there is a guess the slider's thumb is an offer, not an answer. */
  #mark() {
    const { slider, guess } = this.#form.elements;
    slider?.classList.toggle("is-set", guess.value.trim() !== "");
    slider?.setAttribute("aria-valuetext", guess.value.trim() || "no guess yet");
  }

  #stepped(event, slider) {
    const by = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    if (!by || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const step = roundStep((slider.max - slider.min) / KEY_STEPS);
    slider.value = Math.round(Number(slider.value) / step + by) * step;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  }

  #sent(event) {
    if (event.key !== "Enter") return;
    event.preventDefault();
    this.#form.requestSubmit();
  }

  #ordering(list) {
    const items = () => [...list.children];
    const note = () =>
      (this.#form.elements.guess.value = items()
        .map((item) => item.dataset.place)
        .join());
    const move = (item, by) => {
      const other = items()[items().indexOf(item) + by];
      if (!other) return;
      if (by < 0) other.before(item);
      else other.after(item);
      note();
    };
    list.addEventListener("click", ({ target }) => {
      const button = target.closest("[data-move]");
      if (!button) return;
      move(button.closest("li"), Number(button.dataset.move));
      button.focus();
    });
    list.addEventListener("keydown", (event) => {
      const by = STEP_KEYS[event.key];
      if (event.key === "Enter" && event.target.matches("li")) return this.#form.requestSubmit();
      if (!by) return;
      event.preventDefault();
      event.stopPropagation();
      move(event.target.closest("li"), by);
      event.target.focus();
    });
    note();
  }

  #arrange(list, places) {
    for (const place of places) {
      const item = list.querySelector(`[data-place="${CSS.escape(place)}"]`);
      if (item) list.append(item);
    }
    this.#form.elements.guess.value = [...list.children].map((item) => item.dataset.place).join();
  }
}
