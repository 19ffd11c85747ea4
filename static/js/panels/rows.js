// @ts-check
// The two rows: which server each shows, its name and its numbers. Server facts come from the fleet panel.

/** @import { Server, ServerFacts } from "../model/types.js" */
/** @import { Counts, SceneRow } from "../scene/types.js" */

import { Journey } from "../draw/journey.js";
import { find, findAll, html, write } from "../lib/dom.js";

/** In these states a server has no worker or loop that could be free. */
const DOWN = new Set(["stopped", "failed", "missing"]);

/** Above those that are no servers of the table. */
const SERVICES = "Sending to this dashboard";

/** @typedef {{ facts: (name: string) => ServerFacts }} FactSource */

/** All rows of the stage. */
export class Rows {
  #rows;
  /** Whether somebody has chosen a server by hand: from then on what comes does not choose. */
  isChosen = false;

  /**
   * @param {HTMLElement} stage
   * @param {FactSource} fleet
   * @param {() => void} onChange called when another server was chosen
   */
  constructor(stage, fleet, onChange) {
    this.#rows = findAll(stage, ".row").map((element) => new Row(element, fleet));
    for (const row of this.#rows) {
      row.select.addEventListener("change", () => {
        this.isChosen = true;
        this.refresh();
        onChange();
      });
    }
    this.refresh();
  }

  /** The chosen servers, top to bottom. */
  get servers() {
    return this.#rows.map((row) => row.server);
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
   * Offer a service that is no server of the table, or say anew what is known of it.
   * @param {Server} service
   */
  offer(service) {
    for (const row of this.#rows) row.offer(service);
    this.refresh();
  }

  /**
   * Say how many services have no place among those offered.
   * @param {number} others
   */
  leaveOut(others) {
    for (const row of this.#rows) row.leaveOut(others);
  }

  /** @param {number} unit */
  resize(unit) {
    for (const row of this.#rows) row.resize(unit);
  }

  /** @param {ResizeObserver} observer */
  observe(observer) {
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

class Row {
  #element;
  #fleet;
  #journey;
  #numbers;
  #known = "unknown";
  /** @type {HTMLOptGroupElement | null} */
  #services = null;

  /**
   * @param {HTMLElement} element
   * @param {FactSource} fleet
   */
  constructor(element, fleet) {
    this.#element = element;
    this.#fleet = fleet;
    this.select = find(element, "select", HTMLSelectElement);
    this.svg = find(element, ".journey", SVGSVGElement);
    this.#journey = new Journey(this.svg);
    this.#numbers = findAll(element, "[data-count]");
  }

  /** @param {string} name */
  offers(name) {
    return [...this.select.options].some((option) => option.value === name);
  }

  /** @param {Server} service */
  offer({ name, title, interface: shape }) {
    const group = this.#services ?? html("optgroup", { label: SERVICES });
    const known = [...this.select.options].find((option) => option.value === name);
    const option = known ?? html("option", { value: name }, title);
    option.dataset.interface = shape;
    if (!known) group.append(option);
    if (!this.#services) this.select.append(group);
    this.#services = group;
  }

  /** @param {number} others */
  leaveOut(others) {
    if (this.#services) this.#services.label = `${SERVICES}, and ${others} others`;
  }

  /** @returns {Server} */
  get server() {
    const [option] = this.select.selectedOptions;
    const shape = option.dataset.interface === "asgi" ? "asgi" : "wsgi";
    return { name: option.value, title: option.textContent, interface: shape };
  }

  /** Whether its server is not up now. */
  get isDown() {
    return DOWN.has(this.#known);
  }

  refresh() {
    const { name, title, interface: shape } = this.server;
    const facts = this.#fleet.facts(name);
    const comma = facts.isService ? -1 : title.indexOf(", ");
    this.#element.dataset.server = name;
    this.#element.dataset.interface = shape;
    this.#element.setAttribute("aria-label", title);
    this.svg.classList.toggle("is-wsgi", shape === "wsgi");
    this.svg.classList.toggle("is-asgi", shape === "asgi");
    this.#write("interface", shape.toUpperCase());
    this.#write("name", comma < 0 ? title : title.slice(0, comma));
    this.#write("about", comma < 0 ? "" : title.slice(comma + 2));
    this.#write("why", facts.why ?? "");
    this.#showState(facts);
  }

  /** @param {number} unit */
  resize(unit) {
    const { width, height } = this.svg.getBoundingClientRect();
    if (width && height) this.#journey.resize(width, height, unit);
  }

  /**
   * @param {SceneRow} row
   * @param {number} t
   * @param {number} now
   * @param {boolean} reduced
   */
  render(row, t, now, reduced) {
    for (const number of this.#numbers)
      write(number, countText(row, /** @type {keyof Counts} */ (number.dataset.count)));
    this.#numbers.at(-1)?.parentElement?.classList.toggle("is-counting", row.counts.awaiting > 0);
    return this.#journey.render(row, t, now, reduced);
  }

  /** @param {boolean} isShown */
  show(isShown) {
    this.#element.classList.toggle("is-aside", !isShown);
  }

  /**
   * @param {string[]} ids
   * @param {boolean} alone
   */
  follow(ids, alone) {
    this.svg.classList.toggle("is-following", alone);
    for (const token of findAll(this.svg, "[data-trace]"))
      token.classList.toggle("is-followed", ids.includes(token.dataset.trace ?? ""));
  }

  /** @param {ServerFacts} facts */
  #showState({ state = "unknown", reason = "" }) {
    this.#known = state;
    const chip = this.#part("state");
    chip.hidden = state === "running" || state === "unknown";
    chip.classList.toggle("is-bad", state === "failed" || state === "missing");
    chip.textContent = reason ? `${state}: ${reason}` : state;
  }

  /**
   * @param {string} part
   * @param {string} text
   */
  #write(part, text) {
    write(this.#part(part), text);
  }

  /** @param {string} part */
  #part(part) {
    return find(this.#element, `[data-part=${part}]`);
  }
}

/**
 * A count of a row; where nothing tells when a request was handed over, how many wait is not known.
 * @param {SceneRow} row
 * @param {keyof Counts} name
 */
function countText({ counts, isQueueKnown }, name) {
  return name === "waiting" && !isQueueKnown ? "–" : String(counts[name]);
}
