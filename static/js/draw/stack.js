// @ts-check
// Many tokens in one place: three outlines behind each other and their number.

/** @import { Interface } from "../model/types.js" */
/** @import { Point, Shape, Token, TokenState } from "../scene/types.js" */

import { set, svg } from "../lib/dom.js";
import { body, writeNumber } from "./token.js";

/**
 * Of states that equally many tokens are in, the first one counts.
 * @type {TokenState[]}
 */
const ORDER = ["blocking", "failed", "running", "waiting", "parked", "awaiting", "travelling", "done"];
const OFFSETS = [8, 4, 0];

/** Takes the state that most of its tokens are in. */
export class Stack {
  element = svg("g", { class: "stack", visibility: "hidden" });
  #built = "";
  #number = svg("text", { class: "token-number", "text-anchor": "middle", y: "0.355em" });

  /**
   * Show a pile of tokens, or nothing.
   * @param {{ tokens: Token[], point: Point, size: number } | null} pile
   * @param {Interface} kind
   */
  show(pile, kind) {
    set(this.element, "visibility", pile ? "visible" : "hidden");
    if (!pile) return;
    this.#build(pile.tokens[0].shape, kind);
    set(this.element, "class", `stack token is-${commonest(pile.tokens)}`);
    set(this.element, "transform", `translate(${pile.point.x} ${pile.point.y}) scale(${pile.size / 30})`);
    writeNumber(this.#number, pile.tokens.length);
  }

  /**
   * @param {Shape} shape
   * @param {Interface} kind
   */
  #build(shape, kind) {
    if (`${shape} ${kind}` === this.#built) return;
    this.#built = `${shape} ${kind}`;
    const layers = OFFSETS.map((offset) =>
      svg("g", { transform: `translate(${offset - 3} ${offset - 5})` }, body(shape, kind, 1)),
    );
    layers.at(-1)?.append(this.#number);
    this.element.replaceChildren(...layers);
  }
}

/** @param {Token[]} tokens */
function commonest(tokens) {
  const number = (/** @type {TokenState} */ state) => tokens.filter((one) => one.state === state).length;
  return ORDER.reduce((best, state) => (number(state) > number(best) ? state : best));
}
