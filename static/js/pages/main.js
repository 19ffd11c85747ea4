// @ts-check
// The page with the form: the live stage, and what fires at it. Only wires.

import { byId, find, write } from "../lib/dom.js";
import { onHtmx } from "../lib/htmx.js";
import { Options } from "../panels/options.js";
import { LiveStage } from "../player/live-stage.js";

const form = byId("fire", HTMLFormElement);
const options = new Options(form);
const stage = new LiveStage(
  {
    fire: () => form.requestSubmit(),
    choose: () => find(form, "[name=scenario]").focus(),
    options: () => options.open(),
  },
  { castsWhatComes: true },
);
const { player } = stage;
// Whoever came with servers in the address has chosen.
player.rows.isChosen = new URLSearchParams(location.search).has("server");

onHtmx("htmx:configRequest", (event) => {
  if (event.target !== form) return;
  const names = player.rows.servers.map(({ name }) => name).filter((name) => stage.canFireAt(name));
  event.detail.parameters.server = names;
  if (names.length) return;
  event.preventDefault();
  const problem =
    "Fire sends to the servers of this page; both rows show services that it does not know. Choose one.";
  write(byId("problem"), problem);
});
onHtmx("htmx:beforeRequest", ({ target }) => {
  if (target === form) player.playback.live();
});
