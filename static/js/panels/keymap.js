// @ts-check
// The keys: one table, from which the keyboard, the help and the hint of a pressed key are made. Pure.

/**
 * What the page is like after a key was pressed.
 * @typedef {object} KeyState
 * @property {string} mode
 * @property {string} speed
 * @property {string} clock
 * @property {boolean} alone
 * @property {boolean} ghost
 * @property {boolean} reduced
 * @property {boolean} projected
 */

/**
 * `keys` as events name them, the `order` they give, what it `does` (for the help) and, where that depends on what
 * came of it, what it `did` (for the hint; "" for none).
 * @typedef {{ keys: string[], order: string, does: string, did?: (state: KeyState) => string }} KeyLine
 */

/** @type {KeyLine[]} */
export const KEYMAP = [
  { keys: [" "], order: "toggle", does: "play or pause", did: ({ mode }) => (mode === "paused" ? "pause" : "play") },
  { keys: ["ArrowRight"], order: "forward", does: "step: one event on" },
  { keys: ["ArrowLeft"], order: "back", does: "step back: one event" },
  { keys: ["PageDown"], order: "onward", does: "a clicker: go on", did: () => "" },
  { keys: ["PageUp"], order: "backward", does: "a clicker: go back", did: () => "" },
  { keys: ["Home"], order: "start", does: "to the start; twice: the run before" },
  { keys: ["End"], order: "end", does: "to the end of the run" },
  { keys: ["["], order: "slower", does: "slower", did: ({ speed }) => speed },
  { keys: ["]"], order: "faster", does: "faster", did: ({ speed }) => speed },
  { keys: ["\\"], order: "replay", does: "slow replay, a second a step" },
  {
    keys: ["t"],
    order: "clock",
    does: "clock: to scale, or equal steps",
    did: ({ clock }) => (clock === "steps" ? "equal steps" : "to scale"),
  },
  { keys: ["w", "+"], order: "zoomIn", does: "closer, in the timeline" },
  { keys: ["q", "-"], order: "zoomOut", does: "wider, in the timeline" },
  { keys: ["a"], order: "earlier", does: "earlier, when closer" },
  { keys: ["d"], order: "later", does: "later, when closer" },
  { keys: ["0"], order: "whole", does: "all of the timeline" },
  { keys: ["i"], order: "markFrom", does: "select from here" },
  { keys: ["u"], order: "markTo", does: "select until here" },
  { keys: ["l"], order: "live", does: "jump to live" },
  { keys: ["r"], order: "fire", does: "fire again" },
  { keys: ["n"], order: "nextBeat", does: "next beat of the lesson" },
  { keys: ["Backspace"], order: "lastBeat", does: "back to the beat before" },
  { keys: ["g"], order: "goTo", does: "go to a lesson, by its number" },
  { keys: ["b", "."], order: "blank", does: "black screen, and back", did: () => "" },
  { keys: ["F5"], order: "present", does: "projector size, full screen", did: () => "" },
  { keys: ["s"], order: "speaker", does: "speaker view, in a window of its own" },
  { keys: ["z"], order: "freeze", does: "freeze what the class sees", did: () => "freeze" },
  { keys: ["p"], order: "prove", does: "prove it: the lines to type" },
  { keys: ["/"], order: "choose", does: "choose what to fire" },
  { keys: ["o"], order: "options", does: "its options" },
  { keys: ["1", "2"], order: "server", does: "server of a row" },
  {
    keys: ["x"],
    order: "follow",
    does: "follow one request, or all",
    did: ({ alone }) => (alone ? "follow one request" : "follow all"),
  },
  { keys: ["ArrowUp", "ArrowDown"], order: "another", does: "follow another request" },
  { keys: ["v"], order: "other", does: "follow elsewhere: the other server, or both" },
  {
    keys: ["h"],
    order: "project",
    does: "projector size",
    did: ({ projected }) => (projected ? "projector size" : "usual size"),
  },
  { keys: ["f"], order: "fullscreen", does: "full screen" },
  {
    keys: ["e"],
    order: "ghost",
    does: "the run before, as a ghost",
    did: ({ ghost }) => (ghost ? "with the run before" : "this run alone"),
  },
  { keys: ["c"], order: "share", does: "copy a link to this moment", did: () => "share" },
  {
    keys: ["m"],
    order: "motion",
    does: "less motion",
    did: ({ reduced }) => (reduced ? "less motion" : "all motion"),
  },
  { keys: ["Escape"], order: "close", does: "close, or leave a field" },
  { keys: ["?"], order: "help", does: "this page" },
];

/** @type {Record<string, string>} */
const NAMES = {
  " ": "Space",
  ArrowRight: "→",
  ArrowLeft: "←",
  ArrowUp: "↑",
  ArrowDown: "↓",
  PageDown: "PgDn",
  PageUp: "PgUp",
  Escape: "Esc",
};

/**
 * What is printed on a key.
 * @param {string} key
 */
export function nameOf(key) {
  return NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key);
}

/**
 * The line of a pressed key; undefined when it has none.
 * @param {string} key
 */
export function lineOf(key) {
  return KEYMAP.find(({ keys }) => keys.includes(key)) ?? KEYMAP.find(({ keys }) => keys.includes(key.toLowerCase()));
}

/**
 * What the hint says of a key that was pressed.
 * @param {KeyLine} line
 * @param {KeyState} state
 */
export function hintOf(line, state) {
  return line.did?.(state) ?? line.does.split(/[:;,]/, 1)[0];
}
