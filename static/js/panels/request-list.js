// The list of requests on the stage: one line each, with its permalink. Rebuilt only when something changed.

import { waterfallAddress } from "../lib/addresses.js";
import { html } from "../lib/dom.js";
import { duration, shortId } from "../lib/format.js";
import { account } from "../scene/sentences.js";

/** Fill `body` (a tbody) with the requests of `take` at `servers`; `inspect(trace, button)` opens one. */
export class RequestList {
  #body;
  #inspect;
  #key = "";

  constructor(body, inspect) {
    this.#body = body;
    this.#inspect = inspect;
  }

  /** Does nothing while the list is not on the screen. */
  show(take, servers) {
    if (this.#body.closest("[hidden]")) return;
    const shown = (take?.traces ?? []).filter((trace) => servers.some((server) => server.name === trace.server));
    const key = `${servers.map((server) => server.name)} ${take?.key} ${shown.length} ${take?.version}`;
    if (key === this.#key) return;
    this.#key = key;
    const focused = this.#body.contains(document.activeElement) ? document.activeElement.dataset.id : null;
    this.#body.replaceChildren(...shown.map((trace) => this.#line(trace, take, servers)));
    if (focused) this.#body.querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus();
  }

  #line(trace, take, servers) {
    const server = servers.find((one) => one.name === trace.server);
    const number = take.numbers.get(trace.id);
    const button = html(
      "button",
      { type: "button", "data-id": `open-${trace.id}`, "aria-label": `Inspect request ${number} at ${server.title}` },
      String(number),
    );
    button.addEventListener("click", () => this.#inspect(trace, button));
    const link = html(
      "a",
      { href: waterfallAddress(trace) ?? `?trace=${trace.id}`, "data-id": `link-${trace.id}` },
      shortId(trace.id),
    );
    const { attributes } = trace.entry ?? trace.root;
    return html(
      "tr",
      { "data-interface": server.interface },
      html("td", {}, button),
      html("td", {}, server.title),
      html("td", {}, link),
      html("td", { class: trace.failed && "is-failed" }, status(trace)),
      html("td", {}, protocol(trace)),
      html("td", {}, sum(trace, "queue")),
      html("td", {}, sum(trace, "view")),
      html("td", {}, trace.open ? "open" : duration(trace.root.end_ns - trace.root.start_ns)),
      html(
        "td",
        {},
        attributes["process.pid"] ? `process ${attributes["process.pid"]}, ${attributes["thread.name"] ?? ""}` : "–",
      ),
    );
  }
}

function status(trace) {
  if (trace.open) return "on its way";
  if (trace.death) return `✕ died with worker ${trace.death.attributes["process.pid"] ?? ""}`;
  return String(trace.status ?? trace.root.attributes["error.type"] ?? "–");
}

/** What the client spoke: the server behind a proxy may have been spoken to in another version. */
function protocol({ client, entry, socket }) {
  if (socket) return "WebSocket";
  const version = (client ?? entry)?.attributes["network.protocol.version"];
  return version ? `HTTP/${version}` : "–";
}

function sum(trace, place) {
  const rows = account(trace).filter((row) => row.place === place);
  return rows.length ? duration(rows.reduce((total, row) => total + row.ns, 0)) : "–";
}
