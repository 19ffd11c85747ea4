// Words that explain themselves: their notes open on hover and focus as well, beside the word.
// The browser's popovers do the rest: opening by click and tap, Esc, and one at a time.

const NEAR_PX = 8;
const LINGER_MS = 200;

/** The note that a word opens. */
const noteOf = (word) => document.getElementById(word.getAttribute("popovertarget"));
const wordAt = (event) => event.target.closest?.(".word") ?? null;
const isOpen = (note) => note.matches(":popover-open");

export class Glossary {
  #word = null;
  #byHover = false;
  #leaving = 0;
  #closing = false;

  /** Listen to every word within `root`, also to those that come later. */
  constructor(root) {
    root.addEventListener("pointerover", (event) => this.#pointed(event));
    root.addEventListener("pointerout", (event) => this.#left(event));
    root.addEventListener("focusin", (event) => this.#focused(event));
    root.addEventListener("click", (event) => this.#clicked(event));
    root.addEventListener("beforetoggle", (event) => this.#toggles(event), true);
    root.addEventListener("toggle", () => (this.#closing = false), true);
  }

  #pointed(event) {
    const word = wordAt(event);
    if (event.target.closest?.(".word-note") || word === this.#word) clearTimeout(this.#leaving);
    if (!word || event.pointerType === "touch" || isOpen(noteOf(word))) return;
    this.#open(word);
    this.#byHover = true;
  }

  /** A note that was only hovered for goes when the pointer has left both it and its word. */
  #left(event) {
    if (!this.#byHover || !(wordAt(event) || event.target.closest?.(".word-note"))) return;
    clearTimeout(this.#leaving);
    this.#leaving = setTimeout(() => this.#byHover && this.#close(), LINGER_MS);
  }

  #focused(event) {
    // A note that closes gives the focus back to its word: that is no wish to read it again.
    if (this.#closing) return;
    const word = wordAt(event);
    if (word?.matches(":focus-visible")) this.#open(word);
    else if (this.#word && !word && !noteOf(this.#word).contains(event.target)) this.#close();
  }

  /** A click keeps a note that only the pointer had opened; any other click opens or closes it, as the browser does. */
  #clicked(event) {
    const word = wordAt(event);
    if (!word) return;
    if (this.#byHover && word === this.#word) event.preventDefault();
    else this.#word = word;
    this.#byHover = false;
  }

  #open(word) {
    clearTimeout(this.#leaving);
    this.#word = word;
    this.#byHover = false;
    if (!isOpen(noteOf(word))) noteOf(word).showPopover({ source: word });
  }

  #close() {
    const note = this.#word && noteOf(this.#word);
    if (note && isOpen(note)) note.hidePopover();
    this.#word = null;
    this.#byHover = false;
  }

  #toggles(event) {
    const note = event.target;
    if (!note.classList.contains("word-note")) return;
    this.#closing = event.newState === "closed";
    if (this.#closing) return;
    const word =
      this.#word && noteOf(this.#word) === note
        ? this.#word
        : document.querySelector(`.word[popovertarget="${note.id}"]`);
    // Its size is known when it is shown.
    requestAnimationFrame(() => place(note, word.getClientRects()[0] ?? word.getBoundingClientRect()));
  }
}

/** Below the word, or above where there is no room; never beyond the window. */
function place(note, word) {
  note.classList.add("is-placed");
  const { width, height } = note.getBoundingClientRect();
  const left = Math.max(NEAR_PX, Math.min(word.left, innerWidth - width - NEAR_PX));
  const below = word.bottom + NEAR_PX;
  const top = below + height <= innerHeight ? below : Math.max(NEAR_PX, word.top - height - NEAR_PX);
  note.style.left = `${left}px`;
  note.style.top = `${top}px`;
}

new Glossary(document);
