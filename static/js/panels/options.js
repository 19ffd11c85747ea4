// What a run can be given beyond the usual: how many at once, how long, over which protocol, and until when.

import { write } from "../lib/dom.js";

const NAMES = ["concurrency", "seconds", "leave", "protocol"];

/** What the options are when nothing is chosen, by field, for a scenario and a way as the form describes them; null: cannot be chosen. */
export function usual({ seconds, websocket }, { tls }) {
  return {
    concurrency: "all",
    seconds: seconds ? String(Number(seconds)) : null,
    leave: "stays",
    protocol: websocket === undefined ? `HTTP/${tls === undefined ? "1.1" : "2"}` : null,
  };
}

/** The options that differ from the usual, in a few words each; `values` by field, "" where nothing was chosen. */
export function chosen({ concurrency, seconds, leave, protocol }) {
  return [
    concurrency && `${concurrency} at once`,
    seconds && `${seconds} s`,
    leave && `leaves at ${leave} s`,
    protocol && `HTTP/${protocol}`,
  ].filter(Boolean);
}

/** What the button says about them: "default", or how many are not. */
export function summary(words) {
  return words.length ? `${words.length} set` : "default";
}

/** The popover with the options of `form`, and the button that says which are set. */
export class Options {
  #form;
  #panel = document.getElementById("options");
  #button = document.getElementById("more");

  constructor(form) {
    this.#form = form;
    for (const name of ["input", "change"]) form.addEventListener(name, () => this.#show());
    form.addEventListener("submit", () => this.#panel.hidePopover());
    document.getElementById("usual").addEventListener("click", () => this.#reset());
    this.#show();
  }

  /** Open the panel with its first field in focus. */
  open() {
    this.#panel.showPopover({ source: this.#button });
    this.#form.elements.concurrency.focus();
  }

  #show() {
    const { scenario, via } = this.#form.elements;
    const defaults = usual(scenario.selectedOptions[0].dataset, via.selectedOptions[0].dataset);
    for (const name of NAMES) this.#offer(this.#form.elements[name], defaults[name]);
    const words = chosen(Object.fromEntries(NAMES.map((name) => [name, this.#value(name)])));
    write(document.getElementById("more-word"), summary(words));
    this.#button.classList.toggle("is-set", words.length > 0);
    this.#button.title = words.length ? `${words.join(", ")} (O)` : "Time, protocol and more (O)";
    document.getElementById("usual").disabled = words.length === 0;
  }

  /** A field that the scenario has no use for is not sent; what was typed there waits for the next that has. */
  #offer(field, value) {
    field.disabled = value === null;
    if (field.name === "protocol") write(field.options[0], value === null ? "WebSocket" : `usual (${value})`);
    else field.placeholder = value ?? "none here";
  }

  #value(name) {
    const field = this.#form.elements[name];
    return field.disabled ? "" : field.value.trim();
  }

  #reset() {
    for (const name of NAMES) this.#form.elements[name].value = "";
    this.#show();
    this.#form.elements.concurrency.focus();
  }
}
