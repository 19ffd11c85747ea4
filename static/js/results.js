// Puts the result cards, which the dashboard renders, into the rows of their servers.

/** Show each card in its server's row once that server has answered everything of the run on the stage. */
export function placeResults(stage, take, scene) {
  const run = stage.querySelector("#run");
  const shown = run?.dataset.run && (!take || run.dataset.run === take.key);
  for (const [i, row] of scene.entries()) {
    const card = run?.querySelector(`.result[data-server="${CSS.escape(row.server.name)}"]`);
    const article = stage.querySelector(`.row[data-row="${i + 1}"]`);
    const ready = Boolean(card && shown && (run.dataset.state !== "running" || isAnswered(row, run)));
    article.classList.toggle("has-result", ready);
    if (card && card.dataset.row !== String(i + 1)) card.dataset.row = i + 1;
  }
  for (const card of run?.querySelectorAll(".result") ?? []) {
    const row = scene.findIndex(({ server }) => server.name === card.dataset.server);
    card.hidden = row < 0 || !stage.querySelector(`.row[data-row="${row + 1}"]`).classList.contains("has-result");
  }
}

function isAnswered({ counts }, run) {
  return counts.answered + counts.failed + counts.left === Number(run.dataset.count);
}

/** The answer to Fire shows the run as it began; where the socket was faster, the page shows it further on already. */
export function keepNewerRun({ detail }) {
  const run = document.getElementById("run").dataset.run;
  if (run && detail.xhr.getResponseHeader("Location") === `/runs/${run}`) detail.shouldSwap = false;
}
