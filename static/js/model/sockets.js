// WebSockets: which messages belong to which session, and what is drawn and said of both. Pure.
//
// A message is a trace of its own that names its session; on the stage it is no token but a dart of that session.

import { count, duration } from "../lib/format.js";

/** More sessions than this share one lane, a thin row for each. */
const MOST_LANES = 2;

/** Whether a trace is a message of a session and nothing else. */
export function isMessage(trace) {
  return Boolean(trace.message) && !trace.client && !trace.entry;
}

/** Spans of the stage `message` by the id of the trace that their session is in, in order of time. */
export function messagesBySession(traces) {
  const found = new Map();
  for (const { message } of [...traces].filter(isMessage)) {
    const id = String(message.attributes["gatescope.session"] ?? "").split("/")[0];
    if (!found.has(id)) found.set(id, []);
    found.get(id).push(message);
  }
  for (const messages of found.values()) messages.sort(byStart);
  return found;
}

function byStart(one, other) {
  return one.start_ns - other.start_ns || (one.span_id < other.span_id ? -1 : 1);
}

/** Messages of `trace` that have begun until `t`. */
export function messagesUntil(take, trace, t) {
  return (take.messages.get(trace.id) ?? []).filter((message) => message.start_ns <= t);
}

/** Two lines below the place where sessions are: [strong, quiet]. */
export function sessionCaption(here) {
  const messages = here.reduce((sum, one) => sum + one.messages, 0);
  return [here.length > 1 ? `${here.length} sessions` : "session open", count(messages, "message")];
}

/** "5 × 404" when every token that failed was refused with that status; else "". */
export function refusals(tokens) {
  const failed = tokens.filter((one) => one.state === "failed" && !one.left);
  const answers = new Set(failed.map(({ trace }) => (isRefused(trace) ? trace.status : "")));
  const [status] = answers;
  return answers.size === 1 && status ? `${failed.length} × ${status}` : "";
}

function isRefused({ socket, status }) {
  return socket && status !== undefined && status !== 101;
}

/** Lanes of a server's sessions: a bar while each is open, darts where its messages came and went. */
export function sessionLanes(server, traces, take) {
  const open = traces.filter((trace) => trace.session);
  const rows = open.map((trace) => ({
    bar: sessionBar(trace, take),
    darts: (take.messages.get(trace.id) ?? []).map((message) => dart(message, trace)),
  }));
  const lane = (id, label, members) => ({
    id: `${server.name} ${id}`,
    server: server.name,
    interface: server.interface,
    kind: "sessions",
    label,
    rows: members.length,
    bars: members.map(({ bar }, row) => ({ ...bar, row })),
    chunks: [],
    darts: members.flatMap(({ darts }, row) => darts.map((one) => ({ ...one, row }))),
  });
  if (rows.length > MOST_LANES) return [lane("sessions", `${rows.length} sockets`, rows)];
  return rows.map((row) => lane(`session ${row.bar.trace.id}`, `socket ${row.bar.number}`, [row]));
}

function sessionBar(trace, take) {
  const { session } = trace;
  return {
    from: session.start_ns,
    to: session.end_ns ?? Infinity,
    texture: "open",
    number: take.numbers.get(trace.id),
    text: "",
    trace,
    span: session,
  };
}

function dart(message, trace) {
  const inwards = message.attributes["gatescope.message.direction"] !== "out";
  return { from: message.start_ns, to: message.end_ns ?? Infinity, inwards, trace, span: message };
}

/** What happened on a WebSocket until `t`, in clauses; null for any other request. */
export function socketClauses(trace, t) {
  if (!trace.socket) return null;
  const { session } = trace;
  if (!session || session.start_ns > t) return [];
  const ended = session.end_ns !== null && session.end_ns <= t;
  const open = ended ? session.end_ns : Math.min(t, trace.to);
  const clauses = [`${ended ? "had" : "has"} its session open for ${duration(open - session.start_ns)}`];
  if (ended) clauses.push(exchanged(session.attributes));
  return clauses;
}

function exchanged(attributes) {
  const {
    "gatescope.session.received": received = 0,
    "gatescope.session.sent": sent = 0,
    "gatescope.session.unrecorded": left = 0,
  } = attributes;
  const cut = left ? ` (${count(left, "message")} too many to be shown)` : "";
  return `brought ${count(received, "message")} in and ${sent.toLocaleString("en")} out${cut}`;
}

/** How a WebSocket ended: refused with a status, or closed. */
export function socketVerdict(trace, after) {
  if (isRefused(trace)) return `was refused with status ${trace.status} ${after}`;
  return trace.failed ? `failed ${after}` : `was closed ${after}`;
}

/** One message in a sentence. */
export function messageSentence({ attributes, start_ns: from, end_ns: to }) {
  const about = (name) => attributes[`gatescope.message.${name}`];
  const size = `A ${about("kind") ?? ""} message of ${count(about("bytes") ?? 0, "byte")}`.replace("  ", " ");
  const length = to === null ? "still under way" : duration(to - from);
  if (about("direction") === "out") return `${size}, sent to the client. Sending it: ${length}.`;
  return `${size}, received from the client. From its arrival until the application asked for the next: ${length}.`;
}
