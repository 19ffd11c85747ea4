// @ts-check
// The stage in sentences: what happens in a place, what happened to a request. Pure; captions, inspector and the
// screen reader's view all speak from here.

/** @import { Trace } from "../model/trace.js" */
/** @import { Server, State } from "../model/types.js" */
/** @import { AccountLine, Counts, Doing, SceneRow, Token, TokenState } from "./types.js" */

import { count, duration } from "../lib/format.js";
import { OVERHEAD, REDUCED, SENDER_CPU, SPANS, SPANS_CUT, SPANS_CUT_TIME } from "../model/attributes.js";
import { isEndNotTold } from "../model/trace.js";
import { account } from "./account.js";
import { askedFor } from "./asked-for.js";
import { PLACE_NAMES } from "./places.js";
import { socketClauses, socketVerdict } from "./socket-sentences.js";
import { deathClause, listed } from "./span-sentence.js";

/** @type {Record<TokenState, string>} */
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

/**
 * Who is in a place at this moment, and for how long.
 * @param {Token[]} tokens
 */
export function presence(tokens) {
  const present = tokens.filter(({ state }) => state !== "done" && state !== "failed");
  if (!present.length) return "No request is here at this moment.";
  const longest = present.reduce((one, other) => (other.waited > one.waited ? other : one));
  const time = duration(longest.waited);
  if (present.length === 1) return `Here at this moment: request ${longest.number}, for ${time}.`;
  const all = count(present.length, "request");
  return `Here at this moment: ${all}; request ${longest.number} the longest, for ${time}.`;
}

/**
 * Who is at the door: what the kernel counted, and what follows for the others.
 * @param {number} waiting
 * @param {number | null} measured
 */
export function doorSentence(waiting, measured) {
  if (measured === null)
    return "This number is derived from when each request was sent and when the application was called.";
  const inside = waiting - measured;
  const kernel = `The kernel's accept queue of this server holds ${count(measured, "connection")} (measured).`;
  if (inside <= 0) return kernel;
  const [have, wait] = inside === 1 ? ["has", "waits"] : ["have", "wait"];
  const others = `The other ${inside} (derived) ${have} been accepted`;
  return `${kernel} ${others} and ${wait} inside the server for a free worker or thread.`;
}

/**
 * What a screen reader says of a token.
 * @param {Token} token
 * @param {Server} server
 */
export function tokenLabel(token, server) {
  const isOver = token.state === "done" || token.state === "failed";
  const what = isOver
    ? verdict(token)
    : `in ${PLACE_NAMES[server.interface][token.place]}, ${STATE_WORDS[token.state]}`;
  const { line } = askedFor(token.trace);
  return `Request ${token.number} at ${server.title}${line && `, ${line}`}: ${what}`;
}

/** @param {Token} token */
function verdict({ state, left, died }) {
  if (left) return "left by its client";
  if (died) return "died with its worker";
  return STATE_WORDS[state];
}

/**
 * What the instrument says of itself about one request: its own cost, and what it left out.
 * @param {Trace} trace
 */
export function instrumentSentences({ root, entry }) {
  if (!entry) {
    if (root.end_ns === null) return "";
    const why = "it had too much to do to record this request, or it runs without the instrument";
    return `Nothing came from inside the server: ${why}.`;
  }
  const { [SPANS]: spans, [SPANS_CUT]: cut, [REDUCED]: reduced } = entry.attributes;
  const { [OVERHEAD]: cost, [SENDER_CPU]: delivery } = entry.attributes;
  const sentences = [];
  if (reduced) sentences.push("Too many requests came at once, so this one was recorded without details.");
  if (cost !== undefined) {
    const what = spans ? `, for ${count(spans, "span")}` : "";
    const sent = delivery === undefined ? "" : `, and delivering it ${duration(delivery)} of another thread's`;
    sentences.push(`Measuring it took ${duration(cost)} of this time${what}${sent}.`);
  }
  if (cut) {
    const were = cut === 1 ? "was" : "were";
    sentences.push(`${count(cut, "further stage")} of it ${were} left out, since it had too many.`);
    const { [`${SPANS_CUT}.query`]: queries, [`${SPANS_CUT_TIME}.query`]: asked = 0 } = entry.attributes;
    const number = queries === 1 ? "1 query" : `${Number(queries).toLocaleString("en")} queries`;
    if (queries) sentences.push(`Among them: ${number}, ${duration(Number(asked))}.`);
  }
  return sentences.join(" ");
}

/**
 * One sentence: what has happened to the request until `t`.
 * @param {Trace} trace
 * @param {number | string} number
 * @param {Pick<Server, "title">} server
 * @param {number} t
 */
export function story(trace, number, server, t) {
  const lines = account(trace, t);
  const sum = (/** @type {(line: AccountLine) => boolean} */ is) =>
    lines.filter(is).reduce((total, { ns }) => total + ns, 0);
  const time = (/** @type {string} */ place, /** @type {State[]} */ ...states) =>
    sum((line) => line.place === place && states.includes(line.state));
  const spentIn = (/** @type {Doing} */ doing, /** @type {State} */ state) =>
    sum((line) => line.doing === doing && line.state === state);
  const socket = socketClauses(trace, t);
  // What was cut has no segment: until the request is over its time counts as the view's.
  const cut = trace.root.end_ns !== null && trace.root.end_ns <= t ? cutQueries(trace) : 0;
  const ran = Math.max(spentIn("view", "running") - cut, 0);
  const awaited = spentIn("view", "awaiting");
  const [others, othersAwaited] = [spentIn("application", "running"), spentIn("application", "awaiting")];
  const rendered = spentIn("templates", "running") + spentIn("templates", "awaiting");
  const called = sum((line) => line.doing === "calls");
  /** @type {[number, string][]} */
  const inView = [
    [ran, `ran ${duration(ran)} in its view`],
    [awaited, `awaited ${duration(awaited)} in its view`],
    [others, `ran ${duration(others)} in the application`],
    [othersAwaited, `awaited ${duration(othersAwaited)} in the application`],
    [rendered, `had templates rendered for ${duration(rendered)}`],
  ];
  const proxied = time("proxy", "waiting");
  const waited = time("queue", "waiting");
  const asked = time("database", "running", "awaiting") + cut;
  const hopped = time("worker", "parked");
  const clauses = [
    ...spent(proxied, `was ${duration(proxied)} with nginx`),
    ...spent(waited, `waited ${duration(waited)} at ${shortName(server)}'s door, outside Python`),
    ...(socket ?? inView.flatMap(([ns, clause]) => spent(ns, clause))),
    ...spent(called, `waited ${duration(called)} for other services`),
    ...spent(asked, `spent ${duration(asked)} with the database`),
    ...spent(hopped, `changed between loop and thread for ${duration(hopped)}`),
    outcome(trace, t),
  ].filter(Boolean);
  return clauses.length ? `Request ${number} ${listed(clauses)}.` : `Request ${number} is on its way.`;
}

/**
 * How long the queries took that were too many to be sent one by one, in ns.
 * @param {Trace} trace
 */
function cutQueries({ entry }) {
  return Number(entry?.attributes[`${SPANS_CUT_TIME}.query`] ?? 0);
}

/**
 * A clause about time, where there was any.
 * @param {number} ns
 * @param {string} clause
 */
function spent(ns, clause) {
  return ns > 0 ? [clause] : [];
}

/**
 * "Gunicorn" of "Gunicorn, 1 sync worker".
 * @param {{ title?: string }} server
 */
export function shortName({ title = "" }) {
  return title.split(",")[0];
}

/**
 * "was answered after 3.01 s"; empty before it was.
 * @param {Trace} trace
 * @param {number} [t]
 */
export function outcome(trace, t = Infinity) {
  const { root } = trace;
  if (root.end_ns === null || root.end_ns > t) return "";
  const after = `after ${duration(root.end_ns - root.start_ns)}`;
  if (trace.left) return `was left by its client ${after}`;
  if (trace.death) return deathClause(trace.death);
  if (trace.socket) return socketVerdict(trace, after);
  if (trace.failed) return `failed ${after}`;
  return `was answered ${after}${isEndNotTold(trace.entry) ? " (its worker ended before it told the end)" : ""}`;
}

/**
 * The scene in one sentence per server, for the screen reader's status line.
 * @param {SceneRow[]} rows
 */
export function summary(rows) {
  const shown = rows.filter((row) => row.total);
  return shown.map((row) => `${shortName(row.server)}: ${progress(row)}.`).join(" ");
}

/** @param {SceneRow} row */
function progress({ counts, total }) {
  const back = counts.answered + counts.failed;
  const answered = `${back} of ${total} answered`;
  if (back + counts.left === total) return `${answered}${failures(counts)}`;
  return `${counts.waiting} waiting at the door, ${counts.running} running, ${counts.awaiting} awaiting, ${answered}`;
}

/** @param {Counts} counts */
function failures({ failed, died, left }) {
  /** @type {[number, string][]} */
  const words = [
    [died, "died with their worker"],
    [failed - died, "failed"],
    [left, left === 1 ? "left by its client" : "left by their clients"],
  ];
  return words.map(([number, word]) => (number ? `, ${number} ${word}` : "")).join("");
}
