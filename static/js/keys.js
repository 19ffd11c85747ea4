// The keyboard: presentation clickers send arrows and page keys. Off in fields, and can be switched off for good.

const ORDERS = {
  " ": "toggle",
  ArrowRight: "forward",
  PageDown: "forward",
  ArrowLeft: "back",
  PageUp: "back",
  Home: "start",
  End: "end",
  "[": "slower",
  "]": "faster",
  "\\": "replay",
  l: "live",
  t: "clock",
  r: "fire",
  "/": "choose",
  o: "options",
  x: "follow",
  h: "project",
  f: "fullscreen",
  g: "ghost",
  m: "motion",
  "?": "help",
  Escape: "close",
};
const PRESSABLE = "button, a, summary, [role=button], [role=tab]";
const LEFT_BY_ESC = "input:not([popover] *, dialog *), select:not([popover] *, dialog *)";
const FIELDS = "input, select, textarea, dialog, [popover]";

/** Calls the order of each key while `isOn()`; a page need not have them all. Esc works always; in a field of the page it leaves that, so that keys are orders again. */
export function listenToKeys(orders, isOn) {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target.matches?.(LEFT_BY_ESC)) return event.target.blur();
    const order = ORDERS[event.key] ?? ORDERS[event.key.toLowerCase()];
    if (!orders[order] || event.ctrlKey || event.metaKey || event.altKey) return;
    if (order !== "close" && (!isOn() || isTaken(event))) return;
    if (orders[order]() !== false) event.preventDefault();
  });
}

/** Fields keep all keys, buttons keep Space, tabs their arrows. */
function isTaken({ target, key }) {
  if (!(target instanceof Element)) return false;
  if (target.closest(FIELDS)) return true;
  if (key === " ") return Boolean(target.closest(PRESSABLE));
  return key.startsWith("Arrow") && Boolean(target.closest("[role=tab]"));
}
