// @ts-check
// The projected window's side of the lecture: it tells the dashboard where it is, and carries out what is pressed in
// the speaker's window. Of several windows only the one that was last used by hand is the projected one.

import { byId } from "../lib/dom.js";
import { onHtmx } from "../lib/htmx.js";

const ID = "gatescope-window";

/**
 * What the page does for the speaker.
 * @typedef {object} Page
 * @property {(key: string) => void} press
 * @property {(isBlank: boolean) => void} blank
 * @property {(isFrozen: boolean) => void} freeze
 * @property {() => Record<string, string>} where the lesson, the step and what else the speaker is told of
 */

/** One after the other: keys must arrive in the order in which they were pressed. */
let lastTold = Promise.resolve();

/**
 * Change the state of the lecture.
 * @param {Record<string, string>} values
 */
export function tellLecture(values) {
  lastTold = lastTold.then(() => post(values));
  return lastTold;
}

/** @param {Record<string, string>} values */
async function post(values) {
  const headers = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}");
  // Without a connection the notice says so; what was pressed meanwhile is not carried out later.
  await fetch("/lecture", { method: "POST", headers, body: new URLSearchParams(values) }).catch(() => {});
}

export class LectureLink {
  #page;
  #id = windowId();
  #presses = Number(this.#state.presses || 0);
  #told = "";
  #isFollowing = false;
  /**
   * What was ordered in this window and is not confirmed yet.
   * @type {boolean | null}
   */
  #wantsBlank = null;
  isFrozen = false;

  /** @param {Page} page */
  constructor(page) {
    this.#page = page;
    onHtmx("htmx:oobAfterSwap", ({ target }) => {
      if (target instanceof Element && target.id === "lecture") this.#follow();
    });
    for (const name of ["keydown", "pointerdown"])
      addEventListener(name, (event) => event.isTrusted && this.#claim());
  }

  /** Tell the dashboard where this window is, if it is the projected one, or nobody is. */
  tell() {
    const { window: projected } = this.#state;
    if (projected && projected !== this.#id) return;
    const values = { window: this.#id, ...this.#page.where() };
    const told = JSON.stringify(values);
    if (told === this.#told) return;
    this.#told = told;
    tellLecture(values);
  }

  /** @param {boolean} isBlank */
  tellBlank(isBlank) {
    if (this.#isFollowing) return;
    this.#wantsBlank = isBlank;
    tellLecture({ blank: isBlank ? "on" : "" });
  }

  /**
   * What was blanked and lifted here in the meantime is not done again when word of it comes back.
   * @param {boolean} isBlank
   */
  #followBlank(isBlank) {
    if (this.#wantsBlank !== null && this.#wantsBlank !== isBlank) return;
    this.#wantsBlank = null;
    this.#isFollowing = true;
    this.#page.blank(isBlank);
    this.#isFollowing = false;
  }

  toggleFreeze() {
    tellLecture({ window: this.#id, freeze: this.isFrozen ? "" : "on" });
  }

  get #state() {
    return byId("lecture").dataset;
  }

  /** Whoever uses a window by hand makes it the projected one. */
  #claim() {
    if (this.#state.window === this.#id) return;
    this.#told = "";
    this.#state.window = this.#id;
    this.tell();
  }

  #follow() {
    const { window: projected, presses = "0", press = "", blank, freeze, pointer = "" } = this.#state;
    const isNew = Number(presses) > this.#presses;
    this.#presses = Number(presses);
    if (projected !== this.#id) return;
    this.isFrozen = freeze === "on";
    this.#page.freeze(this.isFrozen);
    this.#followBlank(blank === "on");
    showPointer(pointer);
    if (isNew && press && !this.isFrozen) this.#page.press(press);
  }
}

/** A window keeps its id from lesson to lesson. */
function windowId() {
  try {
    const known = sessionStorage.getItem(ID) ?? crypto.getRandomValues(new Uint32Array(2)).join("-");
    sessionStorage.setItem(ID, known);
    return known;
  } catch {
    return "alone";
  }
}

/** @param {string} pointer shares of the window's width and height; empty hides it */
function showPointer(pointer) {
  const dot = byId("pointer");
  const [x, y] = pointer.split(",").map(Number);
  dot.hidden = pointer === "";
  dot.style.setProperty("--x", String(x));
  dot.style.setProperty("--y", String(y));
}
