// What mouse, fingers and wheel do on the timeline, as plain orders: zoom, pan, select, click. It knows no time.

/** Below this many pixels a press is a click, not a drag. */
const SLACK = 4;
/** How much of a zoom one unit of a wheel is; of a pinch on a touchpad, which browsers tell as a wheel with Ctrl. */
const WHEEL = 0.0015;
const PINCH = 0.01;
/** A wheel that tells lines instead of pixels. */
const LINE_PX = 16;

/**
 * `orders`: zoom(x, factor), pan(pixels), select(x, other), click(x, y, event), and selects(y, event), which says whether
 * a drag from there selects instead of moving.
 */
export class Gestures {
  #orders;
  #pointers = new Map();
  #start = null;
  #dragged = false;

  constructor(canvas, orders) {
    this.#orders = orders;
    canvas.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    canvas.addEventListener("pointerdown", (event) => this.#down(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    for (const name of ["pointerup", "pointercancel"])
      canvas.addEventListener(name, (event) => this.#pointers.delete(event.pointerId));
    canvas.addEventListener("click", (event) => this.#dragged || orders.click(event.offsetX, event.offsetY, event));
  }

  #wheel(event) {
    event.preventDefault();
    const unit = event.deltaMode === 1 ? LINE_PX : 1;
    const [across, along] = event.shiftKey ? [event.deltaY || event.deltaX, 0] : [event.deltaX, event.deltaY];
    if (Math.abs(across) > Math.abs(along)) return this.#orders.pan(across * unit);
    return this.#orders.zoom(event.offsetX, Math.exp(along * unit * (event.ctrlKey ? PINCH : WHEEL)));
  }

  #down(event) {
    if (event.button !== 0) return;
    event.target.setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, event.offsetX);
    this.#dragged = this.#pointers.size > 1;
    this.#start = { x: event.offsetX, selects: this.#orders.selects(event.offsetY, event) };
  }

  #move(event) {
    const before = this.#pointers.get(event.pointerId);
    if (before === undefined) return;
    const x = event.offsetX;
    if (this.#pointers.size > 1) return this.#pinch(event.pointerId, before, x);
    if (!this.#dragged && Math.abs(x - this.#start.x) < SLACK) return undefined;
    this.#dragged = true;
    this.#pointers.set(event.pointerId, x);
    return this.#start.selects ? this.#orders.select(this.#start.x, x) : this.#orders.pan(before - x);
  }

  /** Two fingers: what is between them grows with their distance. */
  #pinch(id, before, x) {
    const other = [...this.#pointers].find(([one]) => one !== id)[1];
    this.#pointers.set(id, x);
    // A finger that stays when the other has left moves what was made larger.
    this.#start.selects = false;
    const [was, is] = [Math.abs(before - other), Math.abs(x - other)];
    if (was > SLACK && is > SLACK) this.#orders.zoom((x + other) / 2, was / is);
  }
}
