// @ts-check
// What this viewer prefers, kept in the browser: keys, motion, colours, projector size.

const STORE = "gatescope";

/**
 * `dark` is null until it was chosen: then the system's choice holds.
 * @typedef {{ keys: boolean, motion: boolean, dark: boolean | null, ghost: boolean, projected: boolean }} Values
 */

/** `?project` in the address switches to projector size, which then holds on every page. */
export class Settings {
  /** @type {Values} */
  #values = { keys: true, motion: true, dark: null, ghost: false, projected: false, ...remembered() };
  #onChange;
  #quiet = matchMedia("(prefers-reduced-motion: reduce)");

  /** @param {() => void} onChange called after each change */
  constructor(onChange) {
    this.#onChange = onChange;
    this.#apply();
    if (new URLSearchParams(location.search).has("project")) this.#keep({ projected: true });
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
    return this.#values.projected;
  }

  get dark() {
    return this.#values.dark ?? matchMedia("(prefers-color-scheme: dark)").matches;
  }

  /** @param {Partial<Values>} values */
  change(values) {
    this.#keep(values);
    this.#onChange();
  }

  project() {
    this.change({ projected: !this.projected });
  }

  /** @param {Partial<Values>} values */
  #keep(values) {
    Object.assign(this.#values, values);
    try {
      localStorage.setItem(STORE, JSON.stringify(this.#values));
    } catch {
      // A browser may refuse to remember; the setting holds until the page is closed.
    }
    this.#apply();
  }

  #apply() {
    const root = document.documentElement;
    root.toggleAttribute("data-projection", this.#values.projected);
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
