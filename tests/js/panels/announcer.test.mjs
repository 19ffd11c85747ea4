import assert from "node:assert/strict";
import test from "node:test";
import { Announcer } from "../../../static/js/panels/announcer.js";

test("the screen reader hears one sentence every five seconds at most, the newest", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const passed = context.mock.method(performance, "now", () => 0);
  const to = (ms) => {
    const now = performance.now();
    passed.mock.mockImplementation(() => ms);
    context.mock.timers.tick(ms - now);
  };
  const heard = [];
  const announcer = new Announcer({
    set textContent(sentence) {
      heard.push([performance.now(), sentence]);
    },
  });
  announcer.say("one");
  to(1);
  for (let ms = 100; ms <= 6000; ms += 100) {
    announcer.say(`at ${ms}`);
    to(ms);
  }
  assert.equal(heard.length, 2);
  assert.equal(heard[0][1], "one");
  assert.ok(heard[1][0] - heard[0][0] >= 4900);
  assert.match(heard[1][1], /^at (49|50|51)00$/);
});
