// @ts-check
// What server and application say to each other, in the words of WSGI and ASGI. Pure; drawn beside a followed
// request.

/** @import { Said } from "../model/conversation.js" */
/** @import { Trace } from "../model/trace.js" */
/** @import { ConversationLine } from "./types.js" */

import { count, duration } from "../lib/format.js";
import { PROTOCOL_VERSION, STATUS } from "../model/attributes.js";
import { conversation } from "../model/conversation.js";

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
 * The conversation as it stands at `t`, in the order in which things were said. A message that the application waits
 * for is said when it comes: until then it only asks.
 * @param {Trace} trace
 * @param {number} t
 * @returns {ConversationLine[]}
 */
export function conversationAt(trace, t) {
  const all = conversation(trace).map((said) => ({ said, at: isAwaited(said) ? said.to : said.from }));
  all.sort((one, other) => one.at - other.at);
  const past = all.filter(({ at }) => at <= t);
  const asked = all.filter(({ said, at }) => said.from <= t && at > t);
  // Who has asked since the last thing was said waits for the next one; else the last thing is what happens now, too.
  const last = past.at(-1);
  const current = asked.some(({ said }) => said.from >= (last?.at ?? 0)) ? null : last;
  return [
    ...past.map((one) =>
      line({ ...one.said, to: endedBy(one.said, t) }, trace, isNow(one.said, t) || one === current ? "now" : "said"),
    ),
    ...asked.map(({ said }) => line({ ...said, what: "receive", to: t }, trace, "now")),
    ...all.filter(({ said, at }) => at > t && said.from > t).map(({ said }) => line(said, trace, "later")),
  ];
}

/**
 * @param {Said} said
 * @param {number} t
 */
function isNow({ to }, t) {
  return to > t;
}

/**
 * The end of what goes on is not known yet: it has lasted until `t`.
 * @param {Said} said
 * @param {number} t
 */
function endedBy({ to }, t) {
  return to === Infinity ? t : to;
}

/**
 * Whether the application got it from `receive()`, and so waited for it.
 * @param {Said} said
 */
function isAwaited({ what }) {
  return BY_SERVER.has(what) && what.includes(".");
}

/**
 * @param {Said} said
 * @param {Trace} trace
 * @param {ConversationLine["when"]} when
 * @returns {ConversationLine}
 */
function line(said, trace, when) {
  const attributes = trace.entry?.attributes ?? {};
  const [words, note] = (WORDS.get(said.what) ?? message)(said, {
    took: duration(said.to - said.from),
    status: String(attributes[STATUS] ?? "status"),
    version: attributes[PROTOCOL_VERSION] ?? "",
  });
  return { by: BY_SERVER.has(said.what) ? "server" : "application", words, note, when };
}

/**
 * Words and a note.
 * @typedef {(said: Said, about: { took: string, status: string, version: string }) => [string, string]} Describe
 */

/** @type {Map<string, Describe>} */
const WORDS = new Map(
  Object.entries({
    environ: () => [
      "application(environ, start_response)",
      "one call, and everything about the request is in environ",
    ],
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
  }),
);

/**
 * Any other message, in the words of the ASGI specification.
 * @type {Describe}
 */
function message({ what, size, more }, { took }) {
  const isServers = BY_SERVER.has(what);
  const handling = isServers ? `came after ${took}` : `the server took ${took}`;
  const notes = [size > 0 && bytes(size), more && "more_body", handling];
  return [isServers ? what : `send ${what}`, notes.filter(Boolean).join(", ")];
}

/** @param {number} size */
function bytes(size) {
  return count(size, "byte");
}
