// The stage in plain words: names of places, what they mean, and what happened to a request.
// Pure; captions, inspector and the screen reader's view all speak from here.

import { count, duration, elapsed } from "../lib/format.js";
import { itinerary } from "../model/itinerary.js";
import { hasDied } from "../model/model.js";
import { messageSentence, socketClauses, socketVerdict } from "../model/sockets.js";

const COMMON = {
  client: "Client",
  proxy: "nginx",
  queue: "Queue",
  middleware: "Middleware",
  view: "View",
  database: "Database",
};

export const PLACE_NAMES = {
  wsgi: { ...COMMON, worker: "Worker" },
  asgi: { ...COMMON, worker: "Loop" },
};

/** Long names on two lines, for where there is no room. */
export const FOLDED_NAMES = { Middleware: ["Middle-", "ware"], Database: ["Data-", "base"] };

export const PLACE_MEANINGS = {
  client:
    "Who asks. Gatescope's runner opens one connection per request, sends it and reads the answer to its last byte.",
  proxy:
    "A web server in front of Python. It takes a request in, hands it to the Python server, takes the answer back and sends it on at the client's pace. Choose the way in the header under “through”; direct requests never stand here.",
  queue:
    "At the door, outside Python: the connection is open and the request is sent, but the application has not been called yet. The operating system's backlog holds it, or the server does. No Python line runs for it.",
  worker:
    "The process or thread that calls the application. Under WSGI it belongs to one request from beginning to end: while a request holds it, nobody else can use it.",
  loop: "One thread that takes turns. A coroutine runs until its next await, then the loop runs somebody else. When a coroutine blocks instead of awaiting, the loop stands still for everybody.",
  middleware: "Django's layers around the view. Each sees the request on its way in and the response on its way out.",
  view: "Your function: it takes the request and returns the response. A WebSocket stays here, with its consumer, for as long as its session is open.",
  database: "A query is on its way, or a connection is being opened.",
};

const STATE_WORDS = {
  travelling: "on its way",
  waiting: "waiting at the door",
  running: "running",
  awaiting: "awaiting: it lets others run",
  parked: "waiting for the other world: a thread or the loop",
  blocking: "blocking: it holds the loop, nobody else gets a turn",
  done: "answered",
  failed: "failed",
};

const STATE_SHORT = {
  travelling: "connecting",
  waiting: "waiting",
  running: "running",
  awaiting: "awaiting",
  parked: "changing between loop and thread",
};

export function meaningOf(place, shape) {
  return PLACE_MEANINGS[place === "worker" && shape === "asgi" ? "loop" : place];
}

/** Who is in a place at this moment, and for how long. */
export function presence(tokens) {
  const present = tokens.filter(({ state }) => state !== "done" && state !== "failed");
  if (!present.length) return "Nobody is here at this moment.";
  const longest = present.reduce((one, other) => (other.waited > one.waited ? other : one));
  if (present.length === 1) return `Here at this moment: request ${longest.number}, for ${elapsed(longest.waited)}.`;
  return `Here at this moment: ${count(present.length, "request")}; request ${longest.number} the longest, for ${elapsed(longest.waited)}.`;
}

/** Who stands at the door: what the kernel counted, and what follows for the others. */
export function doorWords(waiting, measured) {
  if (measured === null)
    return "This number is derived from when each request was sent and when the application was called.";
  const inside = waiting - measured;
  const kernel = `The kernel's accept queue of this server holds ${count(measured, "connection")} (measured).`;
  if (inside <= 0) return kernel;
  return `${kernel} The other ${inside} (derived) ${inside === 1 ? "has" : "have"} been accepted and ${inside === 1 ? "waits" : "wait"} inside the server for a free worker or thread.`;
}

/** What a screen reader says of a token. */
export function tokenLabel(token, server) {
  const where = PLACE_NAMES[server.interface][token.place];
  const time = ["done", "failed"].includes(token.state) ? "" : `, ${STATE_WORDS[token.state]}`;
  const outcome =
    token.state === "done"
      ? "answered"
      : token.left
        ? "left by its client"
        : token.died
          ? "died with its worker"
          : token.state === "failed"
            ? "failed"
            : `in ${where}`;
  return `Request ${token.number} at ${server.title}: ${outcome}${time}`;
}

/**
 * How long a request stood in each place and state until `t`, in order of first arrival. What only the client's own
 * span covers once it is connected belongs to no stage: its place is "unaccounted".
 */
export function account(trace, t = Infinity) {
  const sums = new Map();
  const add = (place, state, from, to) => {
    const ns = Math.min(to, t) - from;
    if (ns <= 0) return;
    const key = `${place} ${state}`;
    const known = sums.get(key) ?? sums.set(key, { place, state, ns: 0 }).get(key);
    known.ns += ns;
  };
  const connected = connectedAt(trace);
  for (const { place, state, from, to } of itinerary(trace)) {
    if (state === "done" || state === "failed") continue;
    if (state !== "travelling") add(place, state, from, to);
    else {
      add(place, state, from, Math.min(to, connected));
      add("unaccounted", state, Math.max(from, connected), to);
    }
  }
  return [...sums.values()];
}

/** Until then a client is connecting; one that reached no server never got further. */
function connectedAt({ client, entry }) {
  return client?.attributes["gatescope.client.connected_ns"] ?? (entry && client ? client.start_ns : Infinity);
}

/** "Queue, waiting": a line of the account in the words of an interface ("wsgi" or "asgi") and of WebSockets. */
export function accountName({ place, state }, shape, socket = false) {
  if (place === "unaccounted") return "Unaccounted: the network, and the server outside your application";
  return `${socket && place === "view" ? "Consumer" : PLACE_NAMES[shape][place]}, ${STATE_SHORT[state]}`;
}

/** What the instrument says of itself about one request: its own cost, and what it left out. */
export function instrumentWords({ root, entry }) {
  if (!entry)
    return root.end_ns === null
      ? ""
      : "Nothing came from inside the server: it had too much to do to record this request, or it runs without the instrument.";
  const {
    "gatescope.spans": spans,
    "gatescope.overhead_ns": cost,
    "gatescope.spans_cut": cut,
    "gatescope.reduced": reduced,
  } = entry.attributes;
  const sentences = [];
  if (reduced) sentences.push("Too many requests came at once, so this one was recorded without details.");
  if (cost !== undefined)
    sentences.push(
      `Measuring it took ${duration(cost)} of this time${spans ? `, for ${count(spans, "span")}` : ""}.`,
    );
  if (cut)
    sentences.push(
      `${count(cut, "further stage")} of it ${cut === 1 ? "was" : "were"} left out, since it had too many.`,
    );
  return sentences.join(" ");
}

/** One sentence: what has happened to the request until `t`. */
export function story(trace, number, server, t) {
  const clauses = [];
  const rows = account(trace, t);
  const total = (place, ...states) =>
    rows.filter((row) => row.place === place && states.includes(row.state)).reduce((sum, row) => sum + row.ns, 0);
  const proxied = total("proxy", "waiting");
  const socket = socketClauses(trace, t);
  const waited = total("queue", "waiting");
  const ran = total("view", "running", "blocking");
  const awaited = total("view", "awaiting");
  const asked = total("database", "running", "awaiting");
  const hopped = total("worker", "parked");
  if (proxied > 0) clauses.push(`was ${duration(proxied)} with nginx`);
  if (waited > 0) clauses.push(`waited ${duration(waited)} at ${shortName(server)}'s door, outside Python`);
  if (socket) clauses.push(...socket);
  else if (ran > 0) clauses.push(`ran ${duration(ran)} in its view`);
  if (awaited > 0 && !socket) clauses.push(`awaited ${duration(awaited)} in its view`);
  if (asked > 0) clauses.push(`spent ${duration(asked)} with the database`);
  if (hopped > 0) clauses.push(`changed between loop and thread for ${duration(hopped)}`);
  const verdict = outcome(trace, t);
  if (verdict) clauses.push(verdict);
  return clauses.length ? `Request ${number} ${listed(clauses)}.` : `Request ${number} is on its way.`;
}

/** "Gunicorn" of "Gunicorn, 1 sync worker". */
export function shortName({ title }) {
  return title.split(",")[0];
}

/** "was answered after 3.01 s"; empty before it was. */
export function outcome(trace, t = Infinity) {
  const { root } = trace;
  if (root.end_ns === null || root.end_ns > t) return "";
  const after = `after ${duration(root.end_ns - root.start_ns)}`;
  if (trace.left) return `was left by its client ${after}`;
  if (trace.death) return deathWords(trace.death);
  if (trace.socket) return socketVerdict(trace, after);
  return trace.failed ? `failed ${after}` : `was answered ${after}`;
}

/** "died with worker 4711 after 2.1 s", from the start of the span that died. */
function deathWords({ attributes, start_ns: start, end_ns: end }) {
  return `died with worker ${attributes["process.pid"] ?? "unknown"} after ${duration(end - start)}`;
}

const STAGE_SENTENCES = {
  client: "What the client saw, from opening the connection to the last byte.",
  proxy: "What nginx measured, in whole milliseconds: from the first byte of the request to the last of the answer.",
  queue: "Sent, but the application was not called yet.",
  server: "The server's call of the application, the whole of it.",
  handler: "Django's handler: middleware, URL, view, response.",
  middleware: "One layer of middleware, with everything inside it.",
  resolve: "Django looks up which view belongs to the URL.",
  view: "The view.",
  query: "The database is asked.",
  call: "Another service is asked over HTTP.",
  template: "A template is rendered.",
  signal: "Django tells its signal's receivers.",
  response: "The answer is produced and sent.",
  handshake: "The application decides about the WebSocket: from the client's wish until accept or close was sent.",
  session: "The WebSocket is open: messages may go both ways at any time.",
};

/** One span in a sentence: what it is, how long it took and, of a coroutine, how much of that it ran. */
export function spanSentence(span) {
  const { attributes: a } = span;
  const length = span.end_ns === null ? "still open" : duration(span.end_ns - span.start_ns);
  if (hasDied(span))
    return `${STAGE_SENTENCES[span.stage] ?? "A span of another instrument."} It ${deathWords(span)}.`;
  if (span.stage === "message") return messageSentence(span);
  if (span.stage === "crossing") return `${crossingSentence(a)} In all: ${length}.`;
  const slices = a["gatescope.slices"] ?? [];
  const ran = slices.filter((_, i) => i % 2 === 1).reduce((sum, ns) => sum + Number(ns), 0);
  const share = slices.length ? ` Its coroutine ran ${duration(ran)} of that, in ${slices.length / 2} turns.` : "";
  return `${STAGE_SENTENCES[span.stage] ?? "A span of another instrument."} It took ${length}.${share}`;
}

function crossingSentence(attributes) {
  const about = (name) => attributes[`gatescope.crossing.${name}`];
  const way =
    about("direction") === "to_loop"
      ? "From a thread to an event loop and back"
      : "From the event loop to a thread and back";
  const costs = [
    ["waited", "waited_ns"],
    ["ran there for", "ran_ns"],
    ["needed for the way back", "back_ns"],
  ]
    .filter(([, name]) => about(name) !== undefined)
    .map(([word, name]) => `${word} ${duration(about(name))}`);
  return `${way}. Reason: ${about("reason") ?? "unknown"}. It ${listed(costs) || "is under way"}.`;
}

/** "one, two and three". */
function listed(words) {
  return words.length > 1 ? `${words.slice(0, -1).join(", ")} and ${words.at(-1)}` : words.join("");
}

function failureWords({ failed, died, left }) {
  const words = [
    [died, "died with their worker"],
    [failed - died, "failed"],
    [left, left === 1 ? "left by its client" : "left by their clients"],
  ];
  return words
    .filter(([number]) => number)
    .map(([number, word]) => `, ${number} ${word}`)
    .join("");
}

/** The scene in one sentence per server, for the screen reader's status line. */
export function summary(rows) {
  return rows
    .filter((row) => row.total)
    .map(({ server, counts, total }) => {
      const back = counts.answered + counts.failed;
      if (back + counts.left === total)
        return `${shortName(server)}: ${back} of ${total} answered${failureWords(counts)}.`;
      const waiting = `${counts.waiting} waiting at the door`;
      return `${shortName(server)}: ${waiting}, ${counts.running} running, ${counts.awaiting} awaiting, ${back} of ${total} answered.`;
    })
    .join(" ");
}
