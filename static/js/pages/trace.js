// @ts-check
// The page of one trace: its story in a sentence, its waterfall, and the inspector for each span.

/** @import { Span } from "../model/types.js" */

import { accountBlock, interfaceOf } from "../draw/details.js";
import { stepsOf } from "../draw/story-list.js";
import { waterfall } from "../draw/waterfall.js";
import { byId, html } from "../lib/dom.js";
import { Trace } from "../model/trace.js";
import { Inspector } from "../panels/inspector.js";
import { story } from "../scene/sentences.js";
import { readPermalink } from "../time/permalink.js";

/** @type {Span[]} */
const spans = JSON.parse(byId("spans").textContent);
/** @type {Record<string, string>} */
const titles = JSON.parse(byId("titles").textContent);

if (spans.length) {
  const trace = new Trace(spans[0].trace_id);
  for (const span of spans) trace.upsert(span);
  show(trace);
}

/** @param {Trace} trace */
function show(trace) {
  const server = { title: titles[trace.server] ?? trace.server, interface: interfaceOf(trace) };
  const number = trace.index ?? "";
  const inspector = new Inspector(byId("inspector"), () => server);
  const inspect = (/** @type {Span} */ span, /** @type {HTMLElement} */ origin) => {
    inspector.open({ kind: "span", span, trace, number, server: trace.server, x: 0 }, origin, Infinity);
    history.replaceState(null, "", `?span=${span.span_id}`);
  };
  byId("story").textContent = story(trace, number, server, Infinity);
  byId("waterfall").dataset.interface = server.interface;
  byId("waterfall").append(...waterfall(trace, inspect));
  byId("account").append(accountBlock(trace));
  byId("steps").append(stepsOf(trace, server));
  if (trace.run)
    byId("back").append(html("a", { href: `/runs/${encodeURIComponent(trace.run)}` }, "All requests of this run"));
  const asked = trace.spans.get(readPermalink(location.search).span ?? "");
  if (asked) inspect(asked, byId("waterfall"));
  document.addEventListener("keydown", (event) => event.key === "Escape" && inspector.close());
}
