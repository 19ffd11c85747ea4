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
  r: "fire",
  x: "follow",
  h: "project",
  f: "fullscreen",
  m: "motion",
  "?": "help",
  Escape: "close",
};
const PRESSABLE = "button, a, summary, [role=button], [role=tab]";
const FIELDS = "input, select, textarea, dialog";

/** Calls the order of each key while `isOn()`. Esc works always. */
export function listenToKeys(orders, isOn) {
  document.addEventListener("keydown", (event) => {
    const order = ORDERS[event.key] ?? ORDERS[event.key.toLowerCase()];
    if (!order || event.ctrlKey || event.metaKey || event.altKey) return;
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
