// @ts-check
// Which of the requests that come are shown: what somebody asked for in the bar above the rows. Pure.

/** @import { Kind } from "./kinds.js" */
/** @import { Trace } from "./trace.js" */

import { METHOD, PATH, ROUTE } from "./attributes.js";
import { kindOf } from "./kinds.js";

/**
 * What is asked for; what is empty asks for nothing. `status` is "2" to "5", the first figure, or "failed".
 * @typedef {object} Filter
 * @property {string} path a part of the path or of the route, in any case
 * @property {string} method
 * @property {string} status
 * @property {number} slowerNs
 * @property {boolean} isRunningOnly
 * @property {Set<Kind>} hidden
 */

/** @returns {Filter} one that lets everything pass */
export function openFilter() {
  return { path: "", method: "", status: "", slowerNs: 0, isRunningOnly: false, hidden: new Set() };
}

/**
 * Whether a filter asks for anything, beside the kinds that it hides.
 * @param {Filter} filter
 */
export function asksFor({ path, method, status, slowerNs, isRunningOnly }) {
  return Boolean(path || method || status || slowerNs || isRunningOnly);
}

/**
 * Which of these requests pass, and how many do not: by the kind that is hidden, and by what was asked for.
 * @param {Trace[]} traces
 * @param {Filter} filter
 * @param {number} now
 */
export function filtered(traces, filter, now) {
  /** @type {Record<Kind, number>} */
  const hidden = { static: 0, health: 0, admin: 0 };
  let left = 0;
  const passing = traces.filter((trace) => {
    const kind = kindOf(trace);
    if (kind && filter.hidden.has(kind)) {
      hidden[kind] += 1;
      return false;
    }
    const passes = isAskedFor(trace, filter, now);
    if (!passes) left += 1;
    return passes;
  });
  return { passing, hidden, left };
}

/**
 * A request that is on its way has no status yet, and is as slow as it has been until now.
 * @param {Trace} trace
 * @param {Filter} filter
 * @param {number} now
 */
function isAskedFor(trace, { path, method, status, slowerNs, isRunningOnly }, now) {
  const { attributes } = trace.entry ?? trace.root;
  if (isRunningOnly && !trace.open) return false;
  if (method && attributes[METHOD] !== method) return false;
  if (path && !mentions(attributes[PATH], path) && !mentions(attributes[ROUTE], path)) return false;
  if (status && !hasStatus(trace, status)) return false;
  return !slowerNs || (trace.root.end_ns ?? now) - trace.root.start_ns >= slowerNs;
}

/**
 * @param {string | undefined} text
 * @param {string} part
 */
function mentions(text, part) {
  return String(text ?? "")
    .toLowerCase()
    .includes(part.toLowerCase());
}

/**
 * @param {Trace} trace
 * @param {string} status
 */
function hasStatus(trace, status) {
  return status === "failed" ? trace.failed : String(trace.status ?? "").startsWith(status);
}
