// @ts-check
// Brings a film in from a file: says how far the sending is, then the reading, then what became of it.

import { find, html, write } from "../lib/dom.js";
import { count } from "../lib/format.js";

const MB = 1e6;
const NO_ANSWER = "The dashboard did not answer. Look at its terminal, then try again.";

/**
 * A line of the answer: how many spans were read by then, or at the end the recording and where it plays, or an
 * error.
 * @typedef {object} Message
 * @property {number} [spans]
 * @property {string} [error]
 * @property {string} [url]
 * @property {string[]} [notes]
 * @property {{ spans: number }} [recording]
 */

/** The form for a file. Without this module it works, too: then only the result is shown. */
export class ImportForm {
  #form;
  #said;
  #progress;
  #stop;
  #file;
  #submit;
  /** @type {XMLHttpRequest | null} */
  #request = null;

  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.#form = form;
    this.#said = find(form, "[data-import=said]");
    this.#progress = find(form, "[data-import=progress]", HTMLProgressElement);
    this.#stop = find(form, "[data-import=stop]");
    this.#file = find(form, "[name=file]", HTMLInputElement);
    this.#submit = find(form, "[type=submit]", HTMLButtonElement);
  }

  /** Send the chosen file when the form is submitted. */
  listen() {
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      const file = this.#file.files?.[0];
      if (file) this.#send(file);
    });
    this.#stop.addEventListener("click", () => this.#request?.abort());
  }

  /** @param {File} file */
  #send({ size }) {
    const most = Number(this.#form.dataset.mostBytes);
    if (size > most) {
      const expected = `expected at most ${megabytes(most)}. Export fewer traces into one file`;
      this.#end(`The file is too large: it has ${megabytes(size)}, ${expected}.`, true);
      return;
    }
    const request = new XMLHttpRequest();
    this.#request = request;
    request.open("POST", this.#form.action);
    request.setRequestHeader("Accept", "application/x-ndjson, application/json");
    this.#watch(request);
    request.send(new FormData(this.#form));
    this.#show(0, "Sending …");
    this.#setBusy(true);
  }

  /** @param {XMLHttpRequest} request */
  #watch(request) {
    const last = () => messages(request.responseText).at(-1);
    request.upload.addEventListener("progress", ({ loaded, total }) =>
      this.#show(loaded / total, `Sending: ${megabytes(loaded)} of ${megabytes(total)}`),
    );
    request.upload.addEventListener("load", () => this.#show(null, "Reading …"));
    request.addEventListener("progress", () => {
      const { spans } = last() ?? {};
      if (spans) this.#show(null, `Reading: ${count(spans, "span")} so far`);
    });
    request.addEventListener("load", () => this.#finish(last()));
    request.addEventListener("error", () => this.#end(NO_ANSWER, true));
    request.addEventListener("abort", () => this.#end("Stopped: nothing was imported."));
  }

  /** @param {Message | undefined} message */
  #finish({ url, error, notes = [], recording } = {}) {
    if (!url) this.#end(error ?? NO_ANSWER, true);
    else if (!notes.length) location.assign(url);
    else {
      this.#end(`Imported: ${count(recording?.spans ?? 0, "span")}. ${notes.join(" ")} `);
      this.#said.append(html("a", { href: url }, "Play it"));
    }
  }

  /**
   * @param {number | null} share of 1, or null while it is unknown how much is left
   * @param {string} sentence
   */
  #show(share, sentence) {
    if (share === null) this.#progress.removeAttribute("value");
    else this.#progress.value = share;
    write(this.#said, sentence);
  }

  /**
   * @param {string} sentence
   * @param {boolean} [failed]
   */
  #end(sentence, failed = false) {
    this.#setBusy(false);
    this.#said.classList.toggle("error", failed);
    write(this.#said, sentence);
    this.#request = null;
  }

  /** @param {boolean} busy */
  #setBusy(busy) {
    this.#progress.hidden = !busy;
    this.#stop.hidden = !busy;
    this.#file.disabled = busy;
    this.#submit.disabled = busy;
    if (busy) this.#said.classList.remove("error");
  }
}

/**
 * The JSON objects in the whole lines that have arrived.
 * @param {string} text
 */
function messages(text) {
  const lines = text.split("\n");
  if (!text.endsWith("\n") && lines.length > 1) lines.pop();
  return lines.filter(Boolean).flatMap(read);
}

/**
 * @param {string} line
 * @returns {Message[]}
 */
function read(line) {
  try {
    return [JSON.parse(line)];
  } catch {
    return [];
  }
}

/** @param {number} bytes */
function megabytes(bytes) {
  return `${(bytes / MB).toFixed(1)} MB`;
}
