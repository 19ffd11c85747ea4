// @ts-check
// Finding and making elements. Text goes in as text nodes only: every string of a span is hostile.

const SVG = "http://www.w3.org/2000/svg";

/** @typedef {Record<string, string | number | boolean | null | undefined>} ElementAttributes */
/** @typedef {Node | string | false | null | undefined} Child */

/**
 * The element of the page with an id. Throws where there is none, or one of another kind.
 * @template {Element} [T=HTMLElement]
 * @param {string} id
 * @param {new () => T} [type]
 * @returns {T}
 */
export function byId(id, type) {
  return checked(document.getElementById(id), `#${id}`, type);
}

/**
 * The first element below `root` that a selector matches. Throws where there is none, or one of another kind.
 * @template {Element} [T=HTMLElement]
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => T} [type]
 * @returns {T}
 */
export function find(root, selector, type) {
  return checked(root.querySelector(selector), selector, type);
}

/**
 * All elements below `root` that a selector matches.
 * @param {ParentNode} root
 * @param {string} selector
 */
export function findAll(root, selector) {
  return [.../** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll(selector))];
}

/**
 * The nearest element around the target of an event that a selector matches; null where there is none.
 * @param {Event} event
 * @param {string} selector
 * @returns {HTMLElement | null}
 */
export function closest({ target }, selector) {
  return target instanceof Element ? target.closest(selector) : null;
}

/**
 * Make an HTML element. Attributes and children that are false or missing are left out.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} name
 * @param {ElementAttributes} [attributes]
 * @param {...Child} children
 */
export function html(name, attributes = {}, ...children) {
  return build(document.createElement(name), attributes, children);
}

/**
 * Make an SVG element. Attributes and children that are false or missing are left out.
 * @template {keyof SVGElementTagNameMap} K
 * @param {K} name
 * @param {ElementAttributes} [attributes]
 * @param {...Child} children
 */
export function svg(name, attributes = {}, ...children) {
  return build(document.createElementNS(SVG, name), attributes, children);
}

/**
 * Change an attribute only when it differs: a write costs a layout.
 * @param {Element} element
 * @param {string} name
 * @param {string | number | boolean} value
 */
export function set(element, name, value) {
  const text = String(value);
  if (element.getAttribute(name) !== text) element.setAttribute(name, text);
}

/**
 * Change a text only when it differs.
 * @param {Element} element
 * @param {string} text
 */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * @template {Element} T
 * @param {Element | null} element
 * @param {string} name
 * @param {new () => T} [type]
 * @returns {T}
 */
function checked(element, name, type) {
  const expected = type ?? HTMLElement;
  if (element instanceof expected) return /** @type {T} */ (element);
  throw new TypeError(
    `Expected the ${expected.name} “${name}” on the page, found ${element?.constructor.name ?? "none"}.`,
  );
}

/**
 * @template {Element} T
 * @param {T} element
 * @param {ElementAttributes} attributes
 * @param {Child[]} children
 */
function build(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false && value !== null && value !== undefined)
      element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children) if (child) element.append(child);
  return element;
}
