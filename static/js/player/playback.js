// What buttons and keys order about time. Each order moves the playhead or chooses the take, then wakes the stage.

import { SCALE, STEPS } from "../time/time-scale.js";

/** Orders by the names that buttons (data-do) and keys use. */
export function timeOrders({ playhead, film, timing, wake }) {
  const order = (action) => () => {
    action();
    if (playhead.mode === "live") film.follow();
    wake();
  };
  const stop = () => {
    film.hold();
    playhead.pause();
  };
  const step = (find) => {
    stop();
    playhead.seek(find(timing.moments(), playhead.time()));
  };
  const speed = (steps) => {
    film.hold();
    playhead.slower(steps);
  };
  return {
    toggle: order(() => {
      if (playhead.mode !== "paused") return stop();
      film.hold();
      return playhead.play();
    }),
    forward: order(() => step((all, t) => all.find((moment) => moment > t) ?? Infinity)),
    back: order(() => step((all, t) => all.findLast((moment) => moment < t) ?? -Infinity)),
    start: order(() => {
      stop();
      if (playhead.time() <= timing.range().from) film.previous();
      playhead.seek(-Infinity);
    }),
    end: order(() => {
      stop();
      playhead.seek(Infinity);
    }),
    slower: order(() => speed(1)),
    faster: order(() => speed(-1)),
    live: order(() => playhead.live()),
    replay: order(() => {
      film.hold();
      playhead.teach();
    }),
    clock: order(() => playhead.switchClock()),
    scale: order(() => playhead.switchClock(SCALE)),
    steps: order(() => playhead.switchClock(STEPS)),
    /** To a share of the film as it lies on the screen, 0 to 1. */
    seek: (share) => {
      stop();
      const { warp } = playhead;
      if (film.take) playhead.seek(warp.time(share * warp.length));
      wake();
    },
    /** To a moment, in ns. */
    seekTo: (ns) => {
      stop();
      playhead.seek(ns);
      wake();
    },
  };
}
