// What buttons and keys order about time. Each order moves the playhead or chooses the take, then wakes the stage.

/** Orders by the names that buttons (data-do) and keys use. */
export function timeOrders({ playhead, film, clock, stage, wake }) {
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
    playhead.seek(find(stage().moments(), playhead.time()));
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
      const { from } = film.take ?? { from: clock.now() };
      if (playhead.time() <= from) film.previous();
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
      playhead.replaySlowly();
    }),
    seek: (share) => {
      stop();
      const { take } = film;
      if (take) playhead.seek(take.from + share * ((take.open ? clock.now() : take.to) - take.from));
      wake();
    },
  };

  function speed(steps) {
    film.hold();
    playhead.slower(steps);
  }
}
