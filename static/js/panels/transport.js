// @ts-check
// The bar of time: buttons, scrubber, time and speed. It shows the playhead and gives orders; it decides nothing.

/** @import { Take } from "../model/types.js" */
/** @import { Playhead } from "../time/playhead.js" */

import { closest, find, findAll, set, write } from "../lib/dom.js";
import { count, duration, speed } from "../lib/format.js";

const STEPS = 1000;
/** What a speed is measured in, on each clock. */
const UNIT = { scale: "× real", steps: "a step" };
const MAIN_LABEL = { live: "Pause", replay: "Pause", paused: "Play" };
/** These need a take. */
const KEYS = ["start", "back", "forward", "end", "slower", "faster"];

/**
 * What the bar shows: where the playhead is in the take, how many events came meanwhile, and whether a replay is
 * offered; `part` when it would be one of a part of the take.
 * @typedef {{ playhead: Playhead, t: number, take: Take | null, news: number, offered: boolean,
 *   part: boolean }} Shown
 */

export class Transport {
  #root;
  #main;
  #live;
  #replay;
  #keys;
  #scrubber;
  #dragging = false;

  /**
   * @param {HTMLElement} root
   * @param {Record<string, ((argument: any) => unknown) | undefined>} orders one for each data-do of a button
   * @param {(share: number) => void} seek to a share of the take
   */
  constructor(root, orders, seek) {
    const button = (/** @type {string} */ name) => find(root, `[data-do=${name}]`, HTMLButtonElement);
    this.#root = root;
    this.#main = button("toggle");
    this.#live = button("live");
    this.#replay = button("replay");
    this.#keys = KEYS.map(button);
    this.#scrubber = find(root, "#scrubber", HTMLInputElement);
    root.addEventListener("click", (event) => orders[closest(event, "[data-do]")?.dataset.do ?? ""]?.(undefined));
    this.#scrubber.max = String(STEPS);
    this.#scrubber.addEventListener("input", () => seek(Number(this.#scrubber.value) / STEPS));
    this.#scrubber.addEventListener("pointerdown", () => (this.#dragging = true));
    addEventListener("pointerup", () => (this.#dragging = false));
  }

  /** @param {Shown} shown */
  show({ playhead, t, take, news, offered, part }) {
    const { mode, clock } = playhead;
    write(find(this.#root, "#speed"), speedText(playhead));
    for (const one of findAll(this.#root, "[data-do=scale], [data-do=steps]"))
      set(one, "aria-pressed", one.dataset.do === clock);
    set(this.#main, "aria-label", MAIN_LABEL[mode]);
    this.#live.hidden = mode === "live";
    this.#replay.disabled = !take || (take.open && take.windowNs === undefined && !part);
    write(this.#replay, part ? "replay this slowly" : "slow replay");
    this.#replay.classList.toggle("is-offered", offered);
    for (const key of this.#keys) key.disabled = !take;
    this.#root.classList.toggle("is-quiet", !take);
    this.#showTime(playhead, take, t);
    this.#showNews(mode === "live" ? 0 : news);
  }

  /**
   * @param {Playhead} playhead
   * @param {Take | null} take
   * @param {number} t
   */
  #showTime({ timeScale }, take, t) {
    const share = take ? Math.min(1, timeScale.position(t) / timeScale.length) : 0;
    const text = !take ? "–" : duration(Math.min(timeScale.to, Math.max(timeScale.from, t)) - timeScale.from);
    write(find(this.#root, "#time"), text);
    this.#scrubber.disabled = !take;
    if (!this.#dragging) this.#scrubber.value = String(Math.round(share * STEPS));
    this.#scrubber.style.setProperty("--share", `${(share * 100).toFixed(1)}%`);
    set(this.#scrubber, "aria-valuetext", text);
  }

  /** @param {number} number */
  #showNews(number) {
    const news = find(this.#root, "#news");
    news.hidden = number === 0;
    write(news, count(number, "new event"));
  }
}

/**
 * How fast the film goes, in the unit of its clock.
 * @param {Playhead} playhead
 */
export function speedText(playhead) {
  return `${speed(playhead)} ${UNIT[playhead.clock]}`;
}
