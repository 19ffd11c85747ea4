// @ts-check
// The list of requests on the stage: one line each, with its permalink. Rebuilt only when something changed.

/** @import { Trace } from "../model/trace.js" */
/** @import { Place, Server, Take } from "../model/types.js" */

import { waterfallAddress } from "../lib/addresses.js";
import { html } from "../lib/dom.js";
import { duration, shortId } from "../lib/format.js";
import { ERROR_TYPE, PROCESS_ID, PROTOCOL_VERSION, THREAD_NAME } from "../model/attributes.js";
import { Leg } from "../model/legs.js";
import { account } from "../scene/account.js";
import { askedFor } from "../scene/asked-for.js";

/** Fills a tbody with the requests of a take. */
export class RequestList {
  #body;
  #inspect;
  #key = "";

  /**
   * @param {HTMLElement} body
   * @param {(trace: Trace, button: HTMLElement) => void} inspect opens a request
   */
  constructor(body, inspect) {
    this.#body = body;
    this.#inspect = inspect;
  }

  /**
   * Show the requests of `take` at `servers`; nothing while the list is not on the screen.
   * @param {Take | null} take
   * @param {Server[]} servers
   */
  show(take, servers) {
    if (this.#body.closest("[hidden]")) return;
    const byName = new Map(servers.map((server) => [server.name, server]));
    const shown = (take?.traces ?? []).filter((trace) => byName.has(trace.server));
    const key = `${[...byName.keys()]} ${take?.key} ${shown.length} ${take?.version}`;
    if (key === this.#key) return;
    this.#key = key;
    const focused = this.#focused();
    const lines = shown.map((trace) => {
      const server = byName.get(trace.server) ?? servers[0];
      return this.#line(trace, take?.numbers.get(trace.id) ?? 0, server);
    });
    this.#body.replaceChildren(...lines);
    if (focused) /** @type {HTMLElement | null} */ (this.#body.querySelector(focused))?.focus();
  }

  /** A selector of what has the focus, in the lines that are to come as well; "" when it is elsewhere. */
  #focused() {
    const { activeElement } = document;
    const isHere = activeElement instanceof HTMLElement && this.#body.contains(activeElement);
    return isHere ? `[data-id="${CSS.escape(activeElement.dataset.id ?? "")}"]` : "";
  }

  /**
   * @param {Trace} trace
   * @param {number} number
   * @param {Server} server
   */
  #line(trace, number, server) {
    const label = `Inspect request ${number} at ${server.title}`;
    const button = html(
      "button",
      { type: "button", "data-id": `open-${trace.id}`, "aria-label": label },
      String(number),
    );
    button.addEventListener("click", () => this.#inspect(trace, button));
    const address = waterfallAddress(trace) ?? `?trace=${trace.traceId}`;
    const link = html("a", { href: address, "data-id": `link-${trace.id}` }, shortId(trace.traceId));
    return html(
      "tr",
      { "data-interface": server.interface },
      html("td", {}, button),
      html("td", {}, server.title),
      html("td", { class: "asked" }, asked(trace)),
      html("td", {}, link),
      html("td", { class: trace.failed && "is-failed" }, status(trace)),
      html("td", {}, protocol(trace)),
      html("td", {}, timeIn(trace, "queue")),
      html("td", {}, timeIn(trace, "view")),
      html("td", {}, total(trace)),
      html("td", {}, whereabouts(trace)),
    );
  }
}

/**
 * What was asked for: method and path, and the route where that says more.
 * @param {Trace} trace
 */
function asked(trace) {
  const { line, route } = askedFor(trace);
  if (!line) return "–";
  if (trace instanceof Leg && trace.caller)
    return html("span", {}, line, html("small", {}, ` for ${trace.caller.server}`));
  return route ? html("span", { title: `route ${route}` }, line, html("small", {}, ` ${route}`)) : line;
}

/** @param {Trace} trace */
function status(trace) {
  if (trace.open) return "on its way";
  if (trace.death) return `✕ died with worker ${trace.death.attributes[PROCESS_ID] ?? ""}`;
  return String(trace.status ?? trace.root.attributes[ERROR_TYPE] ?? "–");
}

/**
 * What the client spoke: the server behind a proxy may have been spoken to in another version.
 * @param {Trace} trace
 */
function protocol({ client, entry, socket }) {
  if (socket) return "WebSocket";
  const version = (client ?? entry)?.attributes[PROTOCOL_VERSION];
  return version ? `HTTP/${version}` : "–";
}

/**
 * @param {Trace} trace
 * @param {Place} place
 */
function timeIn(trace, place) {
  const lines = account(trace).filter((line) => line.place === place && line.doing !== "templates");
  return lines.length ? duration(lines.reduce((sum, { ns }) => sum + ns, 0)) : "–";
}

/** @param {Trace} trace */
function total({ root }) {
  return root.end_ns === null ? "open" : duration(root.end_ns - root.start_ns);
}

/**
 * Where its view ran: under ASGI a sync view has a thread of its own, which is not the one that took the request.
 * @param {Trace} trace
 */
function whereabouts(trace) {
  const view = trace.first("view");
  const ran = view?.attributes[THREAD_NAME] ? view : (trace.entry ?? trace.root);
  const { [PROCESS_ID]: pid, [THREAD_NAME]: thread = "" } = ran.attributes;
  return pid ? `process ${pid}, ${thread}` : "–";
}
