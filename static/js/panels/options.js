// @ts-check
// What a run can be given beyond the usual: how many at once, how long, over which protocol, and until when.

import { byId, find, write } from "../lib/dom.js";

const NAMES = /** @type {const} */ (["concurrency", "seconds", "leave", "protocol", "uninstrumented"]);

/**
 * @template V
 * @typedef {Record<typeof NAMES[number], V>} ByName
 */

/**
 * What the options are when nothing is chosen, for a scenario and a way as the form describes them; null: cannot be
 * chosen.
 * @param {DOMStringMap} scenario
 * @param {DOMStringMap} way
 * @returns {ByName<string | null>}
 */
export function usual({ seconds, websocket }, { tls, configuration: proxied }) {
  return {
    concurrency: "all",
    seconds: seconds ? String(Number(seconds)) : null,
    leave: "stays",
    protocol: websocket === undefined ? `HTTP/${tls === undefined ? "1.1" : "2"}` : null,
    uninstrumented: proxied === undefined ? "" : null,
  };
}

/**
 * The options that differ from the usual, in a few words each; "" where nothing was chosen.
 * @param {Partial<ByName<string>>} values
 */
export function chosen({ concurrency = "", seconds = "", leave = "", protocol = "", uninstrumented = "" }) {
  return [
    concurrency && `${concurrency} at once`,
    seconds && `${seconds} s`,
    leave && `leaves at ${leave} s`,
    protocol && `HTTP/${protocol}`,
    uninstrumented && "also without the instrument",
  ].filter(Boolean);
}

/**
 * What the button says: "default", or how many options are not.
 * @param {string[]} words
 */
export function summary(words) {
  return words.length ? `${words.length} set` : "default";
}

/** The popover with the options of a form, and the button that says which are set. */
export class Options {
  #form;
  #panel = byId("options");
  #button = byId("more");
  #reset = byId("usual", HTMLButtonElement);

  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.#form = form;
    for (const name of ["input", "change"]) form.addEventListener(name, () => this.#show());
    form.addEventListener("submit", () => this.#panel.hidePopover());
    this.#reset.addEventListener("click", () => this.#clear());
    this.#show();
  }

  /** Open the panel with its first field in focus. */
  open() {
    // TypeScript does not know yet that it takes the element which opens it.
    /** @type {{ showPopover: (options: { source: HTMLElement }) => void }} */ (this.#panel).showPopover({
      source: this.#button,
    });
    this.#field("concurrency")?.focus();
  }

  #show() {
    const defaults = usual(this.#chosen("scenario"), this.#chosen("via"));
    for (const name of NAMES) {
      const field = this.#field(name);
      if (field) offer(field, defaults[name]);
    }
    const words = chosen(Object.fromEntries(NAMES.map((name) => [name, this.#value(name)])));
    write(byId("more-word"), summary(words));
    this.#button.classList.toggle("is-set", words.length > 0);
    this.#button.title = words.length ? `${words.join(", ")} (O)` : "Time, protocol and more (O)";
    this.#reset.disabled = words.length === 0;
  }

  #clear() {
    for (const name of NAMES) {
      const field = this.#field(name);
      if (isBox(field)) field.checked = false;
      else if (field) field.value = "";
    }
    this.#show();
    this.#field("concurrency")?.focus();
  }

  /** @param {string} name */
  #chosen(name) {
    return find(this.#form, `[name=${name}]`, HTMLSelectElement).selectedOptions[0].dataset;
  }

  /** @param {typeof NAMES[number]} name */
  #value(name) {
    const field = this.#field(name);
    return !field || field.disabled || (isBox(field) && !field.checked) ? "" : field.value.trim();
  }

  /**
   * Not everybody is offered every one.
   * @param {typeof NAMES[number]} name
   */
  #field(name) {
    return /** @type {HTMLInputElement | HTMLSelectElement | null} */ (this.#form.elements.namedItem(name));
  }
}

/**
 * A field that the scenario has no use for is not sent; what was typed there waits for the next that has.
 * @param {HTMLInputElement | HTMLSelectElement} field
 * @param {string | null} value
 */
function offer(field, value) {
  field.disabled = value === null;
  if (field instanceof HTMLSelectElement)
    write(field.options[0], value === null ? "WebSocket" : `default (${value})`);
  else field.placeholder = value ?? "none here";
}

/**
 * @param {Element | null} field
 * @returns {field is HTMLInputElement}
 */
function isBox(field) {
  return field instanceof HTMLInputElement && field.type === "checkbox";
}
