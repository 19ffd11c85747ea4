// The page with the form: the live stage, and what fires at it. Only wires.

import { Options } from "../panels/options.js";
import { liveStage } from "../player/live-stage.js";

const form = document.getElementById("fire");
const options = new Options(form);
const player = liveStage({
  fire: () => form.requestSubmit(),
  choose: () => form.elements.scenario.focus(),
  options: () => options.open(),
});

document.body.addEventListener("htmx:beforeRequest", (event) => event.target.id === "fire" && player.orders.live());
