// The blocks an inspector is made of. Everything in them is text: spans are hostile.

import { html } from "./dom.js";
import { duration } from "./format.js";
import { PLACE_NAMES, STATE_SHORT, account } from "./words.js";

const HIDDEN = new Set(["gatescope.code", "gatescope.slices"]);

export function section(title, ...children) {
  return html("section", {}, html("h3", {}, title), ...children);
}

/** How long the request stood where; the lines add up to the client's total. */
export function accountTable(trace) {
  const names = PLACE_NAMES[trace.entry?.attributes["gatescope.interface"]] ?? PLACE_NAMES.wsgi;
  const rows = account(trace).filter((row) => Number.isFinite(row.ns));
  const lines = rows.map((row) => line(`${names[row.place]}, ${STATE_SHORT[row.state]}`, duration(row.ns)));
  const { root } = trace;
  if (root.end_ns !== null) lines.push(line("total", duration(root.end_ns - root.start_ns), "total"));
  return html("table", {}, html("tbody", {}, ...lines));
}

function line(name, value, kind = "") {
  return html("tr", { class: kind }, html("th", { scope: "row" }, name), html("td", { class: "number" }, value));
}

/** The view's source with its real line numbers. */
export function codeBlock(view) {
  const code = view.attributes["gatescope.code"];
  if (!code) return null;
  const first = Number(view.attributes["code.line.number"] ?? 1);
  const path = String(view.attributes["code.file.path"] ?? "").split("/").slice(-2).join("/");
  const lines = String(code)
    .replace(/\n$/, "")
    .split("\n")
    .map((text, i) => html("span", { class: "code-line" }, html("span", { class: "code-number", "aria-hidden": "true" }, String(first + i)), html("span", {}, text || " ")));
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
  return found.length ? section("What went wrong", ...found.map((text) => html("p", { class: "error" }, text))) : null;
}

export function attributeTable(span) {
  const entries = Object.entries(span.attributes).filter(([name]) => !HIDDEN.has(name));
  const rows = entries.sort().map(([name, value]) => html("tr", {}, html("th", { scope: "row" }, name), html("td", {}, show(name, value))));
  return html("details", { "data-name": "attributes" }, html("summary", {}, `Attributes of ${span.stage || "span"} “${span.name}”`), html("table", {}, html("tbody", {}, ...rows)));
}

/** Durations in words; absolute times and everything else as they are. */
function show(name, value) {
  const absolute = typeof value === "number" && value > 1e17;
  if (name.endsWith("_ns") && typeof value === "number" && !absolute) return duration(value);
  return Array.isArray(value) ? value.join(", ") : String(value);
}
