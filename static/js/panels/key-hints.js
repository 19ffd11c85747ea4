// @ts-check
// Shows the table of keys: all of them in the help, and for a second the one that was pressed, as a class sees no
// fingers.

/** @import { KeyLine, KeyState } from "./keymap.js" */

import { html } from "../lib/dom.js";
import { KEYMAP, hintOf, nameOf } from "./keymap.js";

const SHOWN_MS = 1000;
/** What the browser itself does with keys. */
const BROWSERS = { keys: ["Tab", "Enter"], does: "go to, open" };

/**
 * Fill the list of the help with the keys whose orders this page has.
 * @param {HTMLElement} list
 * @param {Record<string, unknown>} orders
 */
export function listKeys(list, orders) {
  const lines = [...KEYMAP.filter(({ order }) => orders[order]), BROWSERS];
  const entries = lines.map(({ keys, does }) => html("div", {}, html("dt", {}, ...caps(keys)), html("dd", {}, does)));
  list.replaceChildren(...entries);
}

/** The hint of the pressed key. */
export class PressedKey {
  #element;
  #state;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {HTMLElement} element
   * @param {() => KeyState} state what came of a key
   */
  constructor(element, state) {
    this.#element = element;
    this.#state = state;
  }

  /**
   * @param {string} key
   * @param {KeyLine} line
   */
  show(key, line) {
    const hint = hintOf(line, this.#state());
    this.#element.replaceChildren(...caps([key]), html("span", {}, hint));
    this.#element.hidden = hint === "";
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.#element.hidden = true), SHOWN_MS);
  }
}

/**
 * Keys as they are printed, with a space between two of them.
 * @param {string[]} keys
 */
function caps(keys) {
  return keys.flatMap((key, i) => [...(i ? [" "] : []), html("kbd", {}, nameOf(key))]);
}
