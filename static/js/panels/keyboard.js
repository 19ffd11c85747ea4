// @ts-check
// The keyboard: presentation clickers send arrows and page keys. Off in fields, and can be switched off for good.

/** @import { KeyLine } from "./keymap.js" */

import { lineOf } from "./keymap.js";

const PRESSABLE = "button, a, summary, [role=button], [role=tab]";
const LEFT_BY_ESC = "input:not([popover] *, dialog *), select:not([popover] *, dialog *)";
/** All that a presentation clicker sends, with F5 and Esc. Where a page is presented nothing else may take them. */
const CLICKER = new Set(["PageDown", "PageUp", "F5"]);
const FIELDS = "input:not([type=range], [type=checkbox], [type=radio]), select, textarea, dialog, [popover]";
/** What a slider does by itself. */
const SLIDING = new Set(["ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End"]);

/**
 * What keys order, by name: each is given its key, and returns false when there was nothing to do.
 * @typedef {Record<string, ((key: any) => unknown) | undefined>} Orders
 */

/**
 * Call the order of each key while `isOn()`; a page need not have all orders. Then call `onPressed`. Esc works
 * always, and leaves a field of the page, so that keys are orders again.
 * @param {Orders} orders
 * @param {() => boolean} isOn
 * @param {(key: string, line: KeyLine) => void} onPressed
 * @param {(line: KeyLine) => boolean} [isTakenBefore] whether something else happens instead of the order
 */
export function listenToKeys(orders, isOn, onPressed, isTakenBefore = () => false) {
  document.addEventListener("keydown", (event) => {
    const { target, key } = event;
    if (key === "Escape" && target instanceof HTMLElement && target.matches(LEFT_BY_ESC)) {
      target.blur();
      return;
    }
    const line = lineOf(key);
    if (!line || !orders[line.order] || event.ctrlKey || event.metaKey || event.altKey) return;
    const isPresented = Boolean(orders.present);
    if (line.order !== "close" && (!isOn() || isTaken(event, isPresented))) return;
    if (!isTakenBefore(line) && orders[line.order]?.(key) === false) return;
    event.preventDefault();
    onPressed(key, line);
  });
  // What a pointer pressed does not keep the focus: Space is to play and pause then, not to press it again.
  document.addEventListener("click", ({ target, detail }) => {
    const button = target instanceof Element ? target.closest(".button") : null;
    if (detail > 0 && button instanceof HTMLElement) button.blur();
  });
}

/**
 * Fields keep all keys, sliders and choices those that move them, buttons Space, tabs and code that scrolls their
 * arrows.
 * @param {KeyboardEvent} event
 * @param {boolean} isPresented
 */
function isTaken({ target, key }, isPresented) {
  if (!(target instanceof Element)) return false;
  if (isPresented && CLICKER.has(key)) return target.closest("dialog, [popover], textarea") !== null;
  if (target.closest(FIELDS)) return true;
  if (target.matches("[type=range]")) return SLIDING.has(key);
  if (target.matches("[type=radio]")) return key === " " || key.startsWith("Arrow");
  if (key === " ") return Boolean(target.closest(PRESSABLE));
  return key.startsWith("Arrow") && Boolean(target.closest("[role=tab], pre"));
}
