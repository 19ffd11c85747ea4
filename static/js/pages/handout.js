// @ts-check
// The handout of a recording: each server's first requests in sentences, for paper. Only wires.

import { storyOf } from "../draw/story-list.js";
import { byId, findAll } from "../lib/dom.js";
import { Model } from "../model/model.js";
import { wholeTake } from "../model/takes.js";

const model = new Model();
model.absorb(JSON.parse(byId("spans").textContent));
const [take] = wholeTake(model);

for (const section of findAll(document, "[data-handout]")) {
  const { handout: name, title = "", interface: shape } = section.dataset;
  const server = {
    title,
    interface: shape === "asgi" ? /** @type {const} */ ("asgi") : /** @type {const} */ ("wsgi"),
  };
  const traces = (take?.traces ?? []).filter((trace) => trace.server === name);
  section.append(...traces.map((trace) => storyOf(trace, take.numbers.get(trace.id) ?? 0, server)));
}
byId("print").addEventListener("click", () => print());
