// @ts-check
// The page with the form: the live stage, what fires at it, and what is shown of what comes by itself. Only wires.

import { byId, find, write } from "../lib/dom.js";
import { onHtmx } from "../lib/htmx.js";
import { Options } from "../panels/options.js";
import { WatchBar } from "../panels/watch-bar.js";
import { LiveStage } from "../player/live-stage.js";

/** Absent where the dashboard has no servers of its own. */
const form = /** @type {HTMLFormElement | null} */ (document.getElementById("fire"));
const watch = new WatchBar(() => stage.recut());
const stage = new LiveStage(form ? ordersOf(form) : {}, { watch });
const { player } = stage;
// Whoever came with servers in the address has chosen.
player.rows.isChosen = new URLSearchParams(location.search).has("server");
if (form) fireWith(form, stage);

/** @param {HTMLFormElement} fire */
function ordersOf(fire) {
  const options = new Options(fire);
  return {
    fire: () => fire.requestSubmit(),
    choose: () => find(fire, "[name=scenario]").focus(),
    options: () => options.open(),
  };
}

/**
 * @param {HTMLFormElement} fire
 * @param {LiveStage} live
 */
function fireWith(fire, live) {
  const { rows, playback } = live.player;
  onHtmx("htmx:configRequest", (event) => {
    if (event.target !== fire) return;
    const names = rows.servers.map(({ name }) => name).filter((name) => live.canFireAt(name));
    event.detail.parameters.server = names;
    if (names.length) return;
    event.preventDefault();
    const problem = "Fire sends to the servers of this page, and no row shows one. Choose or add one.";
    write(byId("problem"), problem);
  });
  onHtmx("htmx:beforeRequest", ({ target }) => {
    if (target === fire) playback.live();
  });
}
