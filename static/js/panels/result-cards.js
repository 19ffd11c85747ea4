// Puts the result cards, which the dashboard renders, into the rows of their servers.

/** Show each card in its server's row from the moment at which that server has answered everything of the run on the stage. */
export function placeResults(stage, take, scene, t) {
  const run = stage.querySelector("#run");
  const shown = run?.dataset.run && (!take || run.dataset.run === take.key);
  for (const [i, row] of scene.entries()) {
    const card = run?.querySelector(`.result[data-server="${CSS.escape(row.server.name)}"]`);
    const article = stage.querySelector(`.row[data-row="${i + 1}"]`);
    const ready = Boolean(
      card &&
      shown &&
      isReady(row, { take, t, running: run.dataset.state === "running", count: Number(run.dataset.count) }),
    );
    article.classList.toggle("has-result", ready);
    if (card && card.dataset.row !== String(i + 1)) card.dataset.row = i + 1;
  }
  for (const card of run?.querySelectorAll(".result") ?? []) {
    const row = scene.findIndex(({ server }) => server.name === card.dataset.server);
    card.hidden = row < 0 || !stage.querySelector(`.row[data-row="${row + 1}"]`).classList.contains("has-result");
  }
}

/**
 * Whether a row (of the scene at `t`) has the end of a run of `count` requests behind it. What the stage was never told
 * of is not waited for once the run is over, nor anything at the end of the take.
 */
export function isReady({ counts, total }, { take, t, running, count }) {
  const over = counts.answered + counts.failed + counts.left;
  return running ? over === count : over === total || t >= take.to;
}

/** The answer to Fire shows the run as it began; where the socket was faster, the page shows it further on already. */
export function keepNewerRun({ detail }) {
  const run = document.getElementById("run").dataset.run;
  if (run && detail.xhr.getResponseHeader("Location") === `/runs/${run}`) detail.shouldSwap = false;
}
