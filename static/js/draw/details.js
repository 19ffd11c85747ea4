// The blocks an inspector is made of. Everything in them is text: spans are hostile.

import { html } from "../lib/dom.js";
import { duration } from "../lib/format.js";
import { account, accountName, instrumentWords } from "../scene/sentences.js";

/** Longer than this is no duration but a time since 1970. */
const MOMENT_NS = 1e17;
const HIDDEN = new Set(["gatescope.code", "gatescope.slices"]);

export function section(title, ...children) {
  return html("section", {}, html("h3", {}, title), ...children);
}

/** How long the request stood where; the lines add up to the client's total. Below it what measuring cost. */
export function accountBlock(trace) {
  const shape = trace.entry?.attributes["gatescope.interface"] === "asgi" ? "asgi" : "wsgi";
  const rows = account(trace).filter((row) => Number.isFinite(row.ns));
  const lines = rows.map((row) => line(accountName(row, shape, trace.socket), duration(row.ns)));
  const { root } = trace;
  if (root.end_ns !== null) lines.push(line("total", duration(root.end_ns - root.start_ns), "total"));
  const own = instrumentWords(trace);
  return section(
    "Where the time went",
    html("table", {}, html("tbody", {}, ...lines)),
    own && html("p", { class: "own-cost" }, own),
  );
}

function line(name, value, kind = "") {
  return html("tr", { class: kind }, html("th", { scope: "row" }, name), html("td", { class: "number" }, value));
}

/** The view's source with its real line numbers. */
export function codeBlock(view) {
  const code = view.attributes["gatescope.code"];
  if (!code) return null;
  const first = Number(view.attributes["code.line.number"] ?? 1);
  const path = String(view.attributes["code.file.path"] ?? "")
    .split("/")
    .slice(-2)
    .join("/");
  const lines = String(code)
    .replace(/\n$/, "")
    .split("\n")
    .map((text, i) =>
      html(
        "span",
        { class: "code-line" },
        html("span", { class: "code-number", "aria-hidden": "true" }, String(first + i)),
        html("span", {}, text || " "),
      ),
    );
  return section(`The view, ${path}`, html("pre", { class: "code", tabindex: 0 }, html("code", {}, ...lines)));
}

export function commandBlock(command) {
  if (!command) return null;
  return section("How this server was started", html("pre", { class: "code is-command" }, html("code", {}, command)));
}

/** The exceptions of a trace, and what the client met. */
export function errorBlock(trace) {
  const found = [];
  for (const span of trace.spans.values()) {
    for (const event of span.events ?? []) {
      const { "exception.type": type, "exception.message": message } = event.attributes ?? {};
      if (type && !found.includes(`${type}: ${message}`)) found.push(`${type}: ${message}`);
    }
  }
  const met = trace.client?.attributes["error.type"];
  if (met) found.push(String(met));
  return found.length
    ? section("What went wrong", ...found.map((text) => html("p", { class: "error" }, text)))
    : null;
}

export function attributeTable(span) {
  const entries = Object.entries(span.attributes).filter(([name]) => !HIDDEN.has(name));
  const rows = entries
    .sort()
    .map(([name, value]) =>
      html("tr", {}, html("th", { scope: "row" }, name), html("td", {}, show(name, value, span))),
    );
  return html(
    "details",
    { "data-name": "attributes" },
    html("summary", {}, `Attributes of ${span.stage || "span"} “${span.name}”`),
    html("table", {}, html("tbody", {}, ...rows)),
  );
}

/** Nanoseconds in words: durations as they are, moments by their distance from the start of the span. */
function show(name, value, { start_ns: start }) {
  if (name.endsWith("_ns") && typeof value === "number") {
    if (value < MOMENT_NS) return duration(value);
    return value < start
      ? `${duration(start - value)} before this span began`
      : `${duration(value - start)} after this span began`;
  }
  return Array.isArray(value) ? value.join(", ") : String(value);
}
