// @ts-check
// Which of two versions of a span holds, whatever the order of arrival. The same rule as `Span.rank` in
// dashboard/traces/span.py; tests/versions.json holds the two together. Pure.

/** @import { Span } from "./types.js" */

import { CODE_ID, DIED, END_NOT_TOLD } from "./attributes.js";

/**
 * Whether `span` replaces another version of itself.
 * @param {Span} span
 * @param {Span} known
 */
export function supersedes(span, known) {
  const ours = rank(span);
  const theirs = rank(known);
  const at = ours.findIndex((value, place) => value !== theirs[place]);
  return at >= 0 && ours[at] > theirs[at];
}

/**
 * What decides, the weightiest first: a certain end; the highest number of those that have one; of certain ends the
 * one with its source text, then the later; of versions that are not certain the one received last. What is alike in
 * that is told apart by what it holds.
 * @param {Span} span
 */
function rank(span) {
  const certain = isCertain(span);
  const received = span.received_ns ?? 0;
  const end = span.end_ns ?? 0;
  return [
    Number(certain),
    span.version ?? 0,
    Number(certain && span.attributes[CODE_ID] === undefined),
    ...(certain ? [end, -received] : [received, end]),
    Object.keys(span.attributes).length,
    span.status ?? "",
  ];
}

/**
 * Whether its own process told the end; what is said of one that is gone is a conclusion.
 * @param {Span} span
 */
function isCertain({ end_ns, attributes }) {
  return end_ns !== null && attributes[DIED] !== true && attributes[END_NOT_TOLD] !== true;
}
