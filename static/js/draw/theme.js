// The colours of the style sheet, for the canvas, which knows no CSS variables.

const NAMES = [
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
];

/** Reads the tokens; again whenever the theme changes, and then calls `onChange`. */
export class Theme {
  colours = {};

  constructor(onChange) {
    this.read();
    const changed = () => {
      this.read();
      onChange();
    };
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
    new MutationObserver(changed).observe(document.documentElement, {
      attributes: true,
      attributeFilter: ["data-theme", "data-projection"],
    });
  }

  read() {
    const style = getComputedStyle(document.documentElement);
    this.colours = Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
  }

  /** One design pixel in CSS pixels. */
  get unit() {
    return parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
  }
}
