// @ts-check
// What mouse, fingers and wheel do on the timeline, as plain orders: zoom, pan, select, click. It knows no time.

/** Below this many pixels a press is a click, not a drag. */
const SLACK = 4;
/** How much one unit of a wheel zooms; one of a pinch on a touchpad, which browsers report as a wheel with Ctrl. */
const WHEEL = 0.0015;
const PINCH = 0.01;
/** A wheel that reports lines instead of pixels. */
const LINE_PX = 16;

/**
 * What is ordered, in pixels of the canvas. `selects` says whether a drag from there selects instead of moving.
 * @typedef {object} Orders
 * @property {(x: number, factor: number) => void} zoom
 * @property {(pixels: number) => void} pan
 * @property {(x: number, other: number) => void} select
 * @property {(x: number, y: number, event: MouseEvent) => void} click
 * @property {(y: number, event: MouseEvent) => boolean} selects
 */

/** Listens to a canvas from the beginning on. */
export class Gestures {
  #orders;
  /** @type {Map<number, number>} */
  #pointers = new Map();
  #start = { x: 0, selects: false };
  #dragged = false;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Orders} orders
   */
  constructor(canvas, orders) {
    this.#orders = orders;
    canvas.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      canvas.setPointerCapture(event.pointerId);
      this.#down(event);
    });
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    for (const name of /** @type {const} */ (["pointerup", "pointercancel"]))
      canvas.addEventListener(name, (event) => this.#pointers.delete(event.pointerId));
    canvas.addEventListener("click", (event) => this.#dragged || orders.click(event.offsetX, event.offsetY, event));
  }

  /** @param {WheelEvent} event */
  #wheel(event) {
    event.preventDefault();
    const unit = event.deltaMode === 1 ? LINE_PX : 1;
    const [across, along] = event.shiftKey ? [event.deltaY || event.deltaX, 0] : [event.deltaX, event.deltaY];
    if (Math.abs(across) > Math.abs(along)) this.#orders.pan(across * unit);
    else this.#orders.zoom(event.offsetX, Math.exp(along * unit * (event.ctrlKey ? PINCH : WHEEL)));
  }

  /** @param {PointerEvent} event */
  #down(event) {
    this.#pointers.set(event.pointerId, event.offsetX);
    this.#dragged = this.#pointers.size > 1;
    this.#start = { x: event.offsetX, selects: this.#orders.selects(event.offsetY, event) };
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const before = this.#pointers.get(event.pointerId);
    if (before === undefined) return;
    const x = event.offsetX;
    if (this.#pointers.size > 1) this.#pinch(event.pointerId, before, x);
    else if (this.#dragged || Math.abs(x - this.#start.x) >= SLACK) this.#drag(event.pointerId, before, x);
  }

  /**
   * @param {number} id
   * @param {number} before
   * @param {number} x
   */
  #drag(id, before, x) {
    this.#dragged = true;
    this.#pointers.set(id, x);
    if (this.#start.selects) this.#orders.select(this.#start.x, x);
    else this.#orders.pan(before - x);
  }

  /**
   * Two fingers: what is between them grows with their distance.
   * @param {number} id
   * @param {number} before
   * @param {number} x
   */
  #pinch(id, before, x) {
    const other = [...this.#pointers].find(([one]) => one !== id)?.[1] ?? x;
    this.#pointers.set(id, x);
    // A finger that stays when the other has left moves what was made larger.
    this.#start.selects = false;
    const [was, is] = [Math.abs(before - other), Math.abs(x - other)];
    if (was > SLACK && is > SLACK) this.#orders.zoom((x + other) / 2, was / is);
  }
}
