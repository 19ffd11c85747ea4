// Spans as the dashboard sends them, in milliseconds after a moment, for the tests of the pure modules.

export const T0 = 1_800_000_000_000_000_000;

export function at(ms) {
  return T0 + ms * 1e6;
}

let ids = 0;

/** A span of `trace` from `from` to `to` ms; `to` null while it is open. */
export function span(trace, stage, from, to, { parent = null, server = "uvicorn", id, ...attributes } = {}) {
  ids += 1;
  return {
    trace_id: trace,
    span_id: id ?? `${stage}-${ids}`,
    parent_id: parent,
    name: stage,
    stage,
    server,
    start_ns: at(from),
    end_ns: to === null ? null : at(to),
    status: "unset",
    attributes: { "process.pid": 7, "thread.id": 1, "thread.name": "MainThread", ...attributes },
  };
}

/** What the runner records of a request it fired: sent 1 ms after `from`. */
export function client(trace, from, to, options = {}) {
  return span(trace, "client", from, to, {
    id: `${trace}-client`,
    "gatescope.run": "run",
    "gatescope.index": 1,
    "gatescope.client.sent_ns": at(from + 1),
    ...options,
  });
}

export function server(trace, from, to, kind, options = {}) {
  return span(trace, "server", from, to, {
    id: `${trace}-server`,
    parent: `${trace}-client`,
    "gatescope.interface": kind,
    ...options,
  });
}
