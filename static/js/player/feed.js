// The socket, as htmx owns it: span frames are taken out of its stream here, HTML fragments pass on to htmx.
// Counts what went missing, and asks for a new snapshot by connecting again.

/** The dashboard sends something at least once a second; longer silence means that nobody is there. */
const SILENCE_MS = 2000;
const WATCH_MS = 250;
const RETRY_MS = 1000;
const LONGEST_RETRY_MS = 4000;
/** Close codes after which htmx connects again by itself. */
const HTMX_RETRIES = new Set([1006, 1011, 1012, 1013]);

/** Calls `onFrame(frame)` for each span frame in order and `onState("connecting" | "open" | "closed")`. */
export class Feed {
  frames = 0;
  gaps = 0;
  state = "connecting";
  #handlers;
  #wrapper = null;
  #socket = null;
  #expected = null;
  #heard = 0;

  constructor(element, handlers) {
    this.#handlers = handlers;
    window.htmx.config.wsReconnectDelay = (tries) =>
      Math.min(LONGEST_RETRY_MS, RETRY_MS * 2 ** tries) * (0.5 + Math.random() / 2);
    element.addEventListener("htmx:wsOpen", (event) => this.#opened(event.detail));
    element.addEventListener("htmx:wsClose", (event) => this.#closed(event.detail));
    element.addEventListener("htmx:wsBeforeMessage", (event) => this.#message(event));
    setInterval(() => this.#watch(), WATCH_MS);
  }

  /** Drop this connection and open another: its first frame is a snapshot. */
  reconnect() {
    this.#expected = null;
    this.#heard = performance.now();
    this.#become("connecting");
    this.#wrapper?.reconnect();
  }

  #opened({ event, socketWrapper }) {
    this.#wrapper = socketWrapper;
    this.#socket = event.target;
    this.#expected = null;
    this.#heard = performance.now();
    this.#become("open");
  }

  /** A socket that was replaced closes late; only the current one counts. */
  #closed({ event, socketWrapper }) {
    if (this.#socket && event.target !== this.#socket) return;
    this.#wrapper = socketWrapper;
    this.#socket = null;
    this.#become("closed");
    if (!HTMX_RETRIES.has(event.code)) setTimeout(() => this.state === "closed" && this.reconnect(), RETRY_MS);
  }

  #message(event) {
    this.#heard = performance.now();
    const { message, socketWrapper } = event.detail;
    if (typeof message === "string" && message.startsWith("<")) return;
    // Never htmx's: a span's strings must not be read as HTML.
    event.preventDefault();
    this.#take(JSON.parse(message), socketWrapper);
  }

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

  #become(state) {
    this.state = state;
    this.#handlers.onState(state);
  }
}
