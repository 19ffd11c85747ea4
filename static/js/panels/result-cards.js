// @ts-check
// Puts the result cards of the last run, which the dashboard renders, into the rows of their servers.

/** @import { HtmxEvent } from "../lib/htmx.js" */
/** @import { Take } from "../model/types.js" */
/** @import { SceneRow } from "../scene/types.js" */

import { byId, findAll } from "../lib/dom.js";

/**
 * Show each card in its server's row from the moment at which that server has answered everything of the run on the
 * stage.
 * @param {HTMLElement} stage
 * @param {Take | null} take
 * @param {SceneRow[]} scene
 * @param {number} t
 */
export function placeResults(stage, take, scene, t) {
  const run = /** @type {HTMLElement | null} */ (stage.querySelector("#run"));
  const cards = run ? findAll(run, ".result") : [];
  const isShown = take && (take.runs ?? [take.key]).includes(run?.dataset.run ?? "");
  /** @type {Set<HTMLElement>} */
  const ready = new Set();
  for (const [i, row] of scene.entries()) {
    const card = cards.find(({ dataset }) => dataset.server === row.server.name);
    if (card && run && isShown && isReady(row, { take, t, ...stateOf(run), ended: Number(card.dataset.ended) }))
      ready.add(card);
    stage
      .querySelector(`.row[data-row="${i + 1}"]`)
      ?.classList.toggle("has-result", Boolean(card && ready.has(card)));
    if (card && card.dataset.row !== String(i + 1)) card.dataset.row = String(i + 1);
  }
  for (const card of cards) card.hidden = !ready.has(card);
}

/** @param {HTMLElement} run */
function stateOf({ dataset }) {
  return { running: dataset.state === "running", count: Number(dataset.count) };
}

/**
 * Whether a row (of the scene at `t`) has the end of a run of `count` requests behind it, and its card, in which
 * `ended` of them are booked, knows of them all. Requests that the stage never heard of are not waited for once
 * the run is over, nor anything at the end of the take.
 * @param {Pick<SceneRow, "counts" | "total">} row
 * @param {{ take: Pick<Take, "to"> | null, t: number, running: boolean, count: number, ended: number }} run
 */
export function isReady({ counts, total }, { take, t, running, count, ended }) {
  const over = counts.answered + counts.failed + counts.left;
  return running ? over === count && ended === count : over === total || t >= (take?.to ?? Infinity);
}

/**
 * The answer to Fire shows the run as it began; where the socket was faster, the page shows it further on already.
 * @param {HtmxEvent} event
 */
export function keepNewerRun({ detail }) {
  const { run } = byId("run").dataset;
  if (run && detail.xhr.getResponseHeader("Location") === `/runs/${run}`) detail.shouldSwap = false;
}
