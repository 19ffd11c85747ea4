// @ts-check
// The blocks an inspector is made of. Everything in them is text: spans are hostile.

/** @import { Child } from "../lib/dom.js" */
/** @import { Trace } from "../model/trace.js" */
/** @import { AttributeValue, Interface, Span } from "../model/types.js" */

import { html } from "../lib/dom.js";
import { duration } from "../lib/format.js";
import {
  CODE,
  CODE_FILE,
  CODE_LINE,
  ERROR_TYPE,
  EXCEPTION_MESSAGE,
  EXCEPTION_TYPE,
  INTERFACE,
  SLICES,
} from "../model/attributes.js";
import { account, accountName } from "../scene/account.js";
import { instrumentSentences } from "../scene/sentences.js";

/** Longer than this is no duration but a time since 1970. */
const MOMENT_NS = 1e17;
/**
 * Attributes that have a block of their own, or are no text.
 * @type {Set<string>}
 */
const HIDDEN = new Set([CODE, SLICES]);

/**
 * @param {string} title
 * @param {...Child} children
 */
export function section(title, ...children) {
  return html("section", {}, html("h3", {}, title), ...children);
}

/**
 * How long the request was where; the lines add up to the client's total. Below it what measuring cost.
 * @param {Trace} trace
 */
export function accountBlock(trace) {
  const shape = interfaceOf(trace);
  const known = account(trace).filter(({ ns }) => Number.isFinite(ns));
  const lines = known.map((one) => line(accountName(one, shape, trace.socket), duration(one.ns)));
  const { root } = trace;
  if (root.end_ns !== null) lines.push(line("total", duration(root.end_ns - root.start_ns), "total"));
  const own = instrumentSentences(trace);
  return section(
    "Where the time went",
    html("table", {}, html("tbody", {}, ...lines)),
    own && html("p", { class: "own-cost" }, own),
  );
}

/**
 * The interface that a request was served through, as far as it is known.
 * @param {Trace} trace
 * @returns {Interface}
 */
export function interfaceOf({ entry }) {
  return entry?.attributes[INTERFACE] === "asgi" ? "asgi" : "wsgi";
}

/**
 * @param {string} name
 * @param {string} value
 * @param {string} [kind]
 */
function line(name, value, kind = "") {
  return html("tr", { class: kind }, html("th", { scope: "row" }, name), html("td", { class: "number" }, value));
}

/**
 * The view's source with its real line numbers.
 * @param {Span} view
 */
export function codeBlock({ attributes }) {
  const code = attributes[CODE];
  if (!code) return null;
  const first = Number(attributes[CODE_LINE] ?? 1);
  const path = String(attributes[CODE_FILE] ?? "");
  const texts = String(code).replace(/\n$/, "").split("\n");
  const lines = texts.map((text, i) => codeLine(text, first + i));
  const title = `The view, ${path.split("/").slice(-2).join("/")}`;
  return section(title, html("pre", { class: "code", tabindex: 0 }, html("code", {}, ...lines)));
}

/**
 * @param {string} text
 * @param {number} number
 */
function codeLine(text, number) {
  return html(
    "span",
    { class: "code-line" },
    html("span", { class: "code-number", "aria-hidden": "true" }, String(number)),
    html("span", {}, text || " "),
  );
}

/** @param {string | undefined} command */
export function commandBlock(command) {
  if (!command) return null;
  return section("How this server was started", html("pre", { class: "code is-command" }, html("code", {}, command)));
}

/**
 * The exceptions of a trace, and what the client met.
 * @param {Trace} trace
 */
export function errorBlock(trace) {
  /** @type {Set<string>} */
  const found = new Set();
  for (const { events = [] } of trace.spans.values()) {
    for (const { attributes = {} } of events) {
      const { [EXCEPTION_TYPE]: type, [EXCEPTION_MESSAGE]: message } = attributes;
      if (type) found.add(`${type}: ${message}`);
    }
  }
  const met = trace.client?.attributes[ERROR_TYPE];
  if (met) found.add(String(met));
  if (!found.size) return null;
  return section("What went wrong", ...[...found].map((text) => html("p", { class: "error" }, text)));
}

/** @param {Span} span */
export function attributeTable(span) {
  const names = Object.keys(span.attributes).filter((name) => !HIDDEN.has(name));
  const rows = names.toSorted().map((name) => {
    const value = html("td", {}, valueText(name, span.attributes[name], span));
    return html("tr", {}, html("th", { scope: "row" }, name), value);
  });
  return html(
    "details",
    { "data-name": "attributes" },
    html("summary", {}, `Attributes of ${span.stage || "span"} “${span.name}”`),
    html("table", {}, html("tbody", {}, ...rows)),
  );
}

/**
 * Nanoseconds in words: durations as they are, moments by their distance from the start of the span.
 * @param {string} name
 * @param {AttributeValue | undefined} value
 * @param {Span} span
 */
function valueText(name, value, { start_ns: start }) {
  if (!name.endsWith("_ns") || typeof value !== "number")
    return Array.isArray(value) ? value.join(", ") : String(value);
  if (value < MOMENT_NS) return duration(value);
  return value < start
    ? `${duration(start - value)} before this span began`
    : `${duration(value - start)} after this span began`;
}
