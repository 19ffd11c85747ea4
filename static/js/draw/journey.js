// @ts-check
// One server's row as SVG: seven boxes that never move and the tokens that travel between them.

/** @import { Interface, Place } from "../model/types.js" */
/** @import { Box, SceneRow, Slots, Token } from "../scene/types.js" */

import { set, svg } from "../lib/dom.js";
import { caption } from "../scene/captions.js";
import { boxes, folds, slots, track } from "../scene/layout.js";
import { PLACE_NAMES } from "../scene/places.js";
import { PLACES } from "../scene/scene.js";
import { tokenLabel } from "../scene/sentences.js";
import { Outlines } from "./outlines.js";
import { PlaceView } from "./place-view.js";
import { TokenView } from "./token.js";
import { LoopSign, heldSigns } from "./worker-sign.js";

/** Draws rows of the scene into an empty svg element. */
export class Journey {
  /** @type {Interface | null} */
  #interface = null;
  #places = /** @type {Record<Place, PlaceView>} */ (
    Object.fromEntries(PLACES.map((place) => [place, new PlaceView(place)]))
  );
  /** @type {Map<string, TokenView>} */
  #tokens = new Map();
  #layer = svg("g");
  #trails = svg("g", { "aria-hidden": "true" });
  #stacks = svg("g");
  #loop = new LoopSign();
  #held = svg("g", { class: "held" });
  #ghosts = new Outlines();
  #line = svg("path", { class: "track" });
  /** @type {Record<Place, Box> | null} */
  #boxes = null;
  #unit = 1;

  /** @param {SVGSVGElement} root */
  constructor(root) {
    root.append(this.#line);
    for (const view of Object.values(this.#places)) {
      root.append(view.element);
      this.#stacks.append(view.stack.element);
    }
    // Stacks on top: a token that joins one vanishes behind it.
    root.append(this.#ghosts.element, this.#held, this.#loop.element, this.#trails, this.#layer, this.#stacks);
  }

  /**
   * Fit the drawing to `width` × `height` px; `unit` is one design pixel. No view box: text would shrink with it.
   * @param {number} width
   * @param {number} height
   * @param {number} unit
   */
  resize(width, height, unit) {
    const label = this.#places.view.labelSize / unit;
    const folded = folds(width, unit, label);
    const found = boxes(width, height, unit, label);
    this.#boxes = found;
    this.#unit = unit;
    set(this.#line, "d", track(found, unit));
    for (const place of PLACES) this.#places[place].move(found[place], unit, folded);
  }

  /**
   * Show a row. Returns whether something still moves.
   * @param {SceneRow} row
   * @param {number} t
   * @param {number} now
   * @param {boolean} reduced
   */
  render(row, t, now, reduced) {
    if (!this.#boxes) return false;
    this.#use(row.server.interface);
    const gone = new Set(this.#tokens.keys());
    for (const place of PLACES) {
      this.#renderPlace(place, row, this.#boxes[place], { now, reduced });
      for (const token of row.places[place]) gone.delete(token.id);
    }
    for (const id of gone) this.#remove(id);
    this.#ghosts.show(row.ghost ?? null, this.#boxes, this.#unit, row.server.interface);
    this.#renderGateway(row, this.#boxes.worker, t);
    return [...this.#tokens.values()].filter((view) => view.frame(now)).length > 0;
  }

  /**
   * @param {Place} place
   * @param {SceneRow} row
   * @param {Box} box
   * @param {{ now: number, reduced: boolean }} motion
   */
  #renderPlace(place, row, box, { now, reduced }) {
    const here = row.places[place];
    const fit = slots(box, here.length, this.#unit);
    const view = this.#places[place];
    view.markUnused(place === "proxy" && !row.proxied);
    view.say(here, caption(place, row), row.server.interface, fit);
    for (const [i, token] of here.entries()) {
      const target = { ...pointOf(fit, i), size: fit.size, hidden: Boolean(fit.stack) };
      this.#viewOf(token, row.server.interface).update(token, tokenLabel(token, row.server), target, now, reduced);
    }
  }

  /**
   * @param {SceneRow} row
   * @param {Box} box
   * @param {number} t
   */
  #renderGateway({ gateway, places, counts, down }, box, t) {
    const isEmpty = places.worker.length === 0;
    const isFree = gateway.state === "free";
    this.#places.worker.mark(!isFree || counts.here > 0, gateway.state);
    const isTurning = gateway.kind === "loop" && isEmpty && !(down && isFree);
    this.#loop.show(isTurning ? gateway : null, box, this.#unit, t);
    heldSigns(this.#held, gateway.kind === "worker" && isEmpty ? gateway.held : [], box, this.#unit);
  }

  /**
   * The drawing of a token, made when it is first shown.
   * @param {Token} token
   * @param {Interface} kind
   */
  #viewOf({ id, shape }, kind) {
    const known = this.#tokens.get(id);
    if (known) return known;
    const view = new TokenView(id, shape, kind);
    this.#tokens.set(id, view);
    this.#layer.append(view.element);
    this.#trails.append(view.trail);
    return view;
  }

  /** @param {string} id */
  #remove(id) {
    this.#tokens.get(id)?.element.remove();
    this.#tokens.get(id)?.trail.remove();
    this.#tokens.delete(id);
  }

  /**
   * Another interface means other shapes and another name for the gateway.
   * @param {Interface} name
   */
  #use(name) {
    if (this.#interface === name) return;
    this.#interface = name;
    for (const id of this.#tokens.keys()) this.#remove(id);
    for (const place of PLACES) this.#places[place].rename(PLACE_NAMES[name][place]);
  }
}

/**
 * @param {Slots} slots
 * @param {number} i
 */
function pointOf({ stack, points = [] }, i) {
  const { x, y } = stack ?? points[i];
  return { x, y };
}
