// @ts-check
// What a viewer must know about the picture itself: connection, losses, and what to do when there is none.

/** @import { Model } from "../model/model.js" */
/** @import { Trace } from "../model/trace.js" */
/** @import { Take } from "../model/types.js" */

import { byId, html, write } from "../lib/dom.js";
import { count } from "../lib/format.js";
import { REDUCED } from "../model/attributes.js";

/** @typedef {"connecting" | "open" | "closed"} ConnectionState */

const STATE_WORDS = { connecting: "connecting", closed: "disconnected" };
/** A connection that comes back at once is no news. */
const PATIENCE_MS = 700;
/** The dashboard may be started again meanwhile, with other keys. */
const ASK_AGAIN_MS = 3000;
const PROXY = { name: "nginx", title: "nginx" };
/** What the dashboard sums up of services beyond those that it tells apart. */
const OTHERS = { name: "", title: "further services" };
const LOST =
  "The dashboard does not answer: the picture is frozen. Is make demo still running? " +
  "This page reconnects automatically.";
const REFUSED = "The dashboard no longer knows this browser: its keys have changed. ";
/** Answered to whoever may see this page, so that it tells one that is away from one that refuses. */
const GUARDED = "/fleet";

/** The state of the connection: a word in the header, and a banner that says what to do when it is lost. */
export class ConnectionNotice {
  #banner = byId("connection");
  #sign = byId("connected");
  #word = byId("connected-word");
  #reason = html("span", {}, LOST);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {() => void} retry */
  constructor(retry) {
    const button = html("button", { type: "button", class: "button" }, "Connect now");
    button.addEventListener("click", retry);
    this.#banner.append(this.#reason, button);
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
      this.#timer ??= setTimeout(() => this.#explain(), PATIENCE_MS);
    }
  }

  /** A browser does not tell a script why a socket was refused, so the dashboard is asked. */
  async #explain() {
    this.#banner.hidden = false;
    if (await isRefused()) this.#reason.replaceChildren(REFUSED, html("a", { href: "/join" }, "Join again"));
    else this.#reason.replaceChildren(LOST);
    if (this.#timer) this.#timer = setTimeout(() => this.#explain(), ASK_AGAIN_MS);
  }
}

async function isRefused() {
  try {
    return (await fetch(GUARDED, { method: "HEAD" })).status === 403;
  } catch {
    return false;
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
 * One line about what is missing from the film on the stage; "" when nothing is. The proxy's losses concern every
 * row.
 * @param {Pick<Model, "losses" | "tooLarge" | "traces">} model
 * @param {Take | null} take
 * @param {{ name: string, title: string }[]} servers
 */
export function lossSentence({ losses, tooLarge, traces }, take, servers) {
  if (!take) return "";
  const parts = [];
  for (const { name, title } of [...servers, PROXY, OTHERS]) {
    const found = lossesOf(name, take, (counter) => losses.grown(name, counter, take));
    if (found.length) parts.push(`${title}: ${found.join(", ")}`);
  }
  if (tooLarge) parts.push(`${count(tooLarge, "span")} too large to be shown`);
  const cut = losses.grown("", "cut_spans", take);
  if (cut) parts.push(`${count(cut, "span")} beyond what is kept of a trace`);
  const [oldest] = traces.values();
  // While the oldest of all are on the stage, what made room for newer ones would stand beside them.
  const isOldest = take.traces.includes(oldest) && oldest.run === null;
  const forgotten = isOldest ? losses.grown("", "evicted_traces", take) : forgottenOf(take);
  if (forgotten) parts.push(`${count(forgotten, "older request")} no longer kept`);
  const conflicts = losses.grown("", "conflicts", take);
  if (conflicts) parts.push(`${count(conflicts, "message")} not believed, from another than who had opened the span`);
  return parts.length ? `Not everything is in this picture. ${parts.join(" · ")}.` : "";
}

/**
 * @param {string} server
 * @param {Take} take
 * @param {(counter: string) => number} grown
 */
function lossesOf(server, { traces }, grown) {
  const isReduced = (/** @type {Trace} */ { entry }) => entry?.attributes[REDUCED] === true;
  const seen = traces.filter((trace) => trace.server === server && isReduced(trace)).length;
  const [reduced, counted, dropped] = [
    Math.max(seen, grown("reduced_requests")),
    grown("counted_requests"),
    grown("dropped_spans"),
  ];
  return [
    reduced && `${count(reduced, "request")} shown without details, since too many came at once`,
    counted && `${count(counted, "request")} only counted`,
    dropped && `${count(dropped, "span")} lost on the way here`,
  ].filter(Boolean);
}

/**
 * How many requests of a run the dashboard has forgotten: they are numbered from 1, and the oldest go first.
 * @param {Take} take
 */
function forgottenOf({ traces }) {
  /** @type {Map<string, Set<number>>} */
  const numbers = new Map();
  for (const { server, index, run } of traces) {
    if (run === null || index === null) continue;
    const known = numbers.get(server) ?? new Set();
    numbers.set(server, known.add(index));
  }
  return [...numbers.values()].reduce((sum, known) => sum + Math.max(...known) - known.size, 0);
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
