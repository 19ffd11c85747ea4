// The handout of a recording: each server's first requests in sentences, for paper. Only wires.

import { storyOf } from "../draw/story-list.js";
import { Model } from "../model/model.js";
import { wholeTake } from "../model/takes.js";

const model = new Model();
model.absorb(JSON.parse(document.getElementById("spans").textContent));
const [take] = wholeTake(model);

for (const section of document.querySelectorAll("[data-handout]")) {
  const { handout: name, title, interface: shape } = section.dataset;
  const traces = (take?.traces ?? []).filter((trace) => trace.server === name);
  section.append(
    ...traces.map((trace) => storyOf(trace, take.numbers.get(trace.id), { name, title, interface: shape })),
  );
}
document.getElementById("print").addEventListener("click", () => print());
