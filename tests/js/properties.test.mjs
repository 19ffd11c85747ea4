// What must hold of every film: the picture at a moment depends on the film and on the moment, and on nothing else.

import assert from "node:assert/strict";
import test from "node:test";
import { Model } from "../../static/js/model/model.js";
import { Trace } from "../../static/js/model/trace.js";
import { Playback } from "../../static/js/player/playback.js";
import { laneModel } from "../../static/js/scene/lane-model.js";
import { scene } from "../../static/js/scene/scene.js";
import { CurrentTake } from "../../static/js/time/current-take.js";
import { Playhead } from "../../static/js/time/playhead.js";
import { TakeTiming } from "../../static/js/time/take-timing.js";
import { randomFrom, SERVERS, shuffled, story } from "./support/films.mjs";

const SEEDS = Array.from({ length: 40 }, (_, i) => i + 1);

/** A film, its playhead and its orders, and a clock that goes on when told. */
function cinema(spans) {
  const model = new Model();
  model.absorb(spans);
  const film = new CurrentTake(model);
  const clock = { ms: 0, tick: () => clock.ms, now: () => film.takes.at(-1).to };
  const timing = new TakeTiming(film, clock.now, () => SERVERS);
  const playhead = new Playhead(
    clock,
    () => timing.range(),
    (name) => timing.timeScale(name),
  );
  const orders = new Playback({ playhead, current: film, timing, wake: () => {} });
  return {
    model,
    film,
    clock,
    timing,
    playhead,
    orders,
    picture: (t = playhead.time()) => plain(scene(film.take, SERVERS, t)),
  };
}

/** All that is drawn of a scene, as text. */
function plain(rows) {
  return JSON.stringify(rows, (key, value) => (["trace", "span", "segment"].includes(key) ? undefined : value));
}

/** The same without the clocks beside tokens, which run on between two events. */
function standing(picture) {
  return picture.replaceAll(/"(waited|since)":[^,}]*/g, "");
}

function momentsIn({ from, to }, number, random) {
  return Array.from({ length: number }, () => from + Math.floor(random() * (to - from)));
}

for (const [name, order] of [
  ["backwards", (all) => [...all].reverse()],
  ["in any order", shuffled],
]) {
  test(`spans that arrive ${name} give the same scenes and the same lanes`, () => {
    for (const seed of SEEDS) {
      const random = randomFrom(seed + 1000);
      const spans = story(seed);
      const [one, other] = [cinema(spans), cinema(order(spans, random))];
      assert.deepEqual(one.timing.moments(), other.timing.moments(), `seed ${seed}`);
      for (const t of momentsIn(one.timing.range(), 20, random))
        assert.equal(one.picture(t), other.picture(t), `seed ${seed} at ${t}`);
      assert.ok(lanesOf(one) === lanesOf(other), `other lanes with seed ${seed}`);
    }
  });
}

function lanesOf({ film }) {
  return JSON.stringify(laneModel(film.take, SERVERS), (key, value) =>
    value instanceof Trace ? value.id : key === "span" ? value?.span_id : value,
  );
}

test("what has already been looked at does not change what is seen", () => {
  for (const seed of SEEDS) {
    const random = randomFrom(seed + 2000);
    const spans = story(seed);
    const bits = cinema([]);
    for (let i = 0; i < spans.length; i += 9) {
      bits.model.absorb(spans.slice(i, i + 9));
      bits.picture(bits.film.take.from + random(5e8));
    }
    const whole = cinema(spans);
    for (const t of momentsIn(whole.timing.range(), 10, random))
      assert.equal(bits.picture(t), whole.picture(t), `seed ${seed}`);
  }
});

for (const clock of ["scale", "steps"]) {
  test(`a moment looks the same whether reached by playing, stepping or seeking, forward or back (${clock})`, () => {
    for (const seed of SEEDS) {
      const random = randomFrom(seed + 3000);
      const spans = story(seed);
      const played = cinema(spans);
      played.orders.start();
      if (clock === "steps") played.orders.clock();
      played.orders.toggle();
      for (let i = 0; i < 12; i += 1) {
        played.clock.ms += random(3000);
        const t = played.playhead.time();
        const sought = cinema(spans);
        sought.orders.seekTo(i % 2 ? Infinity : -Infinity);
        sought.orders.seekTo(t);
        assert.equal(sought.playhead.time(), t, `seed ${seed}`);
        assert.equal(played.picture(t), sought.picture(), `seed ${seed} at ${t}`);
      }
    }
  });
}

test("steps forward visit every moment, and steps back the same pictures in reverse", () => {
  for (const seed of SEEDS) {
    const { orders, playhead, picture, timing } = cinema(story(seed));
    const there = [];
    orders.start();
    for (orders.back(); playhead.time() < timing.range().to; orders.forward())
      there.push([playhead.time(), picture()]);
    assert.deepEqual(
      there.map(([t]) => t),
      timing.moments().filter((t) => t < timing.range().to),
      `seed ${seed}`,
    );
    orders.end();
    for (const before of there.reverse()) {
      orders.back();
      assert.deepEqual([playhead.time(), picture()], before, `seed ${seed}`);
    }
  }
});

test("between two moments nothing changes but the clocks", () => {
  for (const seed of SEEDS) {
    const random = randomFrom(seed + 4000);
    const { timing, picture } = cinema(story(seed));
    const stops = timing.moments();
    for (let i = 0; i + 1 < stops.length; i += 1) {
      const t = stops[i] + Math.floor(random() * (stops[i + 1] - stops[i] - 256));
      assert.equal(
        standing(picture(Math.max(t, stops[i]))),
        standing(picture(stops[i])),
        `seed ${seed}, moment ${i}`,
      );
    }
  }
});

test("what arrives while paused is all there afterwards and does not move the picture", () => {
  for (const seed of SEEDS) {
    if (seed % 4 === 0) continue; // Strangers that come soon after are one take with those before.
    const first = story(seed);
    const later = story(seed + 500).map((span) => ({
      ...span,
      start_ns: span.start_ns + 60e9,
      end_ns: span.end_ns && span.end_ns + 60e9,
    }));
    const { model, film, orders, picture, playhead } = cinema(first);
    orders.toggle();
    const before = [playhead.time(), picture()];
    model.absorb(later);
    assert.deepEqual([playhead.time(), picture()], before, `seed ${seed}`);
    orders.live();
    assert.equal(
      new Set(film.takes.flatMap((take) => take.traces)).size,
      new Set([...first, ...later].map((span) => span.trace_id)).size,
    );
  }
});
