// @ts-check
// The socket, as htmx owns it: span frames are taken out of its stream here, HTML fragments pass on to htmx.
// Counts what went missing, and asks for a new snapshot by connecting again.

/** @import { HtmxEvent, SocketWrapper } from "../lib/htmx.js" */
/** @import { Frame, Span } from "../model/types.js" */
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
 * `onFrame` is called for each span frame in order, and once for a whole snapshot: in parts it would be a past that
 * passes over the stage as if it were live. `onState` is called when the connection changed.
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
  /**
   * The spans of a snapshot of which parts are still missing.
   * @type {Span[]}
   */
  #parts = [];
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
    wrapper.send(JSON.stringify({ ack: frame.seq }));
    const begins = frame.snapshot && frame.part === 1;
    if (this.#expected === null && !begins) return;
    if (this.#expected !== null && frame.seq !== this.#expected) {
      this.#mend();
      return;
    }
    this.#expected = frame.seq + 1;
    const whole = this.#whole(frame);
    if (!whole) return;
    this.frames += 1;
    this.#handlers.onFrame(whole);
  }

  /**
   * The frame, or the whole snapshot whose last part it is; null before that.
   * @param {Frame} frame
   * @returns {Frame | null}
   */
  #whole(frame) {
    if (!frame.snapshot) return frame;
    this.#parts = frame.part === 1 ? frame.spans : this.#parts.concat(frame.spans);
    if ((frame.part ?? 1) < (frame.parts ?? 1)) return null;
    const spans = this.#parts;
    this.#parts = [];
    return { ...frame, spans };
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
