// Shows the table of keys: all of them in the help, and for a second the one that was pressed, as a class sees no fingers.

import { html } from "../lib/dom.js";
import { KEYMAP, nameOf, told } from "./keymap.js";

const SHOWN_MS = 1000;
/** What the browser itself does with keys. */
const BROWSERS = { keys: ["Tab", "Enter"], does: "go to, open" };

/** Fill the list of the help with the keys whose orders this page has. */
export function listKeys(list, orders) {
  const lines = [...KEYMAP.filter(({ order }) => orders[order]), BROWSERS];
  list.replaceChildren(
    ...lines.map(({ keys, does }) => html("div", {}, html("dt", {}, ...caps(keys)), html("dd", {}, does))),
  );
}

/** The hint of the pressed key; `state()` is what came of it. */
export class PressedKey {
  #element;
  #state;
  #timer;

  constructor(element, state) {
    this.#element = element;
    this.#state = state;
  }

  show(key, line) {
    this.#element.replaceChildren(...caps([key]), html("span", {}, told(line, this.#state())));
    this.#element.hidden = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.#element.hidden = true), SHOWN_MS);
  }
}

/** Keys as they are printed, with a space between two of them. */
function caps(keys) {
  return keys.flatMap((key, i) => [...(i ? [" "] : []), html("kbd", {}, nameOf(key))]);
}
