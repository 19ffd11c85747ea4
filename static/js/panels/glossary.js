// @ts-check
// Words that explain themselves: their notes open on hover and focus as well, beside the word.
// The browser's popovers do the rest: opening by click and tap, Esc, and one at a time.

import { byId, closest } from "../lib/dom.js";

const NEAR_PX = 8;
const LINGER_MS = 200;

export class Glossary {
  /**
   * The word whose note was opened last.
   * @type {HTMLElement | null}
   */
  #word = null;
  #byHover = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #leaving;
  #closing = false;

  /**
   * Listen to every word within `root`, also to those that come later.
   * @param {Document} root
   */
  listen(root) {
    root.addEventListener("pointerover", (event) => this.#onPointerOver(event));
    root.addEventListener("pointerout", (event) => this.#onPointerOut(event));
    root.addEventListener("focusin", (event) => this.#onFocus(event));
    root.addEventListener("click", (event) => this.#onClick(event));
    root.addEventListener("beforetoggle", (event) => this.#onToggle(/** @type {ToggleEvent} */ (event)), true);
    root.addEventListener("toggle", () => (this.#closing = false), true);
  }

  /** @param {PointerEvent} event */
  #onPointerOver(event) {
    const word = wordAt(event);
    if (isInNote(event) || word === this.#word) clearTimeout(this.#leaving);
    if (!word || event.pointerType === "touch" || isOpen(noteOf(word))) return;
    this.#open(word);
    this.#byHover = true;
  }

  /**
   * A note that was only hovered for goes when the pointer has left both it and its word.
   * @param {PointerEvent} event
   */
  #onPointerOut(event) {
    if (!this.#byHover || !(wordAt(event) || isInNote(event))) return;
    clearTimeout(this.#leaving);
    this.#leaving = setTimeout(() => this.#byHover && this.#close(), LINGER_MS);
  }

  /** @param {FocusEvent} event */
  #onFocus(event) {
    // A note that closes gives the focus back to its word: that is no wish to read it again.
    if (this.#closing) return;
    const word = wordAt(event);
    const isLeft = this.#word && !word && !noteOf(this.#word).contains(/** @type {Node} */ (event.target));
    if (word?.matches(":focus-visible")) this.#open(word);
    else if (isLeft) this.#close();
  }

  /**
   * A click keeps a note that only the pointer had opened; any other click opens or closes it, as the browser does.
   * @param {MouseEvent} event
   */
  #onClick(event) {
    const word = wordAt(event);
    if (!word) return;
    if (this.#byHover && word === this.#word) event.preventDefault();
    else this.#word = word;
    this.#byHover = false;
  }

  /** @param {HTMLElement} word */
  #open(word) {
    clearTimeout(this.#leaving);
    this.#word = word;
    this.#byHover = false;
    const note = noteOf(word);
    if (isOpen(note)) return;
    // TypeScript does not know yet that it takes the element which opens it.
    /** @type {{ showPopover: (options: { source: HTMLElement }) => void }} */ (note).showPopover({ source: word });
  }

  #close() {
    const note = this.#word && noteOf(this.#word);
    if (note && isOpen(note)) note.hidePopover();
    this.#word = null;
    this.#byHover = false;
  }

  /** @param {ToggleEvent} event */
  #onToggle({ target: note, newState }) {
    if (!(note instanceof HTMLElement) || !note.classList.contains("word-note")) return;
    this.#closing = newState === "closed";
    if (this.#closing) return;
    const word = this.#wordOf(note);
    // Its size is known when it is shown.
    if (word) requestAnimationFrame(() => place(note, word.getClientRects()[0] ?? word.getBoundingClientRect()));
  }

  /**
   * The word that a note was opened from; of several that have it, the one that was opened last.
   * @param {HTMLElement} note
   */
  #wordOf(note) {
    if (this.#word && noteOf(this.#word) === note) return this.#word;
    return document.querySelector(`.word[popovertarget="${note.id}"]`);
  }
}

/**
 * The note that a word opens.
 * @param {HTMLElement} word
 */
function noteOf(word) {
  return byId(word.getAttribute("popovertarget") ?? "");
}

/** @param {Event} event */
function wordAt(event) {
  return closest(event, ".word");
}

/** @param {Event} event */
function isInNote(event) {
  return closest(event, ".word-note") !== null;
}

/** @param {HTMLElement} note */
function isOpen(note) {
  return note.matches(":popover-open");
}

/**
 * Stand below the word, or above where there is no room; never beyond the window.
 * @param {HTMLElement} note
 * @param {DOMRect} word
 */
function place(note, word) {
  note.classList.add("is-placed");
  const { width, height } = note.getBoundingClientRect();
  const left = Math.max(NEAR_PX, Math.min(word.left, innerWidth - width - NEAR_PX));
  const below = word.bottom + NEAR_PX;
  const top = below + height <= innerHeight ? below : Math.max(NEAR_PX, word.top - height - NEAR_PX);
  note.style.left = `${left}px`;
  note.style.top = `${top}px`;
}
