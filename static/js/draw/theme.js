// @ts-check
// The colours of the style sheet, for the canvas, which knows no CSS variables.

const NAMES = /** @type {const} */ ([
  "card",
  "text",
  "text-soft",
  "edge",
  "grid",
  "wsgi",
  "wsgi-text",
  "wsgi-tint",
  "asgi",
  "asgi-text",
  "asgi-tint",
  "on-accent",
  "error",
  "focus",
  "font",
]);

/** @typedef {Record<typeof NAMES[number], string>} Colours */

/** Reads the tokens; again whenever the theme changes, and then calls `onChange`. */
export class Theme {
  colours = read();

  /** @param {() => void} onChange */
  constructor(onChange) {
    const changed = () => {
      this.colours = read();
      onChange();
    };
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
    new MutationObserver(changed).observe(document.documentElement, {
      attributes: true,
      attributeFilter: ["data-theme", "data-projection"],
    });
  }

  /** One design pixel in CSS pixels. */
  get unit() {
    return parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
  }
}

/** @returns {Colours} */
function read() {
  const style = getComputedStyle(document.documentElement);
  const values = NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]);
  return Object.fromEntries(values);
}
