// @ts-check
// What a request asked for: method, path and route, as a row, a token and the list say it. Pure.

/** @import { Trace } from "../model/trace.js" */

import { METHOD, PATH, ROUTE } from "../model/attributes.js";

/** A longer path is cut where it is shown: it is a sender's text. */
const LONGEST = 80;

/**
 * Method and path in one `line`, "" where neither is known, and the `route` where that says more. A task, which has
 * neither, is called by its name.
 * @param {Trace} trace
 */
export function askedFor({ client, entry, root }) {
  const span = entry ?? client ?? root;
  const { [METHOD]: method = "", [PATH]: path = "", [ROUTE]: route } = span.attributes;
  const line = `${method} ${path}`.trim() || (span.stage === "task" ? `task ${span.name}` : "");
  return { method, path, line: shorten(line), route: route && route !== path ? shorten(route) : "" };
}

/** @param {string} text */
function shorten(text) {
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}
