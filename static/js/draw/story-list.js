// One request in sentences, for reading and for paper: its story in one, its code, then each step with its time.

import { html } from "../lib/dom.js";
import { moment } from "../lib/format.js";
import { requestedSource } from "../model/source.js";
import { story } from "../scene/sentences.js";
import { transcript } from "../scene/transcript.js";

/** An article about the whole request. */
export function storyOf(trace, number, server) {
  return html(
    "article",
    { class: "printed" },
    html("h3", {}, story(trace, number, server, Infinity)),
    codeOf(trace),
    stepsOf(trace, server),
  );
}

/** The list of steps: moments since the request began, and sentences. */
export function stepsOf(trace, server) {
  const lines = transcript(trace, server).map(({ from, sentence }) =>
    html(
      "li",
      {},
      html("span", { class: "printed-when" }, moment(from - trace.from)),
      html("span", {}, `${sentence}.`),
    ),
  );
  return html("ol", { class: "printed-steps" }, ...lines);
}

function codeOf(trace) {
  const source = requestedSource(trace);
  if (!source) return null;
  return html(
    "figure",
    {},
    html("figcaption", {}, source.title),
    html("pre", { class: "code" }, html("code", {}, source.lines.join("\n"))),
  );
}
