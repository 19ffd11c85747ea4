// The dialog that hands out what is on the stage: a link to this moment, and a button that keeps a take of strangers.

import { write } from "../lib/dom.js";

const SAID = { copied: "Copied.", select: "It is selected: copy it with Ctrl-C (⌘C)." };

export class Share {
  #dialog;
  #find;
  #describe;

  /**
   * `describe()` tells of the stage now: {link, sentence, keep}. `link` is an address or null, `keep` the trace ids of a
   * take that can be kept or null. `copied(link)` is called when somebody took the link.
   */
  constructor(dialog, describe, copied = () => {}) {
    this.#dialog = dialog;
    this.#describe = describe;
    this.#find = (part) => dialog.querySelector(`[data-share=${part}]`);
    const link = this.#find("link");
    link.addEventListener("focus", () => link.select());
    this.#find("copy").addEventListener("click", async () => {
      write(this.#find("said"), SAID[await copy(link)]);
      copied(link.value);
    });
    dialog.addEventListener("htmx:afterSwap", () => this.refresh());
  }

  open() {
    this.refresh();
    if (!this.#dialog.open) this.#dialog.showModal();
  }

  /** Say anew what there is to hand out. */
  refresh() {
    const { link, sentence = "", keep = null } = this.#describe();
    write(this.#find("said"), "");
    write(this.#find("sentence"), sentence);
    this.#find("moment").hidden = link === null;
    if (link !== null) this.#find("link").value = new URL(link, location.href).href;
    const open = this.#find("open");
    if (open) {
      open.hidden = link === null;
      open.href = link ?? "";
    }
    const form = this.#find("keep");
    if (!form) return;
    form.hidden = keep === null;
    if (keep !== null) form.elements.traces.value = keep.join(" ");
  }
}

/** Browsers lend the clipboard to secure pages only; elsewhere the text is selected, for the reader to copy. */
async function copy(field) {
  try {
    await navigator.clipboard.writeText(field.value);
    return "copied";
  } catch {
    field.focus();
    field.select();
    return "select";
  }
}
