// @ts-check
// The socket, as htmx owns it: span frames are taken out of its stream here, HTML fragments pass on to htmx.
// Counts what went missing, and asks for a new snapshot by connecting again.

/** @import { HtmxEvent, SocketWrapper } from "../lib/htmx.js" */
/** @import { Frame } from "../model/types.js" */
/** @import { ConnectionState } from "../panels/notices.js" */

import { htmx, onHtmx } from "../lib/htmx.js";

/** The dashboard sends something at least once a second; longer silence means that the connection is dead. */
const SILENCE_MS = 2000;
const WATCH_MS = 250;
const RETRY_MS = 1000;
const LONGEST_RETRY_MS = 4000;
/** Close codes after which htmx connects again by itself. */
const HTMX_RETRIES = new Set([1006, 1011, 1012, 1013]);

/**
 * `onFrame` is called for each span frame in order, `onState` when the connection changed.
 * @typedef {{ onFrame: (frame: Frame) => void, onState: (state: ConnectionState) => void }} Handlers
 */

export class Feed {
  frames = 0;
  gaps = 0;
  /** @type {ConnectionState} */
  state = "connecting";
  #handlers;
  /** @type {SocketWrapper | null} */
  #wrapper = null;
  /** @type {EventTarget | null} */
  #socket = null;
  /** @type {number | null} */
  #expected = null;
  #heard = 0;

  /**
   * @param {HTMLElement} element that htmx connects
   * @param {Handlers} handlers
   */
  constructor(element, handlers) {
    this.#handlers = handlers;
    htmx().config.wsReconnectDelay = (tries) =>
      Math.min(LONGEST_RETRY_MS, RETRY_MS * 2 ** tries) * (0.5 + Math.random() / 2);
    onHtmx("htmx:wsOpen", (event) => this.#opened(event), element);
    onHtmx("htmx:wsClose", (event) => this.#closed(event), element);
    onHtmx("htmx:wsBeforeMessage", (event) => this.#message(event), element);
    setInterval(() => this.#watch(), WATCH_MS);
  }

  /** Drop this connection and open another: its first frame is a snapshot. */
  reconnect() {
    this.#expected = null;
    this.#heard = performance.now();
    this.#become("connecting");
    this.#wrapper?.reconnect();
  }

  /** @param {HtmxEvent} event */
  #opened({ detail }) {
    this.#wrapper = detail.socketWrapper;
    this.#socket = detail.event.target;
    this.#expected = null;
    this.#heard = performance.now();
    this.#become("open");
  }

  /**
   * A socket that was replaced closes late; only the current one counts.
   * @param {HtmxEvent} event
   */
  #closed({ detail: { event, socketWrapper } }) {
    if (this.#socket && event.target !== this.#socket) return;
    this.#wrapper = socketWrapper;
    this.#socket = null;
    this.#become("closed");
    if (!HTMX_RETRIES.has(event.code)) setTimeout(() => this.state === "closed" && this.reconnect(), RETRY_MS);
  }

  /** @param {HtmxEvent} event */
  #message(event) {
    this.#heard = performance.now();
    const { message, socketWrapper } = event.detail;
    if (typeof message === "string" && message.startsWith("<")) return;
    // Never htmx's: a span's strings must not be read as HTML.
    event.preventDefault();
    this.#take(JSON.parse(message), socketWrapper);
  }

  /**
   * @param {Frame} frame
   * @param {SocketWrapper} wrapper
   */
  #take(frame, wrapper) {
    this.frames += 1;
    wrapper.send(JSON.stringify({ ack: frame.seq }));
    const begins = frame.snapshot && frame.part === 1;
    if (this.#expected === null && !begins) return;
    if (this.#expected !== null && frame.seq !== this.#expected) {
      this.#mend();
      return;
    }
    this.#expected = frame.seq + 1;
    this.#handlers.onFrame(frame);
  }

  #watch() {
    if (this.state === "open" && performance.now() - this.#heard > SILENCE_MS) this.#mend();
  }

  #mend() {
    this.gaps += 1;
    this.reconnect();
  }

  /** @param {ConnectionState} state */
  #become(state) {
    this.state = state;
    this.#handlers.onState(state);
  }
}
