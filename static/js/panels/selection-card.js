// @ts-check
// The card that says what happened in the stretch of time that was selected on the timeline.

/** @import { Interval } from "../model/types.js" */
/** @import { LaneModel } from "../scene/types.js" */

import { html } from "../lib/dom.js";
import { count, duration } from "../lib/format.js";
import { TEXTURES, selectionTotals } from "../scene/selection-totals.js";

export class SelectionCard {
  #root;
  #onClose;
  #shown = "";

  /**
   * @param {HTMLElement} root
   * @param {() => void} onClose called when its button is pressed
   */
  constructor(root, onClose) {
    this.#root = root;
    this.#onClose = onClose;
  }

  /**
   * Show the totals in `range` of a film that began at `start`, as known at `t`; nothing for null.
   * @param {LaneModel} model
   * @param {Interval | null} range
   * @param {{ start: number, t: number }} film
   */
  show(model, range, { start, t }) {
    this.#root.hidden = range === null;
    if (!range) return;
    const { from, to } = range;
    const totals = selectionTotals(model, { from, to: Math.max(from, Math.min(to, t)) });
    const text = JSON.stringify([range, totals]);
    if (text === this.#shown) return;
    this.#shown = text;
    const label = "Clear the selection (Esc)";
    const close = html("button", { type: "button", class: "button is-small is-quiet", "aria-label": label }, "✕");
    close.addEventListener("click", this.#onClose);
    const title = html("strong", {}, `${duration(to - from)}, ${count(totals.requests, "request")}`);
    const when = html("span", {}, `${duration(from - start)} to ${duration(to - start)}`);
    this.#root.replaceChildren(html("header", {}, title, when, close), table(totals.lanes));
  }

  /**
   * Stand where the selection is not.
   * @param {boolean} left
   */
  stand(left) {
    this.#root.classList.toggle("is-left", left);
  }
}

/** @param {ReturnType<typeof selectionTotals>["lanes"]} lanes */
function table(lanes) {
  if (!lanes.length) return html("p", {}, "Nothing happened in it.");
  const used = TEXTURES.filter((texture) => lanes.some((lane) => lane.totals[texture] > 0));
  const heads = used.map((texture) => html("th", { scope: "col" }, texture));
  const rows = lanes.map(({ label, interface: shape, totals }) => {
    const cells = used.map((texture) => html("td", {}, totals[texture] ? duration(totals[texture]) : "–"));
    return html("tr", { "data-interface": shape }, html("th", { scope: "row" }, label), ...cells);
  });
  return html("table", {}, html("thead", {}, html("tr", {}, html("td"), ...heads)), html("tbody", {}, ...rows));
}
