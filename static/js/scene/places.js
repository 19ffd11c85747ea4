// @ts-check
// The places of the stage: what they are called, and what they mean. Pure.

/** @import { Interface, Place } from "../model/types.js" */

const COMMON = {
  client: "Client",
  proxy: "nginx",
  queue: "Queue",
  middleware: "Middleware",
  view: "View",
  database: "Database",
};

/**
 * What each place is called under an interface.
 * @type {Record<Interface, Record<Place, string>>}
 */
export const PLACE_NAMES = {
  wsgi: { ...COMMON, worker: "Worker" },
  asgi: { ...COMMON, worker: "Loop" },
};

/**
 * Long names on two lines, for where there is no room.
 * @type {Record<string, string[] | undefined>}
 */
export const FOLDED_NAMES = { Middleware: ["Middle-", "ware"], Database: ["Data-", "base"] };

const LOOP =
  "One thread that takes turns. A coroutine runs until its next await, then the loop runs another one. When a " +
  "coroutine blocks instead of awaiting, the loop stands still for everybody.";

/** @type {Record<Place, string>} */
const MEANINGS = {
  client:
    "Where requests come from. Gatescope's runner opens one connection per request, sends it and reads the answer " +
    "to its last byte.",
  proxy:
    "A web server in front of Python. It takes a request in, hands it to the Python server, takes the answer back " +
    "and sends it on at the client's pace. Choose the way in the header under “through”; direct requests never " +
    "come here.",
  queue:
    "At the door, outside Python: the connection is open and the request is sent, but the application has not been " +
    "called yet. The operating system's backlog holds it, or the server does. No line of Python runs for it.",
  worker:
    "The process or thread that calls the application. Under WSGI it belongs to one request from beginning to end: " +
    "while a request holds it, no other can use it.",
  middleware: "Django's layers around the view. Each sees the request on its way in and the response on its way out.",
  view:
    "Your function: it takes the request and returns the response. A WebSocket stays here, with its consumer, for " +
    "as long as its session is open.",
  database: "A query is on its way, or a connection is being opened.",
};

/**
 * What a place is, in a few sentences.
 * @param {Place} place
 * @param {Interface} shape
 */
export function meaningOf(place, shape) {
  return place === "worker" && shape === "asgi" ? LOOP : MEANINGS[place];
}
