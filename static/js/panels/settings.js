// @ts-check
// What this viewer prefers, kept in the browser: keys, motion, colours, projector size.

const STORE = "gatescope";

/**
 * `dark` is null until it was chosen: then the system's choice holds.
 * @typedef {{ keys: boolean, motion: boolean, dark: boolean | null, ghost: boolean }} Values
 */

/** `?project` in the address switches to projector size. */
export class Settings {
  /** @type {Values} */
  #values = { keys: true, motion: true, dark: null, ghost: false, ...remembered() };
  #onChange;
  #quiet = matchMedia("(prefers-reduced-motion: reduce)");

  /** @param {() => void} onChange called after each change */
  constructor(onChange) {
    this.#onChange = onChange;
    if (new URLSearchParams(location.search).has("project")) document.documentElement.dataset.projection = "";
    this.#apply();
  }

  get keys() {
    return this.#values.keys;
  }

  get reduced() {
    return !this.#values.motion || this.#quiet.matches;
  }

  /** Whether the run before is drawn behind this one. */
  get ghost() {
    return this.#values.ghost;
  }

  get projected() {
    return "projection" in document.documentElement.dataset;
  }

  get dark() {
    return this.#values.dark ?? matchMedia("(prefers-color-scheme: dark)").matches;
  }

  /** @param {Partial<Values>} values */
  change(values) {
    Object.assign(this.#values, values);
    try {
      localStorage.setItem(STORE, JSON.stringify(this.#values));
    } catch {
      // A browser may refuse to remember; the setting holds until the page is closed.
    }
    this.#apply();
    this.#onChange();
  }

  project() {
    document.documentElement.toggleAttribute("data-projection");
    this.#onChange();
  }

  #apply() {
    const root = document.documentElement;
    if (this.#values.dark === null) delete root.dataset.theme;
    else root.dataset.theme = this.#values.dark ? "dark" : "light";
  }
}

/** @returns {Partial<Values>} */
function remembered() {
  try {
    return JSON.parse(localStorage.getItem(STORE) ?? "{}");
  } catch {
    return {};
  }
}
