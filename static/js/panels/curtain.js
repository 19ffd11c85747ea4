// @ts-check
// The black screen that a clicker orders while its lecturer speaks. Whatever is ordered then lifts it first.

import { byId } from "../lib/dom.js";

export class Curtain {
  #element = byId("curtain");
  /** Called after it was drawn or lifted. */
  onChange = () => {};

  get isDown() {
    return !this.#element.hidden;
  }

  toggle() {
    this.set(!this.isDown);
  }

  /** @param {boolean} isDown */
  set(isDown) {
    if (isDown === this.isDown) return;
    this.#element.hidden = !isDown;
    this.onChange();
  }
}
