// @ts-check
// The spans of a trace as a tree in which alike ones are one, each with the time that nothing inside it has. Pure.

/** @import { Interval, Span } from "./types.js" */

import { DB_QUERY } from "./attributes.js";
import { byStart } from "./trace.js";

/** Fewer alike ones are shown each. */
const ALIKE = 3;
/** So many lines are open at first: more nobody takes in at a glance. */
const OPEN_LINES = 40;

/**
 * A line: a span, or several alike ones, of which `span` is the first. `selfNs` is the time of it, or of all of them,
 * in which nothing inside was going on; `ns` the whole of it.
 * @typedef {{ span: Span, members: Span[], children: SpanNode[], depth: number, ns: number, selfNs: number,
 *   isOpen: boolean }} SpanNode
 */

/**
 * The roots of a trace, by their start; orphans and circles stand among them.
 * @param {Span[]} spans
 * @returns {SpanNode[]}
 */
export function spanTree(spans) {
  const to = Math.max(...spans.map((span) => span.end_ns ?? span.start_ns));
  const ids = new Set(spans.map((span) => span.span_id));
  /** @type {Map<string | null, Span[]>} */
  const inside = new Map();
  for (const span of spans.toSorted(byStart)) {
    const { parent_id: id } = span;
    const parent = id !== null && ids.has(id) && id !== span.span_id ? id : null;
    inside.set(parent, [...(inside.get(parent) ?? []), span]);
  }
  const seen = new Set();
  /** @type {(span: Span, depth: number) => SpanNode} */
  const nodeOf = (span, depth) => {
    seen.add(span);
    const own = (inside.get(span.span_id) ?? []).filter((one) => !seen.has(one));
    const children = own.map((one) => nodeOf(one, depth + 1));
    const ns = (span.end_ns ?? to) - span.start_ns;
    return {
      span,
      members: [span],
      children: folded(children),
      depth,
      ns,
      selfNs: selfTime(span, own, to),
      isOpen: false,
    };
  };
  /** @type {SpanNode[]} */
  const roots = [];
  for (const span of [...(inside.get(null) ?? []), ...spans]) if (!seen.has(span)) roots.push(nodeOf(span, 0));
  const all = folded(roots);
  openTheLongest(all);
  return all;
}

/**
 * The time of a span that no other one inside it has.
 * @param {Span} span
 * @param {Span[]} inside by their start
 * @param {number} to
 */
function selfTime({ start_ns: from, end_ns: end }, inside, to) {
  const until = end ?? to;
  let self = 0;
  let at = from;
  for (const one of inside) {
    self += Math.max(0, Math.min(one.start_ns, until) - at);
    at = Math.max(at, Math.min(until, one.end_ns ?? until));
  }
  return self + Math.max(0, until - at);
}

/**
 * Neighbours with nothing inside that do the same are one line, at the place of the first.
 * @param {SpanNode[]} nodes
 * @returns {SpanNode[]}
 */
function folded(nodes) {
  /** @type {Map<string, SpanNode[]>} */
  const alike = new Map();
  for (const node of nodes) {
    if (node.children.length) continue;
    const key = `${node.span.server} ${node.span.stage} ${whatItDoes(node.span)}`;
    alike.set(key, [...(alike.get(key) ?? []), node]);
  }
  const groups = [...alike.values()].filter((group) => group.length >= ALIKE);
  const first = new Map(groups.map((group) => [group[0], group]));
  const rest = new Set(groups.flatMap((group) => group.slice(1)));
  return nodes.filter((node) => !rest.has(node)).map((node) => grouped(node, first.get(node)));
}

/**
 * @param {SpanNode} node
 * @param {SpanNode[] | undefined} group
 * @returns {SpanNode}
 */
function grouped(node, group) {
  if (!group) return node;
  const sum = group.reduce((total, { ns }) => total + ns, 0);
  const children = group.map((one) => ({ ...one, depth: one.depth + 1 }));
  return { ...node, members: group.map(({ span }) => span), children, ns: sum, selfNs: sum };
}

/**
 * The statement of a query without its values, else the name: what spans that do the same have in common.
 * @param {Span} span
 */
export function whatItDoes({ name, attributes }) {
  const statement = attributes[DB_QUERY];
  if (typeof statement !== "string") return name;
  return statement
    .replace(/'(?:[^']|'')*'/g, "?")
    .replace(/%s|\b\d+(?:\.\d+)?\b/g, "?")
    .replace(/\(\s*\?(?:\s*,\s*\?)+\s*\)/g, "(?, …)")
    .replace(/\s+/g, " ")
    .trim();
}

/**
 * Open lines from the longest on, as long as they are few enough to be read; alike ones stay folded.
 * @param {SpanNode[]} roots
 */
function openTheLongest(roots) {
  let lines = roots.length;
  const waiting = [...roots];
  while (waiting.length) {
    const longest = waiting.reduce((one, other) => (other.ns > one.ns ? other : one));
    waiting.splice(waiting.indexOf(longest), 1);
    if (longest.members.length > 1 || lines + longest.children.length > OPEN_LINES) continue;
    longest.isOpen = longest.children.length > 0;
    lines += longest.children.length;
    waiting.push(...longest.children);
  }
}

/**
 * The services of a trace, in the order in which they come into it.
 * @param {Span[]} spans
 */
export function servicesOf(spans) {
  return [...new Set(spans.toSorted(byStart).map(({ server }) => server))];
}

/**
 * From the first start to the last end, a microsecond at least: at today's date a double cannot tell two neighbouring
 * nanoseconds apart.
 * @param {Span[]} spans
 * @returns {Interval}
 */
export function extent(spans) {
  const from = Math.min(...spans.map((span) => span.start_ns));
  return { from, to: Math.max(...spans.map((span) => span.end_ns ?? span.start_ns), from + 1000) };
}
