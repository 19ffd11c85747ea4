// @ts-check
// The rows, top to bottom: which servers the stage shows. Server facts come from the fleet panel and from what
// services say of themselves.

/** @import { Server } from "../model/types.js" */
/** @import { SceneRow } from "../scene/types.js" */
/** @import { FactSource } from "./row.js" */

import { findAll } from "../lib/dom.js";
import { Row } from "./row.js";

/** More rows than these nobody finds anything in; what has none is offered in the bar above. */
export const MOST_ROWS = 24;
/** So many rows have their full height; more are drawn flatter, and scroll where they do not fit. */
const FULL = 2;

/** All rows of the stage; those of a live page can be added and taken away. */
export class Rows {
  #stage;
  #fleet;
  #onChange;
  /** @type {Row[]} */
  #rows = [];
  /**
   * What each row offers beside the servers of the table.
   * @type {Map<string, Server>}
   */
  #services = new Map();
  #others = 0;
  /**
   * Rows that only a film needs.
   * @type {Row[]}
   */
  #lent = [];
  /**
   * The servers that were on the stage before a film.
   * @type {string[]}
   */
  #own = [];
  /** Services that had a row, or were taken away: they get none by themselves. */
  #welcomed = new Set();
  /** @type {ResizeObserver | null} */
  #observer = null;
  /** Whether somebody has chosen a server by hand: from then on what comes does not choose. */
  isChosen = false;

  /**
   * @param {HTMLElement} stage
   * @param {FactSource} fleet
   * @param {() => void} onChange called when other servers were chosen
   */
  constructor(stage, fleet, onChange) {
    this.#stage = stage;
    this.#fleet = fleet;
    this.#onChange = onChange;
    for (const element of findAll(stage, ".row")) this.#take(element);
    this.#arrange();
    this.refresh();
  }

  /** The chosen servers, top to bottom. */
  get servers() {
    return this.#rows.map((row) => row.server);
  }

  /** The services and servers that could be added, in the order in which a row offers them. */
  get absent() {
    const shown = new Set(this.servers.map(({ name }) => name));
    const offered = [...tableOf(this.#template), ...this.#services.values()];
    return offered.filter(({ name }) => !shown.has(name));
  }

  refresh() {
    for (const row of this.#rows) row.refresh();
  }

  /**
   * Put the focus where the server of a row is chosen; the first row is 1.
   * @param {number} number
   */
  choose(number) {
    this.#rows[number - 1]?.select.focus();
  }

  /**
   * Put these servers on the stage, top to bottom, as far as there are rows for them; other rows stay as they are.
   * @param {string[]} names
   */
  cast(names) {
    const wanted = names.filter((name) => this.#rows.some((row) => row.offers(name))).slice(0, this.#rows.length);
    if (wanted.every((name) => this.servers.some((server) => server.name === name)) && wanted.length < 2) return;
    for (const [i, name] of wanted.entries()) this.#rows[i].select.value = name;
    this.refresh();
  }

  /**
   * Give a service its row when it first sends: one of the table's servers that nobody has used yet makes room where
   * it `mayReplace` one, else there is a new row.
   * @param {string} name
   * @param {boolean} mayReplace
   */
  welcome(name, mayReplace) {
    if (this.#welcomed.has(name)) return;
    this.#welcomed.add(name);
    if (this.servers.some((server) => server.name === name)) return;
    const unused =
      mayReplace && !this.isChosen ? this.#rows.find((row) => !this.#services.has(row.server.name)) : null;
    if (unused) unused.select.value = name;
    else this.add(name);
    this.#change();
  }

  /**
   * Show one more server or service, below the others. Nothing comes of it where there are too many.
   * @param {string} name
   */
  add(name) {
    const template = this.#template;
    if (!template || this.#rows.length >= MOST_ROWS) return;
    const [element] = findAll(/** @type {DocumentFragment} */ (template.content.cloneNode(true)), ".row");
    this.#place(element);
    const row = this.#take(element);
    for (const service of this.#services.values()) row.offer(service);
    if (this.#others) row.leaveOut(this.#others);
    if (row.offers(name)) row.select.value = name;
    this.#change();
  }

  /**
   * Show the servers of a film, which may need one row more than there are. Without names all is as it was before.
   * @param {string[]} [names]
   */
  lend(names = []) {
    for (const row of this.#lent) this.#drop(row);
    this.#lent = [];
    this.cast(this.#own);
    this.#own = names.length ? this.servers.map(({ name }) => name) : [];
    while (this.#rows.length < Math.min(FULL, names.length) && this.#template) {
      this.add(names[this.#rows.length]);
      this.#lent.push(this.#rows[this.#rows.length - 1]);
    }
    this.#change();
    this.cast(names);
  }

  /** @param {HTMLElement} element */
  #place(element) {
    const room = this.#stage.querySelector(".rows");
    if (room) room.append(element);
    else this.#rows.at(-1)?.element.after(element);
  }

  /** @param {Row} row */
  #remove(row) {
    this.#welcomed.add(row.server.name);
    this.#drop(row);
    this.isChosen = true;
    this.#change();
  }

  /** @param {Row} row */
  #drop(row) {
    this.#rows = this.#rows.filter((one) => one !== row);
    this.#observer?.unobserve(row.svg);
    row.element.remove();
  }

  /** @param {HTMLElement} element */
  #take(element) {
    const row = new Row(element, this.#fleet);
    this.#rows.push(row);
    this.#observer?.observe(row.svg);
    row.select.addEventListener("change", () => {
      this.isChosen = true;
      this.#change();
    });
    element.querySelector("[data-do=remove]")?.addEventListener("click", () => this.#remove(row));
    return row;
  }

  #change() {
    this.#arrange();
    this.refresh();
    this.#onChange();
  }

  /** How many there are decides how they are laid out. */
  #arrange() {
    for (const [i, row] of this.#rows.entries()) row.renumber(i + 1);
    const { classList, dataset } = this.#stage;
    const { length } = this.#rows;
    dataset.rows = String(length);
    classList.toggle("is-bare", length === 0);
    classList.toggle("is-single", length === 1);
    classList.toggle("is-many", length > FULL);
  }

  /** What a new row is made of; only a live page has it. */
  get #template() {
    return /** @type {HTMLTemplateElement | null} */ (document.getElementById("new-row"));
  }

  /**
   * Offer a service that is no server of the table, or say anew what is known of it.
   * @param {Server} service
   */
  offer(service) {
    this.#services.set(service.name, service);
    for (const row of this.#rows) row.offer(service);
    this.refresh();
  }

  /**
   * Say how many services have no place among those offered.
   * @param {number} others
   */
  leaveOut(others) {
    this.#others = others;
    for (const row of this.#rows) row.leaveOut(others);
  }

  /** @param {number} unit */
  resize(unit) {
    for (const row of this.#rows) row.resize(unit);
  }

  /** @param {ResizeObserver} observer */
  observe(observer) {
    this.#observer = observer;
    for (const row of this.#rows) observer.observe(row.svg);
  }

  /**
   * Draw the scene, `live` or of a moment that has passed. Returns whether something still moves.
   * @param {SceneRow[]} scene
   * @param {number} t
   * @param {number} now
   * @param {{ reduced: boolean, live: boolean }} look
   */
  render(scene, t, now, { reduced, live }) {
    const moving = this.#rows.map((row, i) => {
      return row.render({ ...scene[i], down: live && row.isDown }, t, now, reduced);
    });
    return moving.includes(true);
  }

  /**
   * Mark the tokens of these traces; `alone` dims all others.
   * @param {string[]} ids
   * @param {boolean} alone
   */
  follow(ids, alone) {
    for (const row of this.#rows) row.follow(ids, alone);
  }

  /**
   * Show the rows of these servers alone; all rows when none are named.
   * @param {Set<string> | null} [names]
   */
  show(names = null) {
    for (const row of this.#rows) row.show(names === null || names.has(row.server.name));
  }
}

/**
 * The servers of the table, as a row that is to come would offer them.
 * @param {HTMLTemplateElement | null} template
 * @returns {Server[]}
 */
function tableOf(template) {
  const options = template ? [...template.content.querySelectorAll("option")] : [];
  return options.map(({ value: name, textContent: title, dataset }) => ({
    name,
    title,
    interface: dataset.interface === "asgi" ? "asgi" : "wsgi",
  }));
}
