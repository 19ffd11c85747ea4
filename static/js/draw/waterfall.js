// @ts-check
// One trace as a waterfall: a line per span, or for several alike ones, in tree order on one axis. Lines that have
// something inside open and close; each says its service where that changes, and its own time beside the whole.

/** @import { SpanNode } from "../model/span-tree.js" */
/** @import { Trace } from "../model/trace.js" */
/** @import { Interval, Span } from "../model/types.js" */

import { html, set, svg, write } from "../lib/dom.js";
import { count, duration } from "../lib/format.js";
import { axisEnd, ticks } from "../lib/ticks.js";
import { DB_QUERY } from "../model/attributes.js";
import { running } from "../model/coroutine.js";
import { extent, servicesOf, spanTree, whatItDoes } from "../model/span-tree.js";
import { hasDied, isEndNotTold } from "../model/trace.js";

/** A tick that is nearer to the end would be cut off. */
const LAST_TICK = 0.97;
/** Deeper lines are not moved further to the right. */
const DEEPEST = 20;
/** As many colours as the style sheet has; more services share them, and their names tell them apart. */
const COLOURS = 6;

/** @typedef {(span: Span, line: HTMLElement) => void} Inspect */
/** @typedef {{ axis: Interval, services: string[], inspect: Inspect }} Picture */

/**
 * An axis, then lines for `trace`, outermost first; `inspect(span, line)` when one is chosen.
 * @param {Trace} trace
 * @param {Inspect} inspect
 */
export function waterfall(trace, inspect) {
  const spans = trace.ordered;
  const axis = extent(spans);
  const services = servicesOf(spans);
  const picture = { axis, services, inspect };
  const lines = spanTree(spans).map((node) => branch(node, "", picture));
  return [legend(services), head(axis.to - axis.from), ...lines];
}

/**
 * Who takes part, each with its colour.
 * @param {string[]} services
 */
function legend(services) {
  const names = services.map((name, i) =>
    html("li", { "data-service": (i % COLOURS) + 1 }, html("span", { class: "service-sign" }), name),
  );
  return html("ul", { class: "waterfall-services", "aria-label": "Services" }, ...names);
}

/**
 * The axis: ticks above the bars.
 * @param {number} length
 */
function head(length) {
  const marks = ticks(axisEnd(length)).filter(({ at }) => at <= length * LAST_TICK);
  const texts = marks.map(({ at, label }) =>
    svg("text", { x: `${((at / length) * 100).toFixed(2)}%`, y: "1em", "text-anchor": "middle" }, label),
  );
  return html(
    "div",
    { class: "waterfall-axis" },
    html("span"),
    svg("svg", { class: "waterfall-bar", "aria-hidden": "true" }, ...texts),
    html("span", { class: "waterfall-time" }, "whole"),
    html("span", { class: "waterfall-time" }, "own time"),
  );
}

/**
 * A line and what is inside it, which is drawn when it is first opened.
 * @param {SpanNode} node
 * @param {string} around the service of the line around it
 * @param {Picture} picture
 * @returns {HTMLElement}
 */
function branch(node, around, picture) {
  const inside = html("div", { class: "waterfall-inside", hidden: true });
  const line = html("div", { class: "waterfall-line" }, row(node, around, picture));
  if (node.children.length) line.prepend(toggle(node, inside, picture));
  return html("div", {}, line, inside);
}

/**
 * @param {SpanNode} node
 * @param {HTMLElement} inside
 * @param {Picture} picture
 */
function toggle(node, inside, picture) {
  const button = html("button", { type: "button", class: "waterfall-toggle" });
  const show = (/** @type {boolean} */ isOpen) => {
    if (isOpen && !inside.childElementCount)
      inside.append(...node.children.map((child) => branch(child, node.span.server, picture)));
    inside.hidden = !isOpen;
    set(button, "aria-expanded", isOpen);
    set(button, "aria-label", `${isOpen ? "Close" : "Open"} what is inside: ${count(node.children.length, "line")}`);
    write(button, isOpen ? "▾" : `▸ ${node.children.length}`);
  };
  button.addEventListener("click", () => show(inside.hidden));
  show(node.isOpen);
  return button;
}

/**
 * @param {SpanNode} node
 * @param {string} around
 * @param {Picture} picture
 */
function row(node, around, { axis, services, inspect }) {
  const { span, members, depth } = node;
  const isOver = members.every((one) => one.end_ns !== null);
  const service = span.server !== around && html("i", { class: "waterfall-service" }, span.server);
  const statement = span.attributes[DB_QUERY];
  const title = typeof statement === "string" ? statement : span.name;
  const name = html(
    "span",
    { class: "waterfall-name", title },
    "\u2002".repeat(Math.min(depth, DEEPEST)),
    service,
    html("b", {}, span.stage || "span"),
    wordsOf(node),
  );
  const isFailed = members.some(({ status }) => status === "error");
  const button = html(
    "button",
    {
      type: "button",
      class: `waterfall-row${isFailed ? " is-failed" : ""}`,
      "data-service": (services.indexOf(span.server) % COLOURS) + 1,
    },
    name,
    bar(members, axis),
    html("span", { class: "waterfall-time" }, isOver ? duration(node.ns) : "open"),
    html("span", { class: "waterfall-time is-self" }, duration(node.selfNs)),
  );
  button.addEventListener("click", () => inspect(span, button));
  return button;
}

/**
 * What a line says: of alike ones how many, and how long one takes.
 * @param {SpanNode} node
 */
function wordsOf({ span, members, ns }) {
  if (members.length === 1) return `${span.attributes[DB_QUERY] ? whatItDoes(span) : span.name}${fate(span)}`;
  return `${members.length} × ${duration(ns / members.length)} · ${whatItDoes(span)}`;
}

/**
 * What became of a span that did not end by itself.
 * @param {Span} span
 */
function fate(span) {
  if (hasDied(span)) return " ✕ died";
  return isEndNotTold(span) ? " (end not told)" : "";
}

/**
 * @param {Span[]} spans
 * @param {Interval} axis
 */
function bar(spans, { from, to }) {
  const share = (/** @type {number} */ ns) => ((Math.min(to, ns) - from) / (to - from)) * 1000;
  const box = (/** @type {Interval} */ one, /** @type {string} */ kind) => {
    const x = share(one.from);
    return svg("rect", { class: kind, x, y: 0, width: Math.max(1.5, share(one.to) - x), height: 16 });
  };
  const boxes = spans.flatMap((span) => [
    box({ from: span.start_ns, to: span.end_ns ?? to }, span.end_ns === null ? "is-open" : ""),
    ...running(span).map((turn) => box(turn, "ran")),
  ]);
  return svg(
    "svg",
    { class: "waterfall-bar", viewBox: "0 0 1000 16", preserveAspectRatio: "none", "aria-hidden": "true" },
    ...boxes,
  );
}
