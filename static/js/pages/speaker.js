// @ts-check
// The speaker's window: notes that follow the projector, its keys at a distance, a clock with the pace, and a
// pointer.

import { tellLecture } from "../lesson/lecture-link.js";
import { byId, closest, findAll, write } from "../lib/dom.js";
import { htmx, onHtmx } from "../lib/htmx.js";
import { lineOf } from "../panels/keymap.js";
import { Feed } from "../player/feed.js";

const SECOND_MS = 1000;
const MINUTE_S = 60;
/** So often a pointer that moves is told of. */
const POINT_EVERY_MS = 60;
/** Behind or ahead by less than this is on time. */
const ON_TIME_S = 45;
/** What is no order to the projector. */
const OWN = new Set(["help", "speaker", "fullscreen", "goTo", "share", "present"]);
const OFFLINE = "No connection to the dashboard: the projector does not follow now.";

const state = () => byId("lecture").dataset;
let shown = "";
let pointed = 0;
let isPointing = false;

const feed = new Feed(byId("live"), {
  onFrame: () => {},
  onState: (connection) => write(byId("said"), connection === "closed" ? OFFLINE : ""),
});

function follow() {
  const { lesson, playlist, beat, guess, blank, freeze, began } = state();
  const now = [lesson, playlist, beat, guess].join("\n");
  if (now !== shown) htmx().trigger(byId("notes"), "turned");
  shown = now;
  for (const button of findAll(document, "[data-switch]"))
    button.setAttribute("aria-pressed", String({ blank, freeze }[button.dataset.switch ?? ""] === "on"));
  write(byId("clock"), began ? "Reset the clock" : "Start the clock");
  tick();
}

function tick() {
  const { began } = state();
  const elapsed = began ? Math.max(0, Date.now() / SECOND_MS - Number(began)) : 0;
  write(byId("elapsed"), clock(elapsed));
  write(byId("pace"), began ? pace(elapsed) : "");
}

/** @param {number} seconds */
function clock(seconds) {
  return `${Math.floor(seconds / MINUTE_S)}:${String(Math.floor(seconds % MINUTE_S)).padStart(2, "0")}`;
}

/**
 * How far the lecture is ahead of its plan or behind; empty where the lesson has no plan.
 * @param {number} elapsed
 */
function pace(elapsed) {
  const planned = document.getElementById("planned")?.dataset;
  if (!planned) return "";
  const late = elapsed - Number(planned.ends) * MINUTE_S;
  const early = Number(planned.begins) * MINUTE_S - elapsed;
  if (late > ON_TIME_S) return `${clock(late)} behind`;
  return early > ON_TIME_S ? `${clock(early)} ahead` : "on time";
}

document.addEventListener("click", (event) => {
  const { press, switch: name } = closest(event, "[data-press], [data-switch]")?.dataset ?? {};
  if (press) tellLecture({ press });
  if (name) tellLecture({ [name]: state()[name] === "on" ? "" : "on" });
});
byId("clock").addEventListener("click", () => tellLecture({ clock: state().began ? "stop" : "start" }));

document.addEventListener("keydown", (event) => {
  const line = lineOf(event.key);
  if (!line || OWN.has(line.order) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target instanceof Element && event.target.closest("button, a, input") && event.key === " ") return;
  event.preventDefault();
  const name = { blank: "blank", freeze: "freeze" }[line.order];
  if (name) tellLecture({ [name]: state()[name] === "on" ? "" : "on" });
  else tellLecture({ press: event.key });
});

byId("pad").addEventListener("pointermove", (event) => {
  if (isPointing || event.timeStamp - pointed < POINT_EVERY_MS) return;
  pointed = event.timeStamp;
  const { left, top, width, height } = byId("pad").getBoundingClientRect();
  const share = (/** @type {number} */ part) => Math.min(1, Math.max(0, part)).toFixed(3);
  const pointer = `${share((event.clientX - left) / width)},${share((event.clientY - top) / height)}`;
  isPointing = true;
  tellLecture({ pointer }).finally(() => (isPointing = false));
});
byId("pad").addEventListener("pointerleave", () => tellLecture({ pointer: "" }));

onHtmx("htmx:oobAfterSwap", ({ target }) => {
  if (target instanceof Element && target.id === "lecture") follow();
});
onHtmx("htmx:afterSwap", () => tick());
setInterval(tick, SECOND_MS);
addEventListener("load", () => follow());
addEventListener("online", () => feed.reconnect());
