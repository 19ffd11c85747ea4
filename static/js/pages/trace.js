// @ts-check
// The page of one trace: its story in a sentence, its waterfall, and the inspector for each span.

/** @import { Span } from "../model/types.js" */

import { accountBlock, interfaceOf } from "../draw/details.js";
import { stepsOf } from "../draw/story-list.js";
import { waterfall } from "../draw/waterfall.js";
import { byId, html } from "../lib/dom.js";
import { count } from "../lib/format.js";
import { legsOf } from "../model/legs.js";
import { Trace } from "../model/trace.js";
import { Inspector } from "../panels/inspector.js";
import { askedFor } from "../scene/asked-for.js";
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

/**
 * What was asked for, and what came of it.
 * @param {Trace} trace
 */
function headline(trace) {
  const { line, route } = askedFor(trace);
  const status = trace.status === undefined ? "" : ` → ${trace.status}`;
  return `${line}${route ? ` (${route})` : ""}${line ? status : ""}`;
}

/**
 * Where the time of one service went and what it did, under its name where there are several.
 * @param {Trace} leg
 * @param {boolean} isNamed
 */
function showLeg(leg, isNamed) {
  const server = { title: leg.server, interface: interfaceOf(leg) };
  const title = isNamed && html("h3", { class: "leg" }, leg.server);
  byId("account").append(...(title ? [title] : []), accountBlock(leg));
  const steps = stepsOf(leg, server);
  const summary = `${leg.server}, ${count(steps.childElementCount, "step")}`;
  byId("steps").append(
    isNamed ? html("details", { open: leg.id === leg.traceId }, html("summary", {}, summary), steps) : steps,
  );
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
  byId("asked").textContent = headline(trace);
  const legs = legsOf(trace);
  for (const leg of legs) showLeg(leg, legs.length > 1);
  if (trace.run)
    byId("back").append(html("a", { href: `/runs/${encodeURIComponent(trace.run)}` }, "All requests of this run"));
  const asked = trace.spans.get(readPermalink(location.search).span ?? "");
  if (asked) inspect(asked, byId("waterfall"));
  document.addEventListener("keydown", (event) => event.key === "Escape" && inspector.close());
}
