// @ts-check
// A film that nobody has touched yet says what to do: the words "press play" stand on its button.

/** @import { CurrentTake } from "../time/current-take.js" */
/** @import { Playhead } from "../time/playhead.js" */

import { byId, find } from "../lib/dom.js";

export class PressPlay {
  #button = find(document, ".transport [data-do=toggle]");
  #isUntouched = true;

  /** @param {{ playhead: Playhead, current: CurrentTake }} player */
  show({ playhead, current }) {
    if (!this.#isUntouched) return;
    const { take } = current;
    // The first frame is drawn before the film was opened.
    if (playhead.mode === "live") return;
    this.#isUntouched = playhead.mode === "paused" && take !== null && playhead.time() <= take.from;
    this.#button.toggleAttribute("data-untouched", this.#isUntouched);
    if (!this.#isUntouched) byId("stage").dataset.touched = "";
  }
}
