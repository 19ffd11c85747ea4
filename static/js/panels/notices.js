// @ts-check
// What a viewer must know about the picture itself: connection, losses, and what to do when there is none.

/** @import { Model } from "../model/model.js" */
/** @import { Losses } from "../model/types.js" */

import { byId, html, write } from "../lib/dom.js";
import { count } from "../lib/format.js";

/** @typedef {"connecting" | "open" | "closed"} ConnectionState */

const STATE_WORDS = { connecting: "connecting", closed: "disconnected" };
/** A connection that comes back at once is no news. */
const PATIENCE_MS = 700;
const PROXY = { name: "nginx", title: "nginx" };
/** What the dashboard sums up of services beyond those that it tells apart. */
const OTHERS = { name: "", title: "further services" };
const LOST =
  "The dashboard does not answer: the picture is frozen. Is make demo still running? " +
  "This page reconnects automatically.";

/** The state of the connection: a word in the header, and a banner that says what to do when it is lost. */
export class ConnectionNotice {
  #banner = byId("connection");
  #sign = byId("connected");
  #word = byId("connected-word");
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {() => void} retry */
  constructor(retry) {
    const button = html("button", { type: "button", class: "button" }, "Connect now");
    button.addEventListener("click", retry);
    this.#banner.append(html("span", {}, LOST), button);
  }

  /**
   * @param {ConnectionState} state
   * @param {string} mode the playhead's: while a film is shown, the word must not say that it is live
   */
  show(state, mode) {
    this.#sign.dataset.state = state;
    write(this.#word, state === "open" ? mode : STATE_WORDS[state]);
    if (state === "open") {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#banner.hidden = true;
    } else {
      this.#timer ??= setTimeout(() => (this.#banner.hidden = false), PATIENCE_MS);
    }
  }
}

/**
 * Show a sentence; "" takes the element away.
 * @param {HTMLElement} element
 * @param {string} sentence
 */
export function showNotice(element, sentence) {
  element.hidden = sentence === "";
  write(element, sentence);
}

/**
 * One line about what is not in the picture: reduced, dropped, evicted, missed; "" when nothing is. The proxy's
 * losses concern every row.
 * @param {Pick<Model, "losses" | "kept"> & { tooLarge?: number }} model
 * @param {number} missed
 * @param {{ name: string, title: string }[]} servers
 */
export function lossSentence({ losses, kept, tooLarge = 0 }, missed, servers) {
  const parts = [];
  for (const { name, title } of [...servers, PROXY, OTHERS]) {
    const found = lossesOf(losses[name] ?? {});
    if (found.length) parts.push(`${title}: ${found.join(", ")}`);
  }
  if (tooLarge) parts.push(`${count(tooLarge, "span")} too large to be shown`);
  if (kept?.evicted_traces) parts.push(`${count(kept.evicted_traces, "older trace")} no longer kept`);
  else if (kept?.evicted_spans) parts.push(`${count(kept.evicted_spans, "older span")} no longer kept`);
  if (kept?.conflicts) {
    parts.push(`${count(kept.conflicts, "message")} not believed, from another than who had opened the span`);
  }
  if (missed) parts.push(`this page missed ${count(missed, "span")}, then got the whole picture`);
  return parts.length ? `Not everything is in this picture. ${parts.join(" · ")}.` : "";
}

/** @param {Losses} losses */
function lossesOf({ dropped_spans: dropped = 0, reduced_requests: reduced = 0, counted_requests: counted = 0 }) {
  return [
    reduced && `${count(reduced, "request")} shown without details, since too many came at once`,
    counted && `${count(counted, "request")} only counted`,
    dropped && `${count(dropped, "span")} lost on the way here`,
  ].filter(Boolean);
}

/** @typedef {"nothing" | "no-server" | "nobody" | "quiet" | "left-out" | "disconnected"} EmptyKind */

/**
 * Why there is nothing to see, and what to do; null hides it.
 * @param {HTMLElement} element
 * @param {EmptyKind | null} kind
 * @param {() => void} openServers
 */
export function showEmpty(element, kind, openServers) {
  if (element.dataset.kind === String(kind)) return;
  element.dataset.kind = String(kind);
  element.hidden = kind === null;
  if (kind) element.replaceChildren(...EMPTY[kind](openServers));
}

/** @type {Record<EmptyKind, (openServers: () => void) => Node[]>} */
const EMPTY = {
  nothing: () => [
    html("strong", {}, "Nothing has been sent yet"),
    html("p", {}, "Press Fire: real requests go to both servers, and you see where each one is."),
    html("p", {}, "Requests of your own project, with the probes in it, come onto the stage by themselves."),
  ],
  "no-server": (openServers) => {
    const button = html("button", { type: "button", class: "button is-outline" }, "Open the servers");
    button.addEventListener("click", openServers);
    return [html("strong", {}, "No server is up"), html("p", {}, "Start one, then press Fire."), button];
  },
  nobody: () => [
    html("strong", {}, "Nobody has sent anything yet"),
    html("p", {}, "Start your project with the probes in it; nothing in it changes:"),
    html("pre", {}, "gatescope run -- python manage.py runserver"),
    html("p", {}, "Or let any program with OpenTelemetry, in any language, send here:"),
    html("pre", {}, `OTEL_EXPORTER_OTLP_ENDPOINT=${location.origin}\nOTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf`),
    html("p", {}, "Its first request brings a row for it."),
  ],
  quiet: () => [
    html("strong", {}, "Nothing came yet"),
    html("p", {}, "The next request of one of these services is shown as it comes."),
  ],
  "left-out": () => [
    html("strong", {}, "None of the requests that came is shown"),
    html("p", {}, "They are at other services than those of the rows, or the bar above leaves them out."),
  ],
  disconnected: () => [
    html("strong", {}, "No connection to the dashboard"),
    html("p", {}, "Start it with make demo; this page reconnects automatically."),
  ],
};
