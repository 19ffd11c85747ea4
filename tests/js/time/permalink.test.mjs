// The address of a moment leads back to it, and nonsense in an address leads nowhere else.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Model } from "../../../static/js/model/model.js";
import { wholeTake } from "../../../static/js/model/takes.js";
import { permalinkQuery, readPermalink } from "../../../static/js/time/permalink.js";

const from = 1_700_000_000e9;

test("a moment comes back from its address as the very same", () => {
  for (const ns of [0, 256, 1024, 417_256e3, 10_180_123_136]) {
    const t = from + ns;
    assert.equal(from + readPermalink(permalinkQuery({ t, from })).t, t);
  }
});

test("what the inspector shows and the servers on the stage come back", () => {
  const subject = { trace: { traceId: "aa" }, span: { span_id: "bb" } };
  const read = readPermalink(permalinkQuery({ t: from, from, subject, servers: ["a & b", "c"] }));
  assert.deepEqual(read, { t: 0, trace: "aa", span: "bb", servers: ["a & b", "c"] });
});

test("round numbers are written short", () => {
  assert.equal(permalinkQuery({ t: from + 10e9, from }), "t=10");
  assert.equal(permalinkQuery({ t: from + 5e8, from }), "t=0.5");
});

test("nonsense in an address is as good as nothing", () => {
  for (const search of ["", "?t=", "?t=abc", "?t=Infinity", "?x=1"]) assert.equal(readPermalink(search).t, null);
});

test("a recorded film is one take, however long nothing happened in it", () => {
  const model = new Model();
  const span = (trace, start_ns) => ({
    trace_id: trace,
    span_id: trace,
    name: "",
    stage: "server",
    server: "s",
    start_ns,
    end_ns: start_ns + 1e6,
    status: "unset",
    attributes: {},
  });
  model.absorb([span("a", from), span("b", from + 3600e9)]);
  const [take, ...others] = wholeTake(model);
  assert.equal(others.length, 0);
  assert.equal(take.traces.length, 2);
  assert.ok(take.to - take.from > 3599e9);
  assert.deepEqual(wholeTake(new Model()), []);
});
