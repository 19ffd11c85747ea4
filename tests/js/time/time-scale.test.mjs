// Film time and screen time belong together in both directions, on both clocks.

import assert from "node:assert/strict";
import test from "node:test";
import { equalSteps, STEP_MS, toScale } from "../../../static/js/time/time-scale.js";
import { randomFrom } from "../support/films.mjs";

const RANGE = { from: 1000, to: 2e9 };

/** Moments with gaps of very different lengths, as requests have them. */
function moments(number, random) {
  const gaps = Array.from({ length: number }, () => 10 ** (3 + 5 * random()));
  const whole = gaps.reduce((sum, gap) => sum + gap, 0) * 1.1;
  let at = RANGE.from;
  return gaps.map((gap) => (at += (gap / whole) * (RANGE.to - RANGE.from)));
}

const WARPS = [
  toScale(RANGE),
  ...[0, 1, 12, 60, 61, 500].map((number) => equalSteps(moments(number, randomFrom(number)), RANGE)),
];

test("film time to screen time and back is where one was", () => {
  const random = randomFrom(1);
  for (const timeScale of WARPS) {
    for (let i = 0; i < 200; i += 1) {
      const t = RANGE.from + random() * (RANGE.to - RANGE.from);
      assert.ok(Math.abs(timeScale.time(timeScale.position(t)) - t) < 1, `${timeScale.kind} ${t}`);
    }
    for (const stop of timeScale.stops) assert.equal(timeScale.time(timeScale.position(stop)), stop);
  }
});

test("screen time never runs backwards and never stands still", () => {
  for (const timeScale of WARPS) {
    let before = -1;
    for (let share = 0; share <= 1; share += 0.001) {
      const position = timeScale.position(RANGE.from + share * (RANGE.to - RANGE.from));
      assert.ok(position > before, `${timeScale.kind} at ${share}`);
      before = position;
    }
  }
});

test("to scale, a millisecond is a millisecond", () => {
  assert.ok(Math.abs(toScale(RANGE).position(RANGE.from + 7e6) - 7) < 1e-9);
});

test("equal steps all last the same, and the ones that were cut are marked", () => {
  const timeScale = equalSteps([1e6, 2e6, 3e6, 900e6, 901e6], { from: 0, to: 902e6 });
  assert.deepEqual(
    timeScale.stops.map((stop) => timeScale.position(stop)),
    [0, 1, 2, 3, 4, 5, 6].map((steps) => steps * STEP_MS),
  );
  assert.deepEqual(timeScale.breaks, [{ from: 3e6, to: 900e6 }]);
});

test("a film of many moments lasts a minute: the longest gaps are whole steps, the shortest share a scale", () => {
  for (const timeScale of WARPS.slice(-2)) {
    assert.ok(Math.abs(timeScale.length - 60 * STEP_MS) < 1);
    const steps = timeScale.stops.slice(1).map((stop, i) => ({
      gap: stop - timeScale.stops[i],
      ms: timeScale.position(stop) - timeScale.position(timeScale.stops[i]),
    }));
    const whole = steps.filter(({ ms }) => ms > STEP_MS - 1e-6);
    const rest = steps.filter(({ ms }) => ms <= STEP_MS - 1e-6);
    assert.ok(
      whole.length > 0 && Math.min(...whole.map(({ gap }) => gap)) >= Math.max(...rest.map(({ gap }) => gap)),
    );
    const scales = rest.map(({ gap, ms }) => gap / ms);
    assert.ok(Math.max(...scales) / Math.min(...scales) < 1.001);
  }
});

test("moments that cannot be told apart, or lie outside, make no step", () => {
  const timeScale = equalSteps([-5, 0, 10, 20, 5e6, 5e6 + 10, 1e9, 7e9], { from: 0, to: 1e9 });
  assert.deepEqual(timeScale.stops, [0, 5e6, 1e9]);
});
