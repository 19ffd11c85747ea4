// @ts-check
// Moments in the reader's own time. The dashboard writes them in UTC: it does not know where its readers are.

import { findAll } from "../lib/dom.js";

const OWN = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });

/** Write every moment of the page in local time, also those that come later; the time in UTC is its tooltip. */
export function showLocalTimes() {
  show();
  for (const name of ["htmx:afterSwap", "htmx:oobAfterSwap"]) document.addEventListener(name, show);
}

function show() {
  for (const moment of findAll(document, "time[data-local]")) {
    moment.title = moment.textContent.trim();
    moment.textContent = OWN.format(new Date(moment.getAttribute("datetime") ?? ""));
    moment.removeAttribute("data-local");
  }
}
