// A lesson's page: the live stage, and the five beats that lead through it. Only wires.

import { Beats } from "./beats.js";
import { liveStage } from "./live.js";
import { Predicting } from "./predicting.js";
import { remember, remembered } from "./progress.js";

const byId = (id) => document.getElementById(id);
const stage = byId("stage");
const lesson = byId("lesson").dataset.lesson;
const measure = byId("measure");
const asked = new URLSearchParams(location.search).get("attempt");
const predicting = new Predicting(byId("predict"));

let beats = null;
const player = liveStage({
  fire: () => fire(),
  choose: undefined,
  options: undefined,
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
  requestAnimationFrame(() => player.fit());
});

/**
 * Who moves the film wants to see its timeline; the figures have been read. It begins with the run that the prediction
 * was about, whatever came after it; one that the stage has no more plays on a page of its own.
 */
function watch(order) {
  if (beats.current !== "see") return player.time[order]();
  const { film, cast } = attempt().dataset;
  return player.playhead.mode === "live" && film ? show(film, cast, order) : move(order);
}

/** Put a run of the attempt on the stage. */
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

/** Whether something was fired since this page was opened. */
let fired = false;

/** A clicker has two keys: they turn the beats, and fire where that is the next thing to do. */
function turn(by) {
  if (by > 0 && beats.current === "predict" && (predicting.hasGuess || !isDecided())) return byId("predict").requestSubmit();
  if (by > 0 && beats.current === "fire" && measure && isDecided() && !fired) return fire();
  if (by < 0 && beats.current === "see" && player.settings.projected && byId("tab-figures").ariaSelected === "false") return showFigures();
  const beat = beats.near(by);
  if (beat) return beats.go(beat);
  return byId(by > 0 ? "lesson-after" : "lesson-before")?.click();
}

function fire() {
  beats.go("fire");
  if (measure && isDecided() && attempt().dataset.state !== "running") measure.requestSubmit();
}

function attempt() {
  return byId("attempt");
}

function isDecided() {
  const { guess, skipped } = remembered(lesson);
  return Boolean(guess || skipped);
}

/** The guess is drawn, or it was skipped: Fire is free. */
function decide(values) {
  remember(lesson, values);
  showDecision();
  beats.go("fire");
}

function showDecision() {
  const { guess = "", skipped = false } = remembered(lesson);
  stage.toggleAttribute("data-decided", isDecided());
  if (skipped && !guess) byId("guess").replaceChildren(said("Skipped on purpose: this time you only watch."));
  if (!measure) return;
  measure.elements.guess.value = guess;
  measure.elements.skip.value = skipped ? "1" : "";
  measure.querySelector(".is-fire").disabled = !isDecided();
}

function said(text) {
  const line = document.createElement("p");
  line.className = "no-guess";
  line.textContent = text;
  return line;
}

/** The newest word on the attempt: rows follow what is fired, and its end leads to the figures. */
function follow(before) {
  const { state, servers, attempt: id } = attempt().dataset;
  stage.dataset.attempt = state;
  if (state === "running" && before.state !== "running") player.orders.live();
  if (servers && servers !== before.servers) player.rows.cast(servers.split(" "));
  if (state === "done" && before.attempt === id && before.state === "running") remember(lesson, { attempt: id, done: new Date().toISOString() });
  if (state !== "running" && before.state === "running" && before.attempt === id && beats.current === "fire") beats.go("see");
  else beats.show();
}

function showFigures() {
  byId("tab-figures").click();
}

let before = { ...attempt().dataset };
/** A guess of an earlier visit is drawn again without leading anywhere. */
let recalling = false;

document.body.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.elt.closest("#attempt")) detail.parameters.guess = remembered(lesson).guess ?? "";
});
document.body.addEventListener("htmx:beforeRequest", ({ target }) => {
  if (target.id !== "measure") return;
  fired = true;
  player.orders.live();
});
document.body.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target.id === "guess") drawn(byId("guess").querySelector("[data-guess]")?.dataset);
  if (detail.target.id !== "attempt") return;
  follow(before);
  before = { ...attempt().dataset };
});
document.addEventListener("click", ({ target }) => {
  if (target.closest?.("[data-skip]")) decide({ skipped: true, guess: "", words: "" });
  if (target.closest?.("[data-play]")) player.orders.replay();
  const film = target.closest?.("[data-replay]")?.dataset;
  if (film) show(film.replay, film.cast, "replay");
});
// Not before htmx has seen the page.
addEventListener("load", () => {
  const { guess } = remembered(lesson);
  recalling = Boolean(guess);
  if (guess) predicting.recall(guess);
  if (guess) byId("predict").requestSubmit();
  showDecision();
  ask().then(() => asked && beats.go("see"));
});

/** The attempt that the address names, else the one under way or the newest of this lesson. */
function ask() {
  const address = asked ? `/attempts/${encodeURIComponent(asked)}` : `/lessons/${encodeURIComponent(lesson)}/attempts`;
  const values = { guess: remembered(lesson).guess ?? "" };
  return window.htmx.ajax("GET", address, { source: "#lesson", target: "#attempt", swap: "outerHTML", values });
}

function drawn({ guess, words } = {}) {
  if (!guess) return;
  if (recalling) {
    recalling = false;
    return;
  }
  decide({ guess, words, skipped: false });
  // What was measured before is seen beside the new guess.
  if (attempt().dataset.state === "done") ask();
}
