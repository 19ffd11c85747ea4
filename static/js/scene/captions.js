// The few words under a place. Pure: (place, row, t) -> [strong line, quiet line], from measured data only.

import { elapsed, lastName, partOf } from "../lib/format.js";
import { refusals, sessionCaption } from "../model/sockets.js";

/** At most two short lines; empty strings where there is nothing to say. */
export function caption(place, row) {
  const here = row.places[place];
  switch (place) {
    case "client":
      return client(row);
    case "proxy":
      if (here.length) return [`${here.length} here`, elapsed(longest(here))];
      return ["", row.proxied ? "empty" : "unused"];
    case "queue":
      return queue(here, row);
    case "worker":
      return row.down && row.gateway.state === "free" ? ["", ""] : gateway(row.gateway, here);
    case "view":
      return view(here);
    case "middleware":
      return inside(here, (span) =>
        lastName(span.attributes["code.function.name"] ?? span.name).replace(/Middleware$/, ""),
      );
    default:
      return inside(here, (span) =>
        span.attributes["gatescope.query.kind"] === "connect" ? "connecting" : "querying",
      );
  }
}

function client({ counts, total, tokens }) {
  const back = counts.answered + counts.failed;
  if (!total) return ["", ""];
  if (counts.failed) return [`${back} back`, refusals(tokens) || failures(counts)];
  return [`${back} back`, counts.left ? `${counts.left} left` : `of ${total}`];
}

/** "2 died" says more than "2 failed" does; both kinds at once are failures. */
function failures({ failed, died }) {
  return died === failed ? `${died} died` : `${failed} failed`;
}

function queue(here, row) {
  if (here.length) return [`${elapsed(longest(here))} at the door`, door(row.measured)];
  return ["", row.counts.here ? "nobody waits" : ""];
}

/** The tokens are derived from when each request was sent and the application called; the kernel counts by itself. */
function door(measured) {
  return measured === null ? "outside Python, derived" : `${measured} in kernel (measured)`;
}

function gateway({ kind, state, held }, here) {
  const parked = here.filter((one) => one.state === "parked");
  if (kind === "worker") return held.length ? [held.length > 1 ? `${held.length} held` : "held", ""] : ["", "free"];
  if (state === "blocked") return [`held by ${held[0].number}`, ""];
  if (parked.length) return [parked.length > 1 ? `${parked.length} changing` : "changing", "thread"];
  return [state === "busy" ? `runs ${held[0].number}` : "free", ""];
}

function view(here) {
  if (!here.length) return ["", ""];
  if (here.every((one) => one.trace.socket && one.state !== "blocking")) return sessionCaption(here);
  const states = new Set(here.map((one) => one.state));
  const first = here.reduce((one, other) => (spanOf(other).start_ns < spanOf(one).start_ns ? other : one));
  const span = spanOf(first);
  const whole = span.end_ns === null ? Infinity : span.end_ns - span.start_ns;
  const word = states.has("blocking")
    ? "holds the loop"
    : states.size === 1 && states.has("awaiting")
      ? "awaiting"
      : callName(span);
  return [word, partOf(first.segment.from + first.waited - span.start_ns, whole)];
}

function inside(here, name) {
  if (!here.length) return ["", ""];
  const first = here[0];
  return [here.length > 1 ? `${here.length} here` : name(first.segment.span), elapsed(first.waited)];
}

function callName(span) {
  return `${lastName(span.attributes["code.function.name"] ?? span.name)}()`;
}

/** The view a token stands in, also when a template inside it is the deepest stage. */
function spanOf(token) {
  let span = token.segment.span;
  const seen = new Set();
  while (span.stage !== "view" && !seen.has(span) && token.trace.spans.has(span.parent_id)) {
    seen.add(span);
    span = token.trace.spans.get(span.parent_id);
  }
  return span.stage === "view" ? span : token.segment.span;
}

function longest(tokens) {
  return Math.max(...tokens.map((one) => one.waited));
}
