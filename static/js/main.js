// Wires the page together and does nothing else.

import { Announcer } from "./announcer.js";
import { ServerClock } from "./clock.js";
import { Feed } from "./feed.js";
import { Film } from "./film.js";
import { Fleet } from "./fleet.js";
import { Inspector } from "./inspector.js";
import { listenToKeys } from "./keys.js";
import { Lanes } from "./lanes.js";
import { Model } from "./model.js";
import { ConnectionNotice, showEmpty, showLosses, showNotice } from "./notices.js";
import { timeOrders } from "./orders.js";
import { dialogs, keepOverSwaps, tabs } from "./panels.js";
import { LIVE_DELAY_NS, Playhead } from "./playhead.js";
import { showProblems } from "./problems.js";
import { RequestList } from "./requests.js";
import { keepNewerRun } from "./results.js";
import { Rows } from "./rows.js";
import { scene } from "./scene.js";
import { Settings } from "./settings.js";
import { Stage } from "./stage.js";
import { Theme } from "./theme.js";
import { Transport } from "./transport.js";
import { summary } from "./words.js";

const byId = (id) => document.getElementById(id);
const element = byId("stage");
const live = byId("live");

const model = new Model();
const clock = new ServerClock();
const film = new Film(model);
const playhead = new Playhead(clock, range);
const fleet = new Fleet();
const wake = () => stage.wake();
const settings = new Settings(() => requestAnimationFrame(fit));
const theme = new Theme(() => requestAnimationFrame(fit));
const rows = new Rows(element, fleet, wake);
const lanes = new Lanes(byId("lanes"), theme);
const announcer = new Announcer(byId("announcer"));
const openDialog = dialogs();
const inspector = new Inspector(byId("inspector"), (name) => ({ ...rows.servers.find((one) => one.name === name), ...fleet.facts(name) }), (trace) => stage.follow(trace?.id ?? null));
const requests = new RequestList(document.querySelector(".requests tbody"), (trace, origin) => inspect(trace, origin));
const notice = new ConnectionNotice(() => feed.reconnect());
const orders = timeOrders({ playhead, film, clock, stage: () => stage, wake });
const transport = new Transport(document.querySelector(".transport"), orders);
const feed = new Feed(live, { onFrame, onState });
const stage = new Stage({ element, model, film, playhead, rows, lanes, requests, inspector, feed, settings, onScene });

let news = 0;
let missed = 0;

function range() {
  const { take } = film;
  if (!take) return { from: clock.now(), to: clock.now() };
  return { from: take.from, to: take.open ? Math.max(take.to, clock.now() - LIVE_DELAY_NS) : take.to };
}

function onFrame(frame) {
  clock.heard(frame.now_ns);
  if (frame.snapshot && frame.part === 1) model.clear();
  const changed = model.absorb(frame.spans);
  model.note(frame);
  missed += frame.missed ?? 0;
  if (playhead.mode !== "live" && !frame.snapshot) news += changed;
  showNotice(byId("notice"), model.notice);
  showLosses(byId("losses"), model, missed, rows.servers);
  wake();
}

function onState(state) {
  notice.show(state, playhead.mode);
  wake();
}

function onScene(picture, t) {
  if (playhead.mode === "live") news = 0;
  const { take } = film;
  const offered = playhead.mode === "live" && take !== null && !take.open;
  transport.show({ mode: playhead.mode, denominator: playhead.denominator, t, range: range(), take, news, offered });
  notice.show(feed.state, playhead.mode);
  announcer.say(summary(picture));
  showEmpty(byId("empty"), emptyKind(picture), () => openDialog("servers"));
}

function emptyKind(picture) {
  if (picture.some((row) => row.total)) return null;
  if (feed.state === "closed") return "disconnected";
  return fleet.up ? "nothing" : "no-server";
}

function inspect(trace, origin, extra = {}) {
  const number = film.take?.numbers.get(trace.id) ?? "";
  inspector.open({ kind: "request", trace, number, server: trace.server, ...extra }, origin, playhead.time());
}

function inspectPlace(place, server, origin, byPointer) {
  const row = (t) => scene(film.take, rows.servers, t).find((one) => one.server.name === server);
  inspector.open({ kind: "place", place, server, row, byPointer }, origin, playhead.time());
}

/** A click, or Enter or Space on a focused object of the journey. */
function activate(target, byPointer = false) {
  const token = target.closest("[data-trace]");
  const box = target.closest("[data-box]");
  if (token) inspect(model.trace(token.dataset.trace), token, { byPointer });
  else if (box) inspectPlace(box.dataset.box, box.closest(".row").dataset.server, box, byPointer);
  return Boolean(token || box);
}

function fit() {
  rows.resize(theme.unit);
  const panel = byId("lanes").parentElement.getBoundingClientRect();
  if (panel.width) lanes.resize(panel.width, panel.height, theme.unit);
  wake();
}

element.addEventListener("click", (event) => activate(event.target, event.detail > 0));
element.addEventListener("keydown", (event) => {
  if ((event.key === "Enter" || event.key === " ") && activate(event.target)) event.preventDefault();
});
byId("lanes").addEventListener("click", (event) => {
  const hit = lanes.at(event.offsetX, event.offsetY);
  if (hit) inspect(hit.trace, byId("lanes"), { kind: "span", span: hit.span, x: event.clientX });
});

listenToKeys(
  {
    ...orders,
    fire: () => byId("fire").requestSubmit(),
    follow: () => stage.follow(stage.followsOne ? null : (document.activeElement.dataset.trace ?? stage.followed ?? film.take?.traces[0]?.id ?? null), true),
    project: () => settings.project(),
    fullscreen: () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()),
    motion: () => settings.change({ motion: settings.reduced }),
    help: () => openDialog("help"),
    close: () => inspector.close(),
  },
  () => settings.keys,
);

byId("keys-on").checked = settings.keys;
byId("keys-on").addEventListener("change", (event) => settings.change({ keys: event.target.checked }));
byId("less-motion").checked = settings.reduced;
byId("less-motion").addEventListener("change", (event) => settings.change({ motion: !event.target.checked }));
byId("dark").checked = settings.dark;
byId("dark").addEventListener("change", (event) => settings.change({ dark: event.target.checked }));

tabs(document.querySelector("[role=tablist]"), wake);
keepOverSwaps(document.body);
document.body.addEventListener("htmx:wsAfterMessage", refreshFacts);
document.body.addEventListener("htmx:afterSwap", refreshFacts);
document.body.addEventListener("htmx:beforeRequest", (event) => event.target.id === "fire" && orders.live());
document.body.addEventListener("htmx:beforeSwap", keepNewerRun);
showProblems(document.body);

function refreshFacts() {
  rows.refresh();
  fleet.showCount(byId("servers-up"));
  showLosses(byId("losses"), model, missed, rows.servers);
  wake();
}

const observer = new ResizeObserver(() => requestAnimationFrame(fit));
rows.observe(observer);
observer.observe(byId("lanes").parentElement);
refreshFacts();
fit();
