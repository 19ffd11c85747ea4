// @ts-check
// From one lesson to another by its number: G, the number, Enter. Of a lecture, its own lessons are listed.

import { byId, find, write } from "../lib/dom.js";

export class GoTo {
  #dialog = byId("go-to", HTMLDialogElement);
  #form = byId("go-to-form", HTMLFormElement);

  constructor() {
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#go(find(this.#form, "input", HTMLInputElement).value.trim());
    });
  }

  open() {
    this.#form.reset();
    write(find(this.#form, ".error"), "");
    this.#dialog.showModal();
  }

  /** @param {string} number */
  #go(number) {
    const link = /** @type {HTMLAnchorElement | null} */ (
      this.#dialog.querySelector(`[data-number="${CSS.escape(String(Number(number)))}"]`)
    );
    if (link && number) link.click();
    else write(find(this.#form, ".error"), `“${number}” is not the number of a lesson in this list.`);
  }
}
