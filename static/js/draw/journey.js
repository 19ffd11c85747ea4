// One server's row as SVG: seven boxes that never move and the tokens that travel between them.

import { set, svg, write } from "../lib/dom.js";
import { fitted, measureIn } from "../lib/ellipsis.js";
import { caption } from "../scene/captions.js";
import { boxes, folds, isShort, slots } from "../scene/layout.js";
import { PLACES } from "../scene/scene.js";
import { FOLDED_NAMES, PLACE_NAMES, tokenLabel } from "../scene/sentences.js";
import { Outlines } from "./outlines.js";
import { Stack } from "./stack.js";
import { TokenView } from "./token.js";
import { LoopSign, heldSigns } from "./worker-sign.js";

/** Draws rows of the scene into `root`, an empty svg element. */
export class Journey {
  #root;
  #interface;
  #places = new Map();
  #tokens = new Map();
  #layer = svg("g");
  #trails = svg("g", { "aria-hidden": "true" });
  #stacks = svg("g");
  #loop = new LoopSign();
  #held = svg("g", { class: "held" });
  #ghosts = new Outlines();
  #line = svg("path", { class: "track" });
  #boxes = null;
  #unit = 1;

  constructor(root) {
    this.#root = root;
    root.append(this.#line);
    for (const place of PLACES) this.#addPlace(place);
    // Stacks on top: a token that joins one vanishes behind it.
    root.append(this.#ghosts.element, this.#held, this.#loop.element, this.#trails, this.#layer, this.#stacks);
  }

  /** Fit the drawing to `width` × `height` px; `unit` is one design pixel. No view box: text would shrink with it. */
  resize(width, height, unit) {
    const label = this.#places.get("view").labelSize / unit;
    const folded = folds(width, unit, label);
    this.#boxes = boxes(width, height, unit, label);
    this.#unit = unit;
    const { client, database } = this.#boxes;
    set(this.#line, "d", `M${client.x} ${client.y + client.h / 2} H${database.x + database.w}`);
    for (const [place, view] of this.#places) view.move(this.#boxes[place], unit, folded);
  }

  /** Show `row`. Returns whether something still moves. */
  render(row, t, now, reduced) {
    if (!this.#boxes) return false;
    this.#use(row.server.interface);
    const gone = new Set(this.#tokens.keys());
    for (const place of PLACES) {
      this.#renderPlace(place, row, now, reduced);
      for (const token of row.places[place]) gone.delete(token.id);
    }
    for (const id of gone) this.#remove(id);
    this.#ghosts.show(row.ghost ?? null, this.#boxes, this.#unit, this.#interface);
    this.#renderGateway(row, t);
    return [...this.#tokens.values()].filter((view) => view.frame(now)).length > 0;
  }

  #renderPlace(place, row, now, reduced) {
    const here = row.places[place];
    const fit = slots(this.#boxes[place], here.length, this.#unit);
    const view = this.#places.get(place);
    view.isUnused(place === "proxy" && !row.proxied);
    view.say(here, caption(place, row), this.#interface, fit);
    here.forEach((token, i) => {
      const point = fit.stack ?? fit.points[i];
      const target = { x: point.x, y: point.y, size: fit.size, hidden: Boolean(fit.stack) };
      this.#view(token).update(token, tokenLabel(token, row.server), target, now, reduced);
    });
  }

  #renderGateway(row, t) {
    const box = this.#boxes.worker;
    const empty = row.places.worker.length === 0;
    const { gateway } = row;
    this.#places.get("worker").mark(gateway.state !== "free" || row.counts.here > 0, gateway.state);
    this.#loop.show(
      gateway.kind === "loop" && empty && !(row.down && gateway.state === "free") ? gateway : null,
      box,
      this.#unit,
      t,
    );
    heldSigns(this.#held, gateway.kind === "worker" && empty ? gateway.held : [], box, this.#unit);
  }

  #view({ id, shape }) {
    if (!this.#tokens.has(id)) {
      const view = new TokenView(id, shape, this.#interface);
      this.#tokens.set(id, view);
      this.#layer.append(view.element);
      this.#trails.append(view.trail);
    }
    return this.#tokens.get(id);
  }

  #remove(id) {
    const { element, trail } = this.#tokens.get(id);
    element.remove();
    trail.remove();
    this.#tokens.delete(id);
  }

  /** Another interface means other shapes and another name for the gateway. */
  #use(name) {
    if (this.#interface === name) return;
    this.#interface = name;
    for (const id of [...this.#tokens.keys()]) this.#remove(id);
    for (const [place, view] of this.#places) view.rename(PLACE_NAMES[name][place]);
  }

  #addPlace(place) {
    const view = new PlaceView(place);
    this.#places.set(place, view);
    this.#root.append(view.element);
    this.#stacks.append(view.stack.element);
  }
}

/** A box with its name, its two lines of caption and, when crowded, a stack. */
class PlaceView {
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
  #short = false;
  #bold;
  #light;

  constructor(place) {
    this.element = svg("g", { class: "place", role: "button", tabindex: 0, "data-box": place });
    this.element.append(this.#box, this.#name, this.#strong, this.#quiet);
  }

  rename(name) {
    this.#full = name;
    set(this.element, "aria-label", name);
    this.#writeName();
  }

  /** In px, as the style sheet says. */
  get labelSize() {
    return parseFloat(getComputedStyle(this.#name).fontSize);
  }

  move(box, unit, folded) {
    this.#folded = folded;
    for (const [name, value] of [
      ["x", box.x],
      ["y", box.y],
      ["width", box.w],
      ["height", box.h],
      ["rx", 12 * unit],
    ])
      set(this.#box, name, value);
    const middle = box.x + box.w / 2;
    const lines = [
      [this.#name, box.y - 8 * unit],
      [this.#strong, box.y + box.h - (isShort(box, unit) ? 9 : 26) * unit],
      [this.#quiet, box.y + box.h - 9 * unit],
    ];
    for (const [text, y] of lines) {
      set(text, "x", middle);
      set(text, "y", y);
    }
    this.#writeName();
    this.#room = box.w - 2.5 * unit;
    this.#short = isShort(box, unit);
    this.#bold = measureIn(this.#strong);
    this.#light = measureIn(this.#quiet);
    this.#lower = box.y + box.h - 9 * unit;
    this.#centre = box.y + box.h / 2 + 5 * unit;
  }

  /** The last line stands on the name's place, one before it above. */
  #writeName() {
    const lines = (this.#folded && FOLDED_NAMES[this.#full]) || [this.#full];
    const x = this.#name.getAttribute("x") ?? 0;
    this.#name.replaceChildren(
      ...lines.map((line, i) => svg("tspan", { x, dy: i ? "1em" : `${1 - lines.length}em` }, line)),
    );
  }

  say(tokens, [strong, quiet], kind, fit) {
    write(this.#strong, fitted(strong, this.#room, this.#bold));
    write(this.#quiet, this.#short && strong ? "" : fitted(quiet, this.#room, this.#light));
    set(this.#quiet, "y", strong || tokens.length ? this.#lower : this.#centre);
    this.mark(
      tokens.some((token) => token.state !== "done"),
      "",
    );
    this.stack.show(fit.stack && tokens.length ? { tokens, point: fit.stack, size: fit.size } : null, kind);
  }

  isUnused(unused) {
    this.element.classList.toggle("is-unused", unused);
  }

  mark(active, state) {
    this.element.classList.toggle("is-active", active);
    this.element.classList.toggle("is-blocked", state === "blocked");
  }
}
