// @ts-check
// One row: which server it shows, what is known of that, its numbers, and its journey.

/** @import { Server, ServerFacts } from "../model/types.js" */
/** @import { Counts, SceneRow } from "../scene/types.js" */

import { Journey } from "../draw/journey.js";
import { find, findAll, html, write } from "../lib/dom.js";
import { askedFor } from "../scene/asked-for.js";

/** In these states a server has no worker or loop that could be free. */
const DOWN = new Set(["stopped", "failed", "missing"]);

/** Above those that are no servers of the table. */
const SERVICES = "Sending to this dashboard";

/** @typedef {{ facts: (name: string) => ServerFacts }} FactSource */

export class Row {
  #fleet;
  #journey;
  #numbers;
  #known = "unknown";
  #isService = false;
  /** @type {HTMLOptGroupElement | null} */
  #services = null;

  /**
   * @param {HTMLElement} element
   * @param {FactSource} fleet
   */
  constructor(element, fleet) {
    this.element = element;
    this.#fleet = fleet;
    this.select = find(element, "select", HTMLSelectElement);
    this.svg = find(element, ".journey", SVGSVGElement);
    this.#journey = new Journey(this.svg);
    this.#numbers = findAll(element, "[data-count]");
  }

  /**
   * Say which row from the top it is; the first is 1.
   * @param {number} number
   */
  renumber(number) {
    this.element.dataset.row = String(number);
    this.select.setAttribute("aria-label", `Server of row ${number}`);
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
    option.dataset.service = "";
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
    return {
      name: option.value,
      title: option.textContent,
      interface: shape,
      isService: "service" in option.dataset,
    };
  }

  /** Whether its server is not up now. */
  get isDown() {
    return DOWN.has(this.#known);
  }

  refresh() {
    const { name, title, interface: shape } = this.server;
    const facts = this.#fleet.facts(name);
    this.#isService = Boolean(facts.isService);
    const comma = facts.isService ? -1 : title.indexOf(", ");
    this.element.dataset.server = name;
    this.element.dataset.interface = shape;
    this.element.setAttribute("aria-label", title);
    this.svg.classList.toggle("is-wsgi", shape === "wsgi");
    this.svg.classList.toggle("is-asgi", shape === "asgi");
    this.#write("interface", shape.toUpperCase());
    this.#write("name", comma < 0 ? title : title.slice(0, comma));
    this.#write("about", facts.about ?? (comma < 0 ? "" : title.slice(comma + 2)));
    if (!this.#isService) this.#write("why", facts.why ?? "");
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
    if (this.#isService) this.#renderService(row);
    this.#numbers.at(-1)?.parentElement?.classList.toggle("is-counting", row.counts.awaiting > 0);
    return this.#journey.render(row, t, now, reduced);
  }

  /**
   * Who runs a service and what was asked of it last changes without anybody saying so.
   * @param {SceneRow} row
   */
  #renderService(row) {
    const { about = "", why = "" } = this.#fleet.facts(row.server.name);
    this.#write("about", about);
    this.#write("why", latest(row) || why);
  }

  /** @param {boolean} isShown */
  show(isShown) {
    this.element.classList.toggle("is-aside", !isShown);
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
    return find(this.element, `[data-part=${part}]`);
  }
}

/**
 * A count of a row; where nothing tells when a request was handed over, how many wait is not known.
 * @param {SceneRow} row
 * @param {keyof Counts} name
 */
function countText({ counts, isQueueTold, measured }, name) {
  if (name !== "waiting" || isQueueTold) return String(counts[name]);
  return String(measured || "–"); // none in the kernel's queue, but the server may have a queue of its own
}

/**
 * What came last, for a service whose requests nobody here has chosen; "" where nothing came yet.
 * @param {SceneRow} row
 */
function latest({ tokens }) {
  if (!tokens.length) return "";
  const { trace, number } = tokens.reduce((one, other) => (other.trace.from > one.trace.from ? other : one));
  const { line, route } = askedFor(trace);
  return line && `Newest: ${number} ${line}${route ? ` (${route})` : ""}`;
}
