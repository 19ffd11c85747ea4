// @ts-check
// The page of a lecture: a clicker begins it, and this browser remembers it.

import { rememberList } from "../lesson/playlist.js";
import { find } from "../lib/dom.js";

/** What a clicker's forward and start buttons send, and N as on every page of a lesson. */
const ONWARD = new Set(["PageDown", "F5", "n"]);

const begin = document.getElementById("begin");
const { list = "" } = find(document, "[data-list]").dataset;
if (begin) rememberList(list);
document.getElementById("print")?.addEventListener("click", () => print());
document.addEventListener("keydown", (event) => {
  if (!ONWARD.has(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  begin?.click();
});
