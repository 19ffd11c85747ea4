// @ts-check
// The prediction's form: a slider and a field that are one number, pictures to choose from, or labels to put in
// order. The dashboard says whether it is a guess, and draws it.

import { closest } from "../lib/dom.js";
import { nearest, roundStep } from "../lib/nice-number.js";

/** So many presses of an arrow lead along the axis, about. */
const KEY_STEPS = 30;
/** @type {Record<string, number | undefined>} */
const SLIDER_KEYS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 };
/** @type {Record<string, number | undefined>} */
const ORDER_KEYS = { ArrowUp: -1, ArrowDown: 1 };

export class Prediction {
  #form;
  /** @type {HTMLInputElement | null} */
  #slider;
  /** @type {HTMLElement | null} */
  #list;

  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.#form = form;
    this.#slider = form.querySelector("[name=slider]");
    this.#list = form.querySelector(".order");
    if (this.#slider) this.#listenToSlider(this.#slider);
    if (this.#list) this.#listenToList(this.#list);
  }

  get hasGuess() {
    return this.#guess.value.trim() !== "";
  }

  /** Have the guess drawn. */
  submit() {
    this.#form.requestSubmit();
  }

  /**
   * Show a guess that was made before, and have it drawn.
   * @param {string} text
   */
  recall(text) {
    if (this.#list) this.#arrange(this.#list, text.split(","));
    else this.#guess.value = text;
    if (this.#slider && this.#guess.value) this.#slider.value = this.#guess.value;
    this.#mark();
    this.submit();
  }

  /** The field of the guess, or the pictures to choose from. */
  get #guess() {
    return /** @type {HTMLInputElement | RadioNodeList} */ (this.#form.elements.namedItem("guess"));
  }

  /** @param {HTMLInputElement} slider */
  #listenToSlider(slider) {
    slider.addEventListener("input", () => {
      this.#guess.value = nearest(Number(slider.value), lengthOf(slider));
      this.#mark();
    });
    // A browser makes steps of a hundredth of the axis; in a range of "any" it would step by nothing.
    slider.addEventListener("keydown", (event) => {
      stepSlider(event, slider);
      // Firefox sends no form from a slider.
      if (event.key !== "Enter") return;
      event.preventDefault();
      this.submit();
    });
    const field = this.#guess;
    if (!(field instanceof HTMLInputElement)) return;
    field.addEventListener("input", () => {
      const number = Number(field.value.replace(",", "."));
      if (field.value.trim() && Number.isFinite(number)) slider.value = String(number);
      this.#mark();
    });
  }

  /** Until there is a guess the slider's thumb is an offer, not an answer. */
  #mark() {
    const text = this.#guess.value.trim();
    this.#slider?.classList.toggle("is-set", text !== "");
    this.#slider?.setAttribute("aria-valuetext", text || "no guess yet");
  }

  /** @param {HTMLElement} list */
  #listenToList(list) {
    list.addEventListener("click", (event) => {
      const button = closest(event, "[data-move]");
      if (!button) return;
      this.#move(list, button.closest("li"), Number(button.dataset.move));
      button.focus();
    });
    list.addEventListener("keydown", (event) => {
      const item = closest(event, "li");
      const by = ORDER_KEYS[event.key];
      if (event.key === "Enter" && event.target === item) this.submit();
      if (!by) return;
      event.preventDefault();
      event.stopPropagation();
      this.#move(list, item, by);
      if (event.target instanceof HTMLElement) event.target.focus();
    });
    // The order in which they are listed is nobody's guess until something was moved.
  }

  /**
   * Move an item up (-1) or down (+1).
   * @param {HTMLElement} list
   * @param {Element | null} item
   * @param {number} by
   */
  #move(list, item, by) {
    const other = by < 0 ? item?.previousElementSibling : item?.nextElementSibling;
    if (!item || !other) return;
    if (by < 0) other.before(item);
    else other.after(item);
    this.#note(list);
  }

  /**
   * @param {HTMLElement} list
   * @param {string[]} places
   */
  #arrange(list, places) {
    for (const place of places) {
      const item = list.querySelector(`[data-place="${CSS.escape(place)}"]`);
      if (item) list.append(item);
    }
    this.#note(list);
  }

  /**
   * The order of the list is the guess, once somebody has put it so.
   * @param {HTMLElement} list
   */
  #note(list) {
    const items = /** @type {HTMLElement[]} */ ([...list.children]);
    this.#guess.value = items.map(({ dataset }) => dataset.place).join(",");
  }
}

/**
 * @param {KeyboardEvent} event
 * @param {HTMLInputElement} slider
 */
function stepSlider(event, slider) {
  const by = SLIDER_KEYS[event.key];
  if (!by || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const step = roundStep(lengthOf(slider) / KEY_STEPS);
  slider.value = String(Math.round(Number(slider.value) / step + by) * step);
  slider.dispatchEvent(new Event("input", { bubbles: true }));
}

/** @param {HTMLInputElement} slider */
function lengthOf({ min, max }) {
  return Number(max) - Number(min);
}
