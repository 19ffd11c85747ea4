// The card that says what happened in the stretch of time that was selected on the timeline.

import { html } from "../lib/dom.js";
import { count, duration, elapsed } from "../lib/format.js";
import { sums, TEXTURES } from "../model/selection-totals.js";

/** Shows itself in `root`; `onClose` when its button is pressed. */
export class SelectionCard {
  #root;
  #onClose;
  #shown = "";

  constructor(root, onClose) {
    this.#root = root;
    this.#onClose = onClose;
  }

  /** Sums of `tracks` in `range` ({from, to} in ns) of a film that began at `start`, as known at `t`; nothing for null. */
  show(tracks, range, { start, t }) {
    this.#root.hidden = range === null;
    if (!range) return;
    const found = sums(tracks, { from: range.from, to: Math.max(range.from, Math.min(range.to, t)) });
    const text = JSON.stringify([range, found]);
    if (text === this.#shown) return;
    this.#shown = text;
    const close = html(
      "button",
      { type: "button", class: "button is-small is-quiet", "aria-label": "Clear the selection (Esc)" },
      "✕",
    );
    close.addEventListener("click", this.#onClose);
    const title = html("strong", {}, `${duration(range.to - range.from)}, ${count(found.requests, "request")}`);
    const when = html("span", {}, `${elapsed(range.from - start)} to ${elapsed(range.to - start)}`);
    this.#root.replaceChildren(html("header", {}, title, when, close), table(found.lanes));
  }

  /** Stand where the selection is not: `left` when that is on the right. */
  stand(left) {
    this.#root.classList.toggle("is-left", left);
  }
}

function table(lanes) {
  if (!lanes.length) return html("p", {}, "Nothing happened in it.");
  const used = TEXTURES.filter((texture) => lanes.some((lane) => lane.sums[texture] > 0));
  const head = html("tr", {}, html("td"), ...used.map((texture) => html("th", { scope: "col" }, texture)));
  const rows = lanes.map((lane) =>
    html(
      "tr",
      { "data-interface": lane.interface },
      html("th", { scope: "row" }, lane.label),
      ...used.map((texture) => html("td", {}, lane.sums[texture] ? duration(lane.sums[texture]) : "–")),
    ),
  );
  return html("table", {}, html("thead", {}, head), html("tbody", {}, ...rows));
}
