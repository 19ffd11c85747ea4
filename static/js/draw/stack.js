// Many tokens in one place: three outlines behind each other and their number.

import { set, svg, write } from "../lib/dom.js";
import { body } from "./token.js";

const ORDER = ["blocking", "failed", "running", "waiting", "parked", "awaiting", "travelling", "done"];
const OFFSETS = [8, 4, 0];

/** Takes the state that most of its tokens are in. */
export class Stack {
  element = svg("g", { class: "stack", visibility: "hidden" });
  #built = "";
  #number = svg("text", { class: "token-number", "text-anchor": "middle", y: "0.355em" });

  /** Show {tokens, point, size}, or nothing. */
  show(pile, kind) {
    set(this.element, "visibility", pile ? "visible" : "hidden");
    if (!pile) return;
    const { shape } = pile.tokens[0];
    if (`${shape} ${kind}` !== this.#built) this.#build(shape, kind);
    set(this.element, "class", `stack token is-${commonest(pile.tokens)}`);
    set(this.element, "transform", `translate(${pile.point.x} ${pile.point.y}) scale(${pile.size / 30})`);
    write(this.#number, String(pile.tokens.length));
  }

  #build(shape, kind) {
    this.#built = `${shape} ${kind}`;
    const layers = OFFSETS.map((offset) =>
      svg("g", { transform: `translate(${offset - 3} ${offset - 5})` }, body(shape, kind, 1)),
    );
    layers.at(-1).append(this.#number);
    this.element.replaceChildren(...layers);
  }
}

function commonest(tokens) {
  const counts = new Map();
  for (const { state } of tokens) counts.set(state, (counts.get(state) ?? 0) + 1);
  return ORDER.filter((state) => counts.has(state)).sort((one, other) => counts.get(other) - counts.get(one))[0];
}
