// @ts-check
// The dialog that hands out what is on the stage: a link to this moment, and a button that keeps a take of strangers.

import { find, write } from "../lib/dom.js";

const LONGEST_QUERY = 15_000; // characters; a server takes 16 KiB in a line

const RESULT = { copied: "Copied.", selected: "It is selected: copy it with Ctrl-C (⌘C)." };

/**
 * What there is to hand out: the address of the moment or null, a sentence about it, and the trace ids of a take that
 * can be kept or null.
 * @typedef {{ link: string | null, sentence?: string, keep?: string[] | null }} Shareable
 */

export class Share {
  #dialog;
  #describe;

  /**
   * @param {HTMLDialogElement} dialog
   * @param {() => Shareable} describe what is on the stage now
   * @param {(link: string) => void} [onCopy] called after the link was copied
   */
  constructor(dialog, describe, onCopy = () => {}) {
    this.#dialog = dialog;
    this.#describe = describe;
    const link = this.#link;
    link.addEventListener("focus", () => link.select());
    this.#part("copy").addEventListener("click", async () => {
      write(this.#part("said"), RESULT[await copy(link)]);
      onCopy(link.value);
    });
    dialog.addEventListener("htmx:afterSwap", () => this.refresh());
  }

  open() {
    this.refresh();
    if (!this.#dialog.open) this.#dialog.showModal();
  }

  /** Show again what there is to hand out. */
  refresh() {
    const { link, sentence = "", keep = null } = this.#describe();
    write(this.#part("said"), "");
    write(this.#part("sentence"), sentence);
    this.#part("moment").hidden = link === null;
    if (link !== null) this.#link.value = new URL(link, location.href).href;
    this.#showOpener(link);
    this.#showKeep(keep);
    this.#showExport(keep);
  }

  /** @param {string | null} link */
  #showOpener(link) {
    const opener = /** @type {HTMLAnchorElement | null} */ (this.#dialog.querySelector("[data-share=open]"));
    if (!opener) return;
    opener.hidden = link === null;
    opener.href = link ?? "";
  }

  /** @param {string[] | null} ids */
  #showKeep(ids) {
    const form = /** @type {HTMLFormElement | null} */ (this.#dialog.querySelector("[data-share=keep]"));
    if (!form) return;
    form.hidden = ids === null;
    if (ids !== null) find(form, "[name=traces]", HTMLInputElement).value = ids.join(" ");
  }

  /** @param {string[] | null} ids */
  #showExport(ids) {
    const exports = /** @type {HTMLElement | null} */ (this.#dialog.querySelector("[data-share=export]"));
    if (!exports) return;
    exports.hidden = ids === null;
    if (ids === null) return;
    const query = new URLSearchParams({ traces: ids.join(" ") }).toString();
    // Of more requests than an address can name: all that is kept.
    const search = query.length < LONGEST_QUERY ? query : "";
    for (const anchor of exports.querySelectorAll("a")) anchor.search = search;
  }

  get #link() {
    return find(this.#dialog, "[data-share=link]", HTMLInputElement);
  }

  /** @param {string} name */
  #part(name) {
    return find(this.#dialog, `[data-share=${name}]`);
  }
}

/**
 * Browsers lend the clipboard to secure pages only; elsewhere the text is selected, for the reader to copy.
 * @param {HTMLInputElement} field
 * @returns {Promise<keyof typeof RESULT>}
 */
async function copy(field) {
  try {
    await navigator.clipboard.writeText(field.value);
    return "copied";
  } catch {
    field.focus();
    field.select();
    return "selected";
  }
}
