// The page of one trace: its story in a sentence, its waterfall, and the inspector for each span.

import { accountBlock } from "../draw/details.js";
import { stepsOf } from "../draw/story-list.js";
import { waterfall } from "../draw/waterfall.js";
import { html } from "../lib/dom.js";
import { Trace } from "../model/model.js";
import { Inspector } from "../panels/inspector.js";
import { story } from "../scene/sentences.js";
import { readMoment } from "../time/permalink.js";

const byId = (id) => document.getElementById(id);
const spans = JSON.parse(byId("spans").textContent);

if (spans.length) {
  const trace = new Trace(spans[0].trace_id);
  for (const span of spans) trace.upsert(span);
  const shape = trace.entry?.attributes["gatescope.interface"] ?? "wsgi";
  const facts = { title: trace.server, interface: shape };
  const number = trace.index ?? "";
  const inspector = new Inspector(
    byId("inspector"),
    () => facts,
    () => {},
  );
  const inspect = (span, origin) => {
    inspector.open({ kind: "span", span, trace, number, server: trace.server, x: 0 }, origin, Infinity);
    history.replaceState(null, "", `?span=${span.span_id}`);
  };
  byId("story").textContent = story(trace, number, facts, Infinity);
  byId("waterfall").dataset.interface = shape;
  byId("waterfall").append(...waterfall(trace, inspect));
  byId("account").append(accountBlock(trace));
  byId("steps").append(stepsOf(trace, facts));
  if (trace.run)
    byId("back").append(html("a", { href: `/runs/${encodeURIComponent(trace.run)}` }, "All requests of this run"));
  const asked = trace.spans.get(readMoment(location.search).span);
  if (asked) inspect(asked, byId("waterfall"));
  document.addEventListener("keydown", (event) => event.key === "Escape" && inspector.close());
}
