// The bar of time: buttons, scrubber, time and speed. It shows the playhead and gives orders; it decides nothing.

import { set, write } from "../lib/dom.js";
import { elapsed, speed } from "../lib/format.js";

const STEPS = 1000;
/** What a speed is told in, on each clock. */
const UNIT = { scale: "× real", steps: "a step" };
const MAIN_LABEL = { live: "Pause", replay: "Pause", paused: "Play" };

/** `orders` has a function for each data-do of a button, and `seek(share of the take)`. */
export class Transport {
  #parts;
  #dragging = false;

  constructor(root, orders) {
    const find = (selector) => root.querySelector(selector);
    this.#parts = {
      main: find("[data-do=toggle]"),
      live: find("[data-do=live]"),
      replay: find("[data-do=replay]"),
      keys: [
        ...root.querySelectorAll(
          "[data-do=start], [data-do=back], [data-do=forward], [data-do=end], [data-do=slower], [data-do=faster]",
        ),
      ],
      scrubber: find("#scrubber"),
      time: find("#time"),
      speed: find("#speed"),
      clocks: [find("[data-do=scale]"), find("[data-do=steps]")],
      news: find("#news"),
    };
    root.addEventListener("click", (event) => orders[event.target.closest("[data-do]")?.dataset.do]?.());
    const { scrubber } = this.#parts;
    scrubber.max = STEPS;
    scrubber.addEventListener("input", () => orders.seek(Number(scrubber.value) / STEPS));
    scrubber.addEventListener("pointerdown", () => (this.#dragging = true));
    addEventListener("pointerup", () => (this.#dragging = false));
  }

  /** Show where the playhead stands in the take, and what there is to do. */
  show({ playhead, t, take, news, offered }) {
    const { main, live, replay, keys, scrubber, time, clocks } = this.#parts;
    const { mode, clock, warp } = playhead;
    const share = take ? Math.min(1, warp.position(t) / warp.length) : 0;
    const text = elapsed(take ? Math.min(warp.to, Math.max(warp.from, t)) - warp.from : 0);
    write(time, text);
    write(this.#parts.speed, speedWords(playhead));
    for (const one of clocks) set(one, "aria-pressed", one.dataset.do === clock);
    set(main, "aria-label", MAIN_LABEL[mode]);
    live.hidden = mode === "live";
    replay.disabled = !take || take.open;
    replay.classList.toggle("is-offered", offered);
    for (const key of keys) key.disabled = !take;
    scrubber.disabled = !take;
    if (!this.#dragging) scrubber.value = Math.round(share * STEPS);
    scrubber.style.setProperty("--share", `${(share * 100).toFixed(1)}%`);
    set(scrubber, "aria-valuetext", text);
    this.#news(mode === "live" ? 0 : news);
  }

  #news(number) {
    const { news } = this.#parts;
    news.hidden = number === 0;
    write(news, `${number} new event${number === 1 ? "" : "s"}`);
  }
}

/** How fast the film goes, in the unit of its clock. */
export function speedWords(playhead) {
  return `${speed(playhead)} ${UNIT[playhead.clock]}`;
}
