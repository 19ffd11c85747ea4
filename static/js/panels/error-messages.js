// @ts-check
// What was refused or failed, in one sentence where the hand is: at the form, or in the dialog or sheet that asked.

import { findAll } from "../lib/dom.js";
import { onHtmx } from "../lib/htmx.js";

const NO_ANSWER = "The dashboard did not answer. Look at its terminal, then try again.";

/** Send the sentences of refused requests (4xx) to the nearest `.problem`, and say when there was no answer. */
export function showErrors() {
  onHtmx("htmx:beforeRequest", () => {
    for (const place of findAll(document.body, ".problem")) place.replaceChildren();
  });
  onHtmx("htmx:beforeSwap", ({ detail }) => {
    if (detail.xhr.status >= 400) detail.target = placeFor(detail.requestConfig.elt);
  });
  // Whatever is answered, also to what the page asks by itself, says that the dashboard is there again.
  onHtmx("htmx:beforeOnLoad", () => {
    for (const place of findAll(document.body, ".problem"))
      if (place.textContent === NO_ANSWER) place.replaceChildren();
  });
  for (const name of ["htmx:sendError", "htmx:responseError"])
    onHtmx(name, ({ detail }) => (placeFor(detail.elt).textContent = NO_ANSWER));
}

/** @param {Element | undefined} element */
function placeFor(element) {
  const root = element?.closest("dialog, [data-problems]") ?? document;
  return /** @type {HTMLElement} */ (root.querySelector(".problem"));
}
