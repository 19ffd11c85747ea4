// What a viewer must know about the picture itself: connection, losses, and what to do when there is none.

import { html, write } from "../lib/dom.js";
import { count } from "../lib/format.js";

const WORDS = { connecting: "connecting", closed: "disconnected" };
/** A connection that comes back at once is nobody's concern. */
const PATIENCE_MS = 700;
const PROXY = { name: "nginx", title: "nginx" };

/** The state of the connection: a word in the header, and a banner that says what to do when it is lost. */
export class ConnectionNotice {
  #banner = document.getElementById("connection");
  #sign = document.getElementById("connected");
  #word = document.getElementById("connected-word");
  #timer = null;
  #retry;

  constructor(retry) {
    this.#retry = html("button", { type: "button", class: "button" }, "Connect now");
    this.#retry.addEventListener("click", retry);
    this.#banner.append(
      html(
        "span",
        {},
        "The dashboard does not answer: what you see stands still. Does make demo still run? This page connects by itself.",
      ),
      this.#retry,
    );
  }

  /** `mode` is the playhead's: while a film is shown, the word must not say that it is live. */
  show(state, mode) {
    this.#sign.dataset.state = state;
    write(this.#word, WORDS[state] ?? mode);
    if (state === "open") {
      clearTimeout(this.#timer);
      this.#timer = null;
      this.#banner.hidden = true;
    } else {
      this.#timer ??= setTimeout(() => (this.#banner.hidden = false), PATIENCE_MS);
    }
  }
}

/** A sentence of the dashboard about itself; "" takes it away. */
export function showNotice(element, sentence) {
  element.hidden = sentence === "";
  write(element, sentence);
}

/** One line about what is not in the picture of `servers`. Hidden while it is complete. */
export function showLosses(element, model, missed, servers) {
  const sentence = lossSentence(model, missed, servers);
  element.hidden = sentence === "";
  write(element, sentence);
}

/** Reduced, dropped, evicted, missed; the proxy's losses concern every row. "" when nothing is. */
export function lossSentence({ losses, kept }, missed, servers) {
  const parts = [];
  for (const { name, title } of [...servers, PROXY]) {
    const found = lossesOf(losses[name] ?? {});
    if (found.length) parts.push(`${title}: ${found.join(", ")}`);
  }
  if (kept?.evicted_traces) parts.push(`${count(kept.evicted_traces, "older trace")} no longer kept`);
  else if (kept?.evicted_spans) parts.push(`${count(kept.evicted_spans, "older span")} no longer kept`);
  if (missed) parts.push(`this page missed ${count(missed, "span")}, then got the whole picture`);
  return parts.length ? `Not everything is in this picture. ${parts.join(" · ")}.` : "";
}

function lossesOf({ dropped_spans: dropped, reduced_requests: reduced, counted_requests: counted }) {
  return [
    reduced && `${count(reduced, "request")} shown without details, since too many came at once`,
    counted && `${count(counted, "request")} only counted`,
    dropped && `${count(dropped, "span")} lost on the way here`,
  ].filter(Boolean);
}

/** The empty states that say what to do; null hides them. */
export function showEmpty(element, kind, openServers) {
  if (element.dataset.kind === String(kind)) return;
  element.dataset.kind = String(kind);
  element.hidden = kind === null;
  if (kind === "nothing") {
    element.replaceChildren(
      html("strong", {}, "Nothing has been sent yet"),
      html("p", {}, "Press Fire: real requests go to both servers, and you see where each one stands."),
    );
  } else if (kind === "no-server") {
    const button = html("button", { type: "button", class: "button is-outline" }, "Open the servers");
    button.addEventListener("click", openServers);
    element.replaceChildren(
      html("strong", {}, "No server is up"),
      html("p", {}, "Start one, then press Fire."),
      button,
    );
  } else if (kind === "disconnected") {
    element.replaceChildren(
      html("strong", {}, "No connection to the dashboard"),
      html("p", {}, "Start it with make demo; this page connects by itself."),
    );
  }
}
