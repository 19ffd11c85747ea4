import assert from "node:assert/strict";
import test from "node:test";
import { LIVE_DELAY_NS, Playhead, slowFor } from "../../../static/js/time/playhead.js";
import { equalSteps, STEPS, toScale } from "../../../static/js/time/time-scale.js";

/** A clock that stands until told; a take from 0 to 1 s. */
function setup({ moments = [] } = {}) {
  const clock = { ms: 5000, tick: () => clock.ms, now: () => clock.ms * 1e6 };
  const range = { from: 0, to: 1e9 };
  const timeScaleOf = (name) => (name === STEPS ? equalSteps(moments, range) : toScale(range));
  return { clock, playhead: new Playhead(clock, () => range, timeScaleOf) };
}

test("live follows now at a short distance", () => {
  const { clock, playhead } = setup();
  assert.equal(playhead.time(), clock.now() - LIVE_DELAY_NS);
});

test("live never runs backwards when the clock is corrected", () => {
  const { clock, playhead } = setup();
  const before = playhead.time();
  clock.ms -= 50;
  assert.equal(playhead.time(), before);
});

test("pausing after the end of a take shows its end", () => {
  const { playhead } = setup();
  playhead.pause();
  assert.deepEqual([playhead.mode, playhead.time()], ["paused", 1e9]);
});

/** A playhead that plays its take from the start at 1/10. */
function playing() {
  const { clock, playhead } = setup();
  playhead.pause();
  playhead.slower(3);
  playhead.play();
  return { clock, playhead };
}

test("a replay runs at its fraction of real time and pauses at the end", () => {
  const { clock, playhead } = playing();
  assert.equal(playhead.denominator, 10);
  clock.ms += 1000;
  assert.equal(playhead.time(), 1e8);
  clock.ms += 60000;
  assert.deepEqual([playhead.time(), playhead.mode], [1e9, "paused"]);
});

test("playing from the end starts again at the beginning", () => {
  const { playhead } = setup();
  playhead.pause();
  playhead.play();
  assert.deepEqual([playhead.mode, playhead.time()], ["replay", 0]);
});

test("changing speed keeps the moment that is shown", () => {
  const { clock, playhead } = playing();
  clock.ms += 2000;
  playhead.slower(1);
  assert.deepEqual([playhead.time(), playhead.denominator], [2e8, 20]);
});

test("changing the clock keeps the moment that is shown, and a slow film stays slow", () => {
  const { clock, playhead } = playing();
  playhead.slower(-3);
  clock.ms += 300;
  playhead.switchClock();
  assert.deepEqual([playhead.time(), playhead.clock], [3e8, "steps"]);
  playhead.switchClock();
  assert.deepEqual([playhead.time(), playhead.clock, playhead.denominator], [3e8, "scale", 10]);
});

test("at teaching speed each step between two moments lasts a second, however long it was", () => {
  const { clock, playhead } = setup({ moments: [1e6, 2e6, 900e6] });
  playhead.teach();
  const shown = [1000, 2000, 2500, 3000, 4000].map((ms) => {
    clock.ms = 5000 + ms;
    return playhead.time() / 1e6;
  });
  assert.deepEqual(shown, [1, 2, 451, 900, 1000]);
});

test("a step can last from half a second to two", () => {
  const { clock, playhead } = setup({ moments: [1e6, 2e6, 900e6] });
  playhead.teach();
  playhead.slower(9);
  clock.ms += 4000;
  assert.equal(playhead.time(), 2e6);
  playhead.slower(-9);
  clock.ms += 500;
  assert.equal(playhead.time(), 900e6);
});

test("live is real time, to scale", () => {
  const { playhead } = setup({ moments: [1e6] });
  playhead.teach();
  playhead.live();
  assert.deepEqual([playhead.mode, playhead.clock, playhead.denominator], ["live", "scale", 1]);
});

test("speed ends at 1/1 and 1/2000", () => {
  const { playhead } = setup();
  playhead.pause();
  playhead.slower(99);
  assert.equal(playhead.denominator, 2000);
  playhead.slower(-99);
  assert.equal(playhead.denominator, 1);
});

test("seeking stays inside the take", () => {
  const { playhead } = setup();
  playhead.pause();
  playhead.seek(-Infinity);
  assert.equal(playhead.time(), 0);
  playhead.seek(7e9);
  assert.equal(playhead.time(), 1e9);
});

test("a replay of 3 ms lasts long enough to be followed", () => {
  assert.equal(slowFor(3e6), 2000);
  assert.equal(slowFor(10e9), 2);
});
