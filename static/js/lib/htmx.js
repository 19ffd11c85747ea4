// @ts-check
// What we use of htmx, with types. The page loads htmx by itself, before our modules.

/**
 * What the events of htmx tell: `elt` is the element they happen at, `target` what a swap replaces. Those of its
 * socket have a `message`, and a wrapper that sends and connects again.
 * @typedef {object} Detail
 * @property {HTMLElement} elt
 * @property {HTMLElement} target
 * @property {boolean} shouldSwap
 * @property {XMLHttpRequest} xhr
 * @property {{ elt: HTMLElement }} requestConfig
 * @property {Record<string, unknown>} parameters
 * @property {string} message
 * @property {SocketWrapper} socketWrapper
 * @property {CloseEvent} event
 */

/** @typedef {{ send: (text: string) => void, reconnect: () => void }} SocketWrapper */
/** @typedef {CustomEvent<Detail>} HtmxEvent */

/**
 * @typedef {object} Htmx
 * @property {{ wsReconnectDelay: (tries: number) => number }} config
 * @property {(method: string, address: string, options: object) => Promise<void>} ajax
 * @property {(element: Element, event: string) => void} trigger
 */

/**
 * Call `listener` for events of htmx at an element or below it.
 * @param {string} name
 * @param {(event: HtmxEvent) => void} listener
 * @param {EventTarget} [target]
 */
export function onHtmx(name, listener, target = document.body) {
  target.addEventListener(name, (event) => listener(/** @type {HtmxEvent} */ (event)));
}

/** htmx itself. */
export function htmx() {
  return /** @type {typeof window & { htmx: Htmx }} */ (window).htmx;
}
