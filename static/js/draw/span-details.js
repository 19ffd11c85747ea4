// @ts-check
// What few spans have, and where a span comes from, as blocks of an inspector. Everything is text: spans are hostile.

/** @import { Span, SpanLink } from "../model/types.js" */

import { waterfallAddress } from "../lib/addresses.js";
import { html } from "../lib/dom.js";
import { duration } from "../lib/format.js";
import { DB_QUERY } from "../model/attributes.js";

/** Where a statement is broken into lines. */
const BEGINNINGS = "FROM|WHERE|GROUP BY|HAVING|ORDER BY|LIMIT|VALUES|SET|RETURNING|UNION";
const CLAUSES = new RegExp(`\\s+(${BEGINNINGS}|(?:LEFT |RIGHT |INNER |OUTER |CROSS )*JOIN)\\b`, "g");
/** How many sources are remembered: a page asks for each once. */
const MOST_KNOWN = 50;
/** @type {Map<string, Record<string, Record<string, unknown>>>} */
const known = new Map();

/**
 * The links, the events and the remaining fields of a span, and its source; nothing for a span that has none.
 * @param {Span} span
 * @returns {HTMLElement[]}
 */
export function spanDetails(span) {
  return [statementBlock(span), linksBlock(span), eventsBlock(span), fieldsBlock(span), sourceBlock(span)].filter(
    (one) => one !== null,
  );
}

/**
 * The statement of a query, a clause a line.
 * @param {Span} span
 */
function statementBlock({ attributes }) {
  const statement = attributes[DB_QUERY];
  if (typeof statement !== "string" || !statement) return null;
  const lines = statement.replace(CLAUSES, "\n$1").trim();
  return html("section", {}, html("h3", {}, "Statement"), html("pre", { class: "statement" }, lines));
}

/** @param {Span} span */
function linksBlock({ links = [] }) {
  if (!links.length) return null;
  return folded(
    "links",
    `Links to ${links.length} other ${links.length === 1 ? "span" : "spans"}`,
    links.map(linkRow),
  );
}

/** @param {SpanLink} link */
function linkRow({ trace_id: id, span_id: span, attributes = {}, trace_state: state }) {
  const address = waterfallAddress({ traceId: id });
  const name = `${id.slice(0, 8)}… / ${span}`;
  const target = address && /^[0-9a-f]{32}$/.test(id) ? html("a", { href: `${address}?span=${span}` }, name) : name;
  const said = Object.entries(attributes).map(([key, value]) => `${key}: ${plain(value)}`);
  return row(target, [...said, state ?? ""].filter(Boolean).join(", "));
}

/** @param {Span} span */
function eventsBlock({ events = [], start_ns: start }) {
  if (!events.length) return null;
  const rows = events.map(({ name, time_ns: at, attributes = {} }) => {
    const said = Object.entries(attributes).map(([key, value]) => `${key}: ${plain(value)}`);
    return row(name, [`after ${duration(Math.max(0, at - start))}`, ...said].join(", "));
  });
  return folded("events", events.length === 1 ? "1 event" : `${events.length} events`, rows);
}

/** @param {Span} span */
function fieldsBlock({ kind, flags, trace_state: state, dropped = {} }) {
  const lost = Object.entries(dropped).map(([what, count]) =>
    row(`${what} dropped by its instrument`, String(count)),
  );
  const rows = [
    kind ? row("kind", kind) : null,
    flags ? row("flags", `0x${flags.toString(16)}`) : null,
    state ? row("trace state", state) : null,
    ...lost,
  ].filter((one) => one !== null);
  return rows.length ? folded("fields", "Kind, flags and state", rows) : null;
}

/**
 * The resource and the scope, which frames do not carry: they are asked for when somebody looks.
 * @param {Span} span
 */
function sourceBlock({ trace_id: id, source }) {
  const address = waterfallAddress({ traceId: id });
  if (!source || !address) return null;
  const block = folded("source", "Resource and scope", []);
  block.addEventListener("toggle", () => void fill(block, address, source), { once: true });
  return block;
}

/**
 * @param {HTMLElement} block
 * @param {string} address
 * @param {string} source
 */
async function fill(block, address, source) {
  const body = block.querySelector("tbody");
  const found = known.get(source) ?? (await ask(address, source));
  const rows = ["resource", "scope"].flatMap((part) => rowsOf(part, found?.[part] ?? {}));
  body?.replaceChildren(...(rows.length ? rows : [row("", "It is no longer kept.")]));
}

/**
 * @param {string} address
 * @param {string} source
 */
async function ask(address, source) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } }).catch(() => null);
  const found = answer?.ok ? (await answer.json()).sources?.[source] : undefined;
  if (found && known.size < MOST_KNOWN) known.set(source, found);
  return found;
}

/**
 * @param {string} part
 * @param {Record<string, unknown>} form
 */
function rowsOf(part, { attributes, ...fields }) {
  const named = Object.entries(fields).map(([name, value]) =>
    row(`${part} ${name.replaceAll("_", " ")}`, plain(value)),
  );
  return [...named, ...Object.entries(attributes ?? {}).map(([name, value]) => row(name, plain(value)))];
}

/**
 * @param {string} name
 * @param {string} title
 * @param {HTMLElement[]} rows
 */
function folded(name, title, rows) {
  const table = html("table", {}, html("tbody", {}, ...rows));
  return html("details", { "data-name": name }, html("summary", {}, title), table);
}

/**
 * @param {string | HTMLElement} name
 * @param {string} value
 */
function row(name, value) {
  return html("tr", {}, html("th", { scope: "row" }, name), html("td", {}, value));
}

/** @param {unknown} value */
function plain(value) {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}
