import assert from "node:assert/strict";
import test from "node:test";
import { chosen, summary, usual } from "../../../static/js/panels/options.js";

const NOTHING = { concurrency: "", seconds: "", leave: "", protocol: "", uninstrumented: "" };

test("a scenario with a time shows its own as the usual one", () => {
  assert.equal(usual({ seconds: "1.0" }, {}).seconds, "1");
});

test("a scenario without a time offers none", () => {
  assert.equal(usual({ seconds: "" }, {}).seconds, null);
});

test("a WebSocket leaves no choice of protocol", () => {
  assert.equal(usual({ seconds: "1.0", websocket: "" }, {}).protocol, null);
});

test("a way over TLS is HTTP/2 unless another is chosen", () => {
  assert.equal(usual({ seconds: "1.0" }, { tls: "" }).protocol, "HTTP/2");
});

test("what leads through a proxy cannot be compared with a process without the instrument", () => {
  assert.equal(usual({ seconds: "" }, { configuration: "location / {}" }).uninstrumented, null);
  assert.equal(usual({ seconds: "" }, {}).uninstrumented, "");
});

test("the button counts the options that are set, and its hint names them", () => {
  assert.equal(summary(chosen(NOTHING)), "default");
  assert.equal(summary(chosen({ ...NOTHING, leave: "0.5" })), "1 set");
  assert.deepEqual(chosen({ ...NOTHING, leave: "0.5" }), ["leaves at 0.5 s"]);
  assert.equal(summary(chosen({ ...NOTHING, leave: "0.5", protocol: "2" })), "2 set");
});
