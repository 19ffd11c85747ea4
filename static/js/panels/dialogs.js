// Dialogs, tabs, and fragments that replace parts of the page without taking the focus away.

/** Buttons with data-opens="ID" open that dialog. Returns open(id). */
export function dialogs() {
  const open = (id) => {
    const dialog = document.getElementById(id);
    if (!dialog.open) dialog.showModal();
  };
  for (const button of document.querySelectorAll("[data-opens]"))
    button.addEventListener("click", () => open(button.dataset.opens));
  return open;
}

/** Tabs as ARIA describes them: arrows move, the chosen one shows its panel, then calls `onChange`. */
export function tabs(list, onChange) {
  const all = [...list.querySelectorAll("[role=tab]")];
  const choose = (tab) => {
    for (const one of all) {
      one.setAttribute("aria-selected", one === tab);
      one.tabIndex = one === tab ? 0 : -1;
      document.getElementById(one.getAttribute("aria-controls")).hidden = one !== tab;
    }
    onChange();
  };
  list.addEventListener("click", (event) => event.target.role === "tab" && choose(event.target));
  list.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    const next = all.at((all.indexOf(event.target) + by) % all.length);
    choose(next);
    next.focus();
  });
}

/** A fragment from the socket keeps focus and unfolded details of what it replaces. */
export function keepOverSwaps(element) {
  let before = null;
  element.addEventListener("htmx:oobBeforeSwap", ({ target }) => {
    before ??= { focus: "", open: [] };
    before.open.push(...[...target.querySelectorAll("details[open]")].map((one) => one.id));
    if (target.contains(document.activeElement)) before.focus = document.activeElement.id;
  });
  element.addEventListener("htmx:wsAfterMessage", () => {
    for (const id of before?.open ?? []) document.getElementById(id)?.setAttribute("open", "");
    if (before?.focus) document.getElementById(before.focus)?.focus();
    before = null;
  });
}
