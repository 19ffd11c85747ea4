// @ts-check
// What lanes and bars are called. Pure.

/** @import { Trace } from "../model/trace.js" */
/** @import { Attributes, Span } from "../model/types.js" */

import { lastName } from "../lib/format.js";
import { FUNCTION, PROCESS_ID, ROUTE, THREAD_NAME } from "../model/attributes.js";
import { codeSpan } from "../model/running-code.js";

/**
 * "worker 4711"; of a thread of its own, that thread.
 * @param {Attributes} attributes
 */
export function workerLabel({ [THREAD_NAME]: name = "", [PROCESS_ID]: pid }) {
  const isMain = name === "" || name === "MainThread" || /^uWSGI/i.test(name);
  return isMain ? `worker ${pid ?? ""}` : threadLabel(name);
}

/**
 * The end of a thread's name tells it from its siblings: "ThreadPoolExecutor-0_3" is "thread …0_3".
 * @param {string | undefined} name
 */
export function threadLabel(name = "") {
  const short = String(name)
    .replace(/^.*?(-?\d+(_\d+)?)$/, "$1")
    .replace(/^-/, "");
  return `thread ${short && short !== name ? short : String(name).slice(0, 12)}`;
}

/**
 * What a bar says: its view, or that it ended with its process.
 * @param {Trace} trace
 */
export function barText(trace) {
  if (trace.death) return "✕ died";
  const view = trace.first("view");
  if (view) return `${lastName(view.attributes[FUNCTION] ?? view.name)}()`;
  // Without Django there is no stage of the view, but the framework may have said where it routed to.
  const { [FUNCTION]: name, [ROUTE]: route = "" } = trace.entry?.attributes ?? {};
  return name ? `${lastName(name)}()` : route;
}

/**
 * What a bar on a loop says: what ran there, which need not be the view of the request.
 * @param {Trace} trace
 * @param {Span | undefined} deepest the deepest stage that ran on the loop
 */
export function turnText(trace, deepest) {
  if (trace.death || !deepest) return barText(trace);
  const code = codeSpan(deepest, trace);
  if (code?.stage === "middleware") return lastName(code.attributes[FUNCTION] ?? code.name);
  if (code) return `${lastName(code.attributes[FUNCTION] ?? code.name)}()`;
  if (deepest.stage === "resolve") return deepest.name;
  return trace.first("handler") ? "Django" : barText(trace);
}
