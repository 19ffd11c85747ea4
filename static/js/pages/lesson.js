// A lesson's page: the live stage, and the five beats that lead through it.

import { remember } from "../lesson/course-progress.js";
import { Beats } from "../lesson/lesson-steps.js";
import { Decision } from "../lesson/prediction-gate.js";
import { Predicting } from "../lesson/prediction.js";
import { write } from "../lib/dom.js";
import { liveStage } from "../player/live-stage.js";

const byId = (id) => document.getElementById(id);
const attempt = () => byId("attempt");
const stage = byId("stage");
const lesson = byId("lesson").dataset.lesson;
const measure = byId("measure");
const prediction = byId("predict");
const asked = new URLSearchParams(location.search).get("attempt");
const predicting = new Predicting(prediction);
const decision = new Decision(lesson, { stage, form: measure, drawn: byId("guess"), prediction, predicting });

let beats = null;
/** Whether something was fired since this page was opened. */
let fired = false;
let before = { ...attempt().dataset };

const player = liveStage({
  fire: () => fire(),
  nextBeat: () => turn(1),
  lastBeat: () => turn(-1),
  prove: () => player.openDialog("proving"),
  forward: (key) => (key === "PageDown" && beats.current !== "see" ? turn(1) : watch("forward")),
  back: (key) => (key === "PageUp" && beats.current !== "see" ? turn(-1) : watch("back")),
  toggle: () => watch("toggle"),
  replay: () => watch("replay"),
});
beats = new Beats(stage, document.querySelector(".beats"), (beat) => {
  // First all figures; they make room for the timeline as soon as the film moves.
  if (beat === "see") showFigures();
  // What was refused at one beat is no word on the next.
  document.querySelector("#lesson > .problem").replaceChildren();
  requestAnimationFrame(() => player.fit());
});

/** A clicker has two keys: they turn the beats, and fire where that is the next thing to do. */
function turn(by) {
  if (by > 0 && beats.current === "predict" && (predicting.hasGuess || !decision.isMade))
    return prediction.requestSubmit();
  if (by > 0 && beats.current === "fire" && measure && decision.isMade && !fired) return fire();
  if (by < 0 && beats.current === "see" && player.settings.projected && byId("tab-figures").ariaSelected === "false")
    return showFigures();
  const beat = beats.near(by);
  if (beat) return beats.go(beat);
  return byId(by > 0 ? "lesson-after" : "lesson-before")?.click();
}

function fire() {
  beats.go("fire");
  if (measure && decision.isMade && attempt().dataset.state !== "running") measure.requestSubmit();
}

/**
 * Who moves the film wants to see its timeline; the figures have been read. It begins with the run that the prediction
 * was about, whatever came after it.
 */
function watch(order) {
  if (beats.current !== "see") return player.time[order]();
  const { film, cast } = attempt().dataset;
  return player.playhead.mode === "live" && film ? show(film, cast, order) : move(order);
}

/** Put a run of the attempt on the stage. One that the stage has no more plays on a page of its own. */
function show(film, cast, order) {
  const isHere = player.film.choose(film);
  if (!isHere && order === "replay") return location.assign(`/recordings/${encodeURIComponent(film)}`);
  player.rows.cast(cast.split(" "));
  return move(order);
}

function move(order) {
  byId("tab-lanes").click();
  player.time[order]();
}

function showFigures() {
  byId("tab-figures").click();
}

/** The attempt that the address names, else the one under way or the newest of this lesson. */
function ask() {
  const address = asked
    ? `/attempts/${encodeURIComponent(asked)}`
    : `/lessons/${encodeURIComponent(lesson)}/attempts`;
  return window.htmx.ajax("GET", address, {
    source: "#lesson",
    target: "#attempt",
    swap: "outerHTML",
    values: { guess: decision.guess },
  });
}

/** The newest word on the attempt: rows follow what is fired, and its end leads to the figures. */
function follow() {
  const { state, servers, attempt: id } = attempt().dataset;
  const isSame = before.attempt === id && before.state === "running";
  stage.dataset.attempt = state;
  if (state === "running" && !isSame) player.orders.live();
  if (state === "running" || isSame)
    write(byId("lesson-said"), attempt().querySelector("[data-said]")?.textContent ?? "");
  if (servers && servers !== before.servers) player.rows.cast(servers.split(" "));
  if (state === "done" && isSame) remember(lesson, { attempt: id, done: new Date().toISOString() });
  if (state !== "running" && isSame && beats.current === "fire") beats.go("see");
  else beats.show();
  before = { ...attempt().dataset };
}

/** The guess is drawn: Fire is free, and what was measured before is seen beside it. */
function takeGuess() {
  if (!decision.take()) return;
  beats.go("fire");
  if (attempt().dataset.state === "done") ask();
}

document.body.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.elt.closest("#attempt")) detail.parameters.guess = decision.guess;
});
document.body.addEventListener("htmx:beforeRequest", ({ target }) => {
  if (target !== measure) return;
  fired = true;
  player.orders.live();
});
document.body.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target.id === "guess") takeGuess();
  if (detail.target.id === "attempt") follow();
});
document.addEventListener("click", ({ target }) => {
  const film = target.closest?.("[data-replay]")?.dataset;
  if (film) show(film.replay, film.cast, "replay");
  if (target.closest?.("[data-play]")) player.orders.replay();
  if (!target.closest?.("[data-skip]")) return;
  decision.skip();
  beats.go("fire");
});
// Not before htmx has seen the page.
addEventListener("load", () => {
  decision.recall();
  ask().then(() => asked && beats.go("see"));
});
