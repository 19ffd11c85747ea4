// @ts-check
// The page of a recorded film: it is here as a whole, so there is no socket, no form and nothing live. Only wires.
// The film lies in the page, as in a file that plays without a network, or is fetched from the dashboard.

/** @import { Film } from "../player/film.js" */

import { byId, html } from "../lib/dom.js";
import { wholeTake } from "../model/takes.js";
import { PressPlay } from "../panels/press-play.js";
import { Share } from "../panels/share.js";
import { partsOf } from "../player/film.js";
import { Player } from "../player/player.js";
import { permalinkQuery, readPermalink } from "../time/permalink.js";

try {
  play(await readFilm());
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  byId("empty").hidden = false;
  byId("empty").replaceChildren(
    html("strong", {}, "The film cannot be shown"),
    html("p", {}, `${reason} Reload the page to try again.`),
  );
}

/** @returns {Promise<Film>} */
async function readFilm() {
  const embedded = document.getElementById("film");
  if (embedded) return JSON.parse(embedded.textContent);
  const answer = await fetch(byId("recorded").dataset.film ?? "", { headers: { accept: "application/json" } });
  if (!answer.ok) throw new Error((await answer.json()).error);
  return answer.json();
}

/** @param {Film} film */
function play(film) {
  const again = document.getElementById("fire-again");
  const press = new PressPlay();
  const keys = { live: undefined, fire: again ? () => again.click() : undefined, share: () => share.open() };
  /** @type {Player} */
  const player = new Player({ ...partsOf(film), cut: wholeTake, keys, onScene: () => press.show(player) });
  const begun = namesOnStage(player);
  const query = () => permalink(player, begun);
  /** @type {Share} */
  const share = new Share(
    byId("share", HTMLDialogElement),
    () => ({ link: `?${query()}` }),
    () => history.replaceState(null, "", `?${query()}`),
  );
  open(player);
}

/** @param {Player} player */
function namesOnStage({ rows }) {
  return rows.servers.map(({ name }) => name);
}

/**
 * The query of the moment that is shown; it names the servers where they are not those that the page `begun` with.
 * @param {Player} player
 * @param {string[]} begun
 */
function permalink(player, begun) {
  const { current, playhead, inspector } = player;
  const shown = namesOnStage(player);
  const servers = shown.join() === begun.join() ? [] : shown;
  const from = current.take?.from ?? 0;
  return permalinkQuery({ t: playhead.time(), from, subject: inspector.subject, servers, of: location.search });
}

/**
 * Stand where the address says; at the start when it says nothing.
 * @param {Player} player
 */
function open(player) {
  const { model, current, playhead, rows } = player;
  const { t, trace: traceId, span: spanId, servers } = readPermalink(location.search);
  current.hold();
  const from = current.take?.from ?? 0;
  playhead.seek(t === null ? from : from + t);
  const trace = model.trace(traceId ?? "") ?? [...model.traces.values()].find((one) => one.spans.has(spanId ?? ""));
  rows.cast(servers.length || !trace ? servers : [trace.server]);
  if (trace) player.inspect(trace, null, { span: trace.spans.get(spanId ?? "") });
  player.wake();
}
