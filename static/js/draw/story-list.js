// @ts-check
// One request in sentences, for reading and for paper: its story in one, its code, then each step with its time.

/** @import { Trace } from "../model/trace.js" */
/** @import { Server } from "../model/types.js" */

import { html } from "../lib/dom.js";
import { moment } from "../lib/format.js";
import { requestedSource } from "../model/source.js";
import { story } from "../scene/sentences.js";
import { transcript } from "../scene/transcript.js";

/**
 * An article about the whole request.
 * @param {Trace} trace
 * @param {number | string} number
 * @param {Pick<Server, "title" | "interface">} server
 */
export function storyOf(trace, number, server) {
  const title = html("h3", {}, story(trace, number, server, Infinity));
  return html("article", { class: "printed" }, title, codeOf(trace), stepsOf(trace, server));
}

/**
 * The list of steps: moments since the request began, and sentences.
 * @param {Trace} trace
 * @param {Pick<Server, "title" | "interface">} server
 */
export function stepsOf(trace, server) {
  const lines = transcript(trace, server).map(({ from, sentence }) => {
    const when = html("span", { class: "printed-when" }, moment(from - trace.from));
    return html("li", {}, when, html("span", {}, `${sentence}.`));
  });
  return html("ol", { class: "printed-steps" }, ...lines);
}

/** @param {Trace} trace */
function codeOf(trace) {
  const source = requestedSource(trace);
  if (!source) return null;
  const code = html("pre", { class: "code" }, html("code", {}, source.lines.join("\n")));
  return html("figure", {}, html("figcaption", {}, source.title), code);
}
