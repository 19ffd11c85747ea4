// @ts-check
// Dialogs, tabs, and fragments that replace parts of the page without taking the focus away.

import { byId, closest, findAll } from "../lib/dom.js";

/** Open the dialog of a button with data-opens="ID" when it is pressed, also of one that comes later. */
export function listenToOpeners() {
  document.addEventListener("click", (event) => {
    const { opens } = closest(event, "[data-opens]")?.dataset ?? {};
    if (opens) openDialog(opens);
  });
}

/** @param {string} id */
export function openDialog(id) {
  const dialog = byId(id, HTMLDialogElement);
  if (!dialog.open) dialog.showModal();
}

/**
 * Tabs as ARIA describes them: arrows move, the chosen one shows its panel, then calls `onChange`.
 * @param {HTMLElement} list
 * @param {() => void} onChange
 */
export function tabs(list, onChange) {
  const all = findAll(list, "[role=tab]");
  const choose = (/** @type {HTMLElement} */ tab) => {
    for (const one of all) {
      one.setAttribute("aria-selected", String(one === tab));
      one.tabIndex = one === tab ? 0 : -1;
      byId(one.getAttribute("aria-controls") ?? "").hidden = one !== tab;
    }
    onChange();
  };
  list.addEventListener("click", (event) => {
    const tab = closest(event, "[role=tab]");
    if (tab) choose(tab);
  });
  list.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const tab = closest(event, "[role=tab]");
    if (!by || !tab) return;
    const next = all[(all.indexOf(tab) + by + all.length) % all.length];
    choose(next);
    next.focus();
  });
}

/**
 * Keep the focus and what is unfolded when a fragment from the socket replaces a part of the page.
 * @param {HTMLElement} element
 */
export function keepOverSwaps(element) {
  /** @type {{ focus: string, open: string[] } | null} */
  let before = null;
  element.addEventListener("htmx:oobBeforeSwap", ({ target }) => {
    if (!(target instanceof Element)) return;
    before ??= { focus: "", open: [] };
    before.open.push(...findAll(target, "details[open]").map(({ id }) => id));
    if (target.contains(document.activeElement)) before.focus = document.activeElement?.id ?? "";
  });
  element.addEventListener("htmx:wsAfterMessage", () => {
    for (const id of before?.open ?? []) document.getElementById(id)?.setAttribute("open", "");
    if (before?.focus) document.getElementById(before.focus)?.focus();
    before = null;
  });
}
