// What server and application said to each other in one request, from what the probe recorded on its `server` span.
// Pure. WSGI: environ, read, start_response, piece, StopIteration, file, write, close. ASGI: scope and message types.

import { count, duration } from "../lib/format.js";

const NAME = "gatescope.conversation";
/** The words with which a piece of the body is handed to the server. */
const PIECES = new Set(["piece", "write", "http.response.body"]);
/** As many are recorded before the first that is left out. */
const FIRST_KEPT = 104;

/** {what, from, to, size, more} in order of time; `to` is Infinity while it goes on. */
export function conversation({ entry }) {
  if (!entry) return [];
  const [words, at, took, size, more] = ["", ".at_ns", ".took_ns", ".size", ".more"].map((end) =>
    list(entry.attributes[NAME + end]),
  );
  const found = words.map((what, i) => {
    const from = entry.start_ns + Number(at[i]);
    const goesOn = Number(took[i]) < 0 && entry.end_ns === null;
    return {
      what: String(what),
      from,
      to: goesOn ? Infinity : from + Math.max(0, Number(took[i])),
      size: Number(size[i]) || 0,
      more: more[i] === true,
    };
  });
  return found.filter(({ from, to }) => Number.isFinite(from) && !Number.isNaN(to));
}

/** How many are missing, and before which they were said; null when none is. */
export function leftOut({ entry }) {
  const number = Number(entry?.attributes[`${NAME}.left_out`]);
  return number > 0 ? { number, before: FIRST_KEPT } : null;
}

const BY_SERVER = new Set([
  "environ",
  "close",
  "scope",
  "http.request",
  "http.disconnect",
  "websocket.connect",
  "websocket.receive",
  "websocket.disconnect",
]);

/**
 * The conversation as it stands at `t`: {by: "server" | "application", words, note, when: "said" | "now" | "later"}, in the
 * order in which things were said. A message that the application waits for is said when it comes: until then it only asks.
 */
export function conversationAt(trace, t) {
  const all = conversation(trace).map((one) => ({ ...one, at: isAwaited(one) ? one.to : one.from }));
  all.sort((one, other) => one.at - other.at);
  const said = all.filter(({ at }) => at <= t);
  const asked = all.filter(({ from, at }) => from <= t && at > t).map((one) => ({ ...one, what: "receive", to: t }));
  // Who asked since the last thing was said waits for the next one; else the last thing counts, too.
  const isLast = (one) => one === said.at(-1) && !asked.some(({ from }) => from >= one.at);
  const told = (when) => (one) => ({ ...described(one, trace), when });
  return [
    ...said.map((one) =>
      told(isLast(one) || one.to > t ? "now" : "said")(one.to === Infinity ? { ...one, to: t } : one),
    ),
    ...asked.map(told("now")),
    ...all.filter(({ from, at }) => at > t && !(from <= t)).map(told("later")),
  ];
}

/** Whether the application got it from `receive()`, and so waited for it. */
function isAwaited({ what }) {
  return BY_SERVER.has(what) && what.includes(".");
}

function described(one, trace) {
  const by = BY_SERVER.has(one.what) ? "server" : "application";
  const took = duration(one.to - one.from);
  const { attributes } = trace.entry;
  const [words, note] = (WORDS[one.what] ?? message)(one, {
    took,
    status: attributes["http.response.status_code"] ?? "status",
    version: attributes["network.protocol.version"] ?? "",
  });
  return { by, words, note };
}

const WORDS = {
  environ: () => ["application(environ, start_response)", "one call, and everything about the request is in environ"],
  read: ({ size }, { took }) => ["environ['wsgi.input'].read()", `${bytes(size)}, waited ${took}`],
  start_response: ({ size }, { status }) => [`start_response(${status}, headers)`, count(size, "header")],
  piece: ({ size }, { took }) => ["yield a piece of the iterable", `${bytes(size)}; the server took ${took}`],
  StopIteration: () => ["StopIteration", "no more pieces"],
  file: () => ["return a file", "the server sends it by itself"],
  write: ({ size }, { took }) => ["write(…)", `${bytes(size)}; the server took ${took}`],
  close: (_, { took }) => ["iterable.close()", took],
  scope: (_, { version }) => ["await application(scope, receive, send)", version && `scope: HTTP/${version}`],
  receive: (_, { took }) => ["await receive()", `waits, ${took}`],
  "http.response.start": ({ size }, { status }) => [`send http.response.start ${status}`, count(size, "header")],
};

/** Any other message, in the words of the ASGI specification. */
function message({ what, size, more }, { took }) {
  const isServers = BY_SERVER.has(what);
  const notes = [
    size > 0 && bytes(size),
    more && "more_body",
    isServers ? `came after ${took}` : `the server took ${took}`,
  ];
  return [isServers ? what : `send ${what}`, notes.filter(Boolean).join(", ")];
}

function bytes(size) {
  return count(size, "byte");
}

export function isPiece({ what, size }) {
  return PIECES.has(what) && size > 0;
}

function list(value) {
  return Array.isArray(value) ? value : [];
}
