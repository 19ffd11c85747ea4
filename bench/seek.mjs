// What a seek in a long film costs: the scene at a moment, its lanes being known. Run by `make bench`.

import { Model } from "../static/js/model/model.js";
import { takes } from "../static/js/model/takes.js";
import { laneModel } from "../static/js/scene/lane-model.js";
import { scene } from "../static/js/scene/scene.js";
import { randomFrom, SERVERS, story } from "../tests/js/support/films.mjs";

const SEEKS = 200;

function timed(work) {
  const begun = performance.now();
  work();
  return performance.now() - begun;
}

function report(requests, spans) {
  const model = new Model();
  model.absorb(story(5, { requests, spans }));
  const [take] = takes(model);
  const number = take.traces.reduce((sum, trace) => sum + trace.spans.size, 0);
  const random = randomFrom(1);
  const first = timed(() => laneModel(take, SERVERS) && scene(take, SERVERS, take.from));
  const seeks = Array.from({ length: SEEKS }, () =>
    timed(() => scene(take, SERVERS, take.from + random() * (take.to - take.from))),
  );
  seeks.sort((one, other) => one - other);
  const median = seeks[SEEKS / 2].toFixed(2);
  const slowest = seeks.at(-1).toFixed(1);
  console.log(
    `Seeking in ${number.toLocaleString("en")} spans: median ${median} ms, slowest of ${SEEKS} ${slowest} ms; ` +
      `seen for the first time ${first.toFixed(0)} ms`,
  );
}

report(200, 23);
report(200, 48);
