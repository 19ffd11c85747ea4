// @ts-check
// One place of a row: a box with its name, its two lines of caption and, when crowded, a stack.

/** @import { Interface, Place } from "../model/types.js" */
/** @import { Measure } from "../lib/ellipsis.js" */
/** @import { Box, Gateway, Slots, Token } from "../scene/types.js" */

import { set, svg, write } from "../lib/dom.js";
import { fitted, measureIn } from "../lib/ellipsis.js";
import { captionLines } from "../scene/layout.js";
import { FOLDED_NAMES } from "../scene/places.js";
import { Stack } from "./stack.js";

export class PlaceView {
  #box = svg("rect", { class: "place-box" });
  #name = svg("text", { class: "place-name", "text-anchor": "middle" });
  #strong = svg("text", { class: "caption", "text-anchor": "middle" });
  #quiet = svg("text", { class: "caption is-quiet", "text-anchor": "middle" });
  stack = new Stack();
  #full = "";
  #folded = false;
  #lower = 0;
  #centre = 0;
  #room = 0;
  #lines = 2;
  /** @type {Measure} */
  #bold = () => 0;
  /** @type {Measure} */
  #light = () => 0;

  /** @param {Place} place */
  constructor(place) {
    this.element = svg("g", { class: "place", role: "button", tabindex: 0, "data-box": place });
    // With spaces, as in the label: an audit reads the texts one after the other.
    this.element.append(this.#box, this.#name, " ", this.#strong, " ", this.#quiet);
  }

  /** @param {string} name */
  rename(name) {
    this.#full = name;
    this.#writeName();
  }

  /** In px, as the style sheet says. */
  get labelSize() {
    return parseFloat(getComputedStyle(this.#name).fontSize);
  }

  /**
   * Stand in a box, with the name on one line or folded into two.
   * @param {Box} box
   * @param {number} unit
   * @param {boolean} folded
   */
  move(box, unit, folded) {
    const shape = { x: box.x, y: box.y, width: box.w, height: box.h, rx: 12 * unit };
    for (const [name, value] of Object.entries(shape)) set(this.#box, name, value);
    const bottom = box.y + box.h;
    this.#lines = captionLines(box, unit);
    this.#lower = bottom - 9 * unit;
    this.#centre = box.y + box.h / 2 + 5 * unit;
    this.#stand(this.#name, box, box.y - 8 * unit);
    this.#stand(this.#strong, box, bottom - (this.#lines < 2 ? 9 : 26) * unit);
    this.#stand(this.#quiet, box, this.#lower);
    this.#folded = folded;
    this.#writeName();
    this.#room = box.w - 2.5 * unit;
    this.#bold = measureIn(this.#strong);
    this.#light = measureIn(this.#quiet);
  }

  /**
   * @param {SVGTextElement} text
   * @param {Box} box
   * @param {number} y
   */
  #stand(text, box, y) {
    set(text, "x", box.x + box.w / 2);
    set(text, "y", y);
  }

  /** The last line stands on the name's place, one before it above. */
  #writeName() {
    const lines = (this.#folded && FOLDED_NAMES[this.#full]) || [this.#full];
    const x = this.#name.getAttribute("x") ?? 0;
    this.#name.replaceChildren(
      ...lines.map((line, i) => svg("tspan", { x, dy: i ? "1em" : `${1 - lines.length}em` }, line)),
    );
  }

  /**
   * Write the caption of the tokens that are here, and stack them where they have no slots of their own.
   * @param {Token[]} tokens
   * @param {string[]} caption
   * @param {Interface} kind
   * @param {Slots} slots
   */
  say(tokens, [strong, quiet], kind, { stack, size }) {
    const isFull = this.#lines === 0 && (tokens.length > 0 || strong !== "");
    write(this.#strong, isFull ? "" : fitted(strong, this.#room, this.#bold));
    write(this.#quiet, isFull || (this.#lines < 2 && strong) ? "" : fitted(quiet, this.#room, this.#light));
    set(this.#quiet, "y", strong || tokens.length ? this.#lower : this.#centre);
    const captions = [this.#strong.textContent, this.#quiet.textContent].filter(Boolean);
    // All that is seen: who speaks to the page says what stands there.
    set(this.element, "aria-label", [this.#full, ...captions].join(" "));
    this.mark(tokens.some((token) => token.state !== "done"));
    this.stack.show(stack && tokens.length ? { tokens, point: stack, size } : null, kind);
  }

  /** @param {boolean} unused */
  markUnused(unused) {
    this.element.classList.toggle("is-unused", unused);
  }

  /**
   * @param {boolean} active
   * @param {Gateway["state"]} [state]
   */
  mark(active, state) {
    this.element.classList.toggle("is-active", active);
    this.element.classList.toggle("is-blocked", state === "blocked");
  }
}
