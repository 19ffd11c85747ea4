// @ts-check
// The page with the form: the live stage, and what fires at it. Only wires.

import { byId, find } from "../lib/dom.js";
import { onHtmx } from "../lib/htmx.js";
import { Options } from "../panels/options.js";
import { LiveStage } from "../player/live-stage.js";

const form = byId("fire", HTMLFormElement);
const options = new Options(form);
const { player } = new LiveStage({
  fire: () => form.requestSubmit(),
  choose: () => find(form, "[name=scenario]").focus(),
  options: () => options.open(),
});

onHtmx("htmx:beforeRequest", ({ target }) => {
  if (target === form) player.playback.live();
});
