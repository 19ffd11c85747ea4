// @ts-check
// The bar above the rows for what comes by itself: which rows there are, which requests are shown, how much time.

/** @import { Filter } from "../model/filter.js" */
/** @import { Kind } from "../model/kinds.js" */
/** @import { Trace } from "../model/trace.js" */
/** @import { Rows } from "./rows.js" */

import { byId, find, findAll, html, set, write } from "../lib/dom.js";
import { count } from "../lib/format.js";
import { asksFor, filtered, openFilter } from "../model/filter.js";
import { KINDS } from "../model/kinds.js";

const STORE = "gatescope-watch";
const NS_PER_MS = 1e6;
const NS_PER_S = 1e9;
/** A filter for longer than a day is a slip of the keyboard. */
const MOST_MS = 86_400_000;

/**
 * What is kept in the browser: kinds that are hidden, and the seconds that are shown.
 * @typedef {{ hidden: Kind[], seconds: string }} Remembered
 */

export class WatchBar {
  #root = byId("watch");
  /** @type {Filter} */
  #filter = openFilter();
  /** How much is shown of what does not cease, in ns; null: as much as seems right. */
  windowNs = /** @type {number | null} */ (null);
  /** The numbers that requests have had on this page. */
  numbers = new Map();
  #onChange;
  #absent = "";
  /** @type {(name: string) => void} */
  #add = () => {};

  /** @param {() => void} onChange called when something else is to be shown */
  constructor(onChange) {
    this.#onChange = onChange;
    const { hidden, seconds } = remembered();
    this.#filter.hidden = new Set(hidden);
    this.#field("window", HTMLSelectElement).value = seconds;
    this.#root.addEventListener("input", () => {
      this.#read();
      this.#change();
    });
    const add = this.#field("add", HTMLSelectElement);
    add.addEventListener("change", () => {
      this.#add(add.value);
      add.value = "";
    });
    for (const chip of this.#chips) chip.addEventListener("click", () => this.#toggle(kindOfChip(chip)));
    this.#read();
  }

  /**
   * The requests that are to be shown, of all that nobody fired from here; says how many are not.
   * @param {Trace[]} traces
   * @param {number} now
   */
  choose = (traces, now) => {
    const { passing, hidden, left } = filtered(traces, this.#filter, now);
    for (const chip of this.#chips) {
      const kind = kindOfChip(chip);
      const isHidden = this.#filter.hidden.has(kind);
      set(chip, "aria-pressed", isHidden);
      set(chip, "title", `${isHidden ? "Show" : "Hide"} ${KINDS[kind]}`);
      write(chip, isHidden ? `${kind}: ${hidden[kind]} hidden` : kind);
    }
    write(find(this.#root, "[data-watch=left]"), asksFor(this.#filter) ? `${count(left, "request")} left out` : "");
    return passing;
  };

  /**
   * Be there, or not, and let what can be added be chosen.
   * @param {Rows} rows
   * @param {boolean} isShown
   */
  show(rows, isShown) {
    this.#root.hidden = !isShown;
    const absent = rows.absent.map(({ name, title }) => ({ name, title }));
    const key = JSON.stringify(absent);
    if (key === this.#absent) return;
    this.#absent = key;
    const field = this.#field("add", HTMLSelectElement);
    const options = absent.map(({ name, title }) => html("option", { value: name }, title));
    field.replaceChildren(field.options[0], ...options);
    field.disabled = !absent.length;
    this.#add = (name) => rows.add(name);
  }

  get #chips() {
    return findAll(this.#root, "[data-kind]");
  }

  /**
   * @template {HTMLInputElement | HTMLSelectElement} T
   * @param {string} name
   * @param {new () => T} type
   * @returns {T}
   */
  #field(name, type) {
    return find(this.#root, `[data-watch=${name}]`, type);
  }

  #read() {
    const text = (/** @type {string} */ name) => this.#field(name, HTMLInputElement).value.trim();
    const choice = (/** @type {string} */ name) => this.#field(name, HTMLSelectElement).value;
    const slower = Number(text("slower").replace(",", "."));
    const isUsable = slower >= 0 && slower <= MOST_MS;
    set(this.#field("slower", HTMLInputElement), "aria-invalid", !isUsable);
    Object.assign(this.#filter, {
      path: text("path"),
      method: choice("method"),
      status: choice("status"),
      slowerNs: isUsable ? slower * NS_PER_MS : 0,
      isRunningOnly: this.#field("running", HTMLInputElement).checked,
    });
    const seconds = choice("window");
    this.windowNs = seconds ? Number(seconds) * NS_PER_S : null;
  }

  /** @param {Kind} kind */
  #toggle(kind) {
    const { hidden } = this.#filter;
    if (!hidden.delete(kind)) hidden.add(kind);
    this.#change();
  }

  #change() {
    remember({ hidden: [...this.#filter.hidden], seconds: this.#field("window", HTMLSelectElement).value });
    this.#onChange();
  }
}

/** @param {HTMLElement} chip */
function kindOfChip({ dataset }) {
  return /** @type {Kind} */ (dataset.kind);
}

/** @param {Remembered} values */
function remember(values) {
  try {
    localStorage.setItem(STORE, JSON.stringify(values));
  } catch {
    // A browser may refuse to remember; it holds until the page is closed.
  }
}

/** @returns {Remembered} */
function remembered() {
  try {
    const { hidden, seconds } = JSON.parse(localStorage.getItem(STORE) ?? "{}");
    const known = Array.isArray(hidden) ? hidden.filter((kind) => Object.hasOwn(KINDS, kind)) : [];
    return { hidden: known, seconds: ["10", "30", "60"].includes(seconds) ? seconds : "" };
  } catch {
    return { hidden: [], seconds: "" };
  }
}
