// @ts-check
// The few marks that lanes are made of, on a 2D canvas. Shape before colour: each texture reads in grey.

/** @import { Interface, Interval } from "../model/types.js" */
/** @import { Bar, Box, Point, Texture } from "../scene/types.js" */
/** @import { Colours } from "./theme.js" */

const RADIUS = 4;
/** A bar that is narrower than this has no room for an outline. */
const THIN = 7;

/**
 * How a text looks; sizes are design pixels.
 * @typedef {{ size: number, weight: number, colour: string, align?: CanvasTextAlign }} TextLook
 */

/** A context with the page's colours and its unit. `use` picks the interface whose accent follows. */
export class CanvasMarks {
  #c;
  #colours;
  #u;
  #fontSet = "";
  #accent = "";
  #ink = "";
  #tint = "";

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Colours} colours
   * @param {number} unit
   */
  constructor(context, colours, unit) {
    this.#c = context;
    this.#colours = colours;
    this.#u = unit;
  }

  /** @param {{ width: number, height: number }} size */
  clear({ width, height }) {
    const ratio = this.#c.canvas.width / Math.max(1, width);
    this.#fontSet = ""; // a canvas of another size has lost it
    this.#c.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.#c.clearRect(0, 0, width, height);
  }

  /** @param {Interface} shape */
  use(shape) {
    this.#accent = this.#colours[shape];
    this.#ink = this.#colours[`${shape}-text`];
    this.#tint = this.#colours[`${shape}-tint`];
  }

  /**
   * The name of a lane that is `height` high.
   * @param {string} text
   * @param {Point} at
   * @param {number} height
   * @param {boolean} quiet
   */
  label(text, at, height, quiet) {
    this.#text(text, at, {
      size: Math.min(14, Math.max(10, height / this.#u + 1)),
      weight: 600,
      colour: quiet ? this.#colours["text-soft"] : this.#ink,
    });
  }

  /**
   * A label of the axis; one of a step that was cut stands out.
   * @param {string} text
   * @param {Point} at
   * @param {boolean} cut
   */
  tick(text, { x, y }, cut) {
    const colour = cut ? this.#colours.text : this.#colours["text-soft"];
    this.#text(text, { x, y: y - 4 }, { size: 12.5, align: "center", weight: cut ? 700 : 400, colour });
  }

  /**
   * A remark right of a point, on a clear ground, or as far left of it as it takes to end before `limit`.
   * @param {string} text
   * @param {Point} at
   * @param {number} limit
   */
  note(text, { x, y }, limit) {
    const look = { size: 13, weight: 700, colour: this.#colours.text };
    const width = this.#widthOf(text, look);
    const left = Math.min(x, limit - width);
    this.#ground({ x: left - 3, y: y - 8 * this.#u, w: width + 6, h: 16 * this.#u });
    this.#text(text, { x: left, y }, look);
  }

  /**
   * @param {number} x
   * @param {Interval} span from the upper end to the lower
   */
  gridline(x, { from, to }) {
    this.#stroke([x, from, x, to], this.#colours.grid, 1);
  }

  /**
   * The playhead.
   * @param {number} x
   * @param {Interval} span from the upper end to the lower
   */
  rule(x, { from, to }) {
    this.#stroke([x, from, x, to], this.#colours.text, 2 * this.#u);
  }

  /**
   * Running: filled tint. Awaiting: hatched. Blocking: solid ink. Parked: dashed outline. Open: an outline. What a
   * bar says begins where the bar is seen to begin, `left` at the earliest.
   * @param {Box} box
   * @param {Pick<Bar, "texture" | "number" | "text">} bar
   * @param {number} [left]
   */
  bar(box, { texture, number, text }, left = box.x) {
    const c = this.#c;
    const { x, y, w, h } = box;
    if ((w < THIN || h < THIN) && texture !== "awaiting") {
      c.fillStyle = this.#thinFilling(texture);
      c.fillRect(x, y, w, h);
      return;
    }
    c.beginPath();
    c.roundRect(x, y, w, h, RADIUS * this.#u);
    c.fillStyle = this.#filling(texture);
    c.fill();
    this.#outline(texture);
    if (texture === "awaiting") this.#hatch(box);
    const from = Math.max(x, left);
    const short = String(number);
    this.#inBar(text ? `${number}  ${text}` : short, short, { x: from, y, w: x + w - from, h }, texture);
  }

  /**
   * A step curve from its points to `end`, filled down to `ground` when `hatched`.
   * @param {Point[]} points
   * @param {number} end
   * @param {number} ground
   * @param {boolean} hatched
   */
  curve(points, end, ground, hatched) {
    const from = points[0].x;
    const line = [from, ground];
    let height = ground;
    for (const { x, y } of points) {
      line.push(x, height, x, y);
      height = y;
    }
    line.push(end, height);
    if (hatched) this.#fillHatched([...line, end, ground], { from, to: end }, ground);
    this.#stroke(line, hatched ? this.#accent : this.#colours["text-soft"], (hatched ? 1.5 : 2.5) * this.#u);
  }

  /**
   * What grows from nothing at the left to its height at the right: the lag of a loop that is held.
   * @param {Interval} span from left to right
   * @param {number} ground
   * @param {number} height
   */
  slope({ from, to }, ground, height) {
    this.#fill([from, ground, to, ground - height, to, ground], this.#colours["text-soft"]);
  }

  /**
   * A stretch of time that was chosen.
   * @param {Interval} span from left to right
   * @param {Interval} height from the upper end to the lower
   */
  band({ from, to }, height) {
    this.#c.globalAlpha = 0.12;
    this.#c.fillStyle = this.#colours.focus;
    this.#c.fillRect(from, height.from, to - from, height.to - height.from);
    this.#c.globalAlpha = 1;
    for (const x of [from, to]) this.#stroke([x, height.from, x, height.to], this.#colours.focus, 1.5 * this.#u);
  }

  /**
   * Where on the axis time was cut to make a step fit.
   * @param {Point} at
   */
  cut({ x, y }) {
    const u = this.#u;
    for (const shift of [-3, 1])
      this.#stroke([x + shift * u, y + 4 * u, x + (shift + 3) * u, y - 4 * u], this.#colours.text, 1.5 * u);
  }

  /**
   * The whole film as a line, with the part that is shown and where the playhead is.
   * @param {Box} box
   * @param {Interval} shown
   * @param {number} now
   */
  strip({ x, y, w, h }, { from, to }, now) {
    const c = this.#c;
    c.fillStyle = this.#colours.grid;
    c.fillRect(x, y, w, h);
    c.fillStyle = this.#colours["text-soft"];
    c.fillRect(from, y, Math.max(3 * this.#u, to - from), h);
    c.fillStyle = this.#colours.text;
    c.fillRect(now - this.#u, y - 2 * this.#u, 2 * this.#u, h + 2 * this.#u);
  }

  /**
   * A message in a session's bar: its head points into the server or out of it, its shaft lasts as long as it did.
   * @param {Box} box
   * @param {boolean} inwards
   */
  dart({ x, y, w, h }, inwards) {
    const head = Math.min(h * 0.72, 11 * this.#u);
    const middle = y + h / 2;
    if (w > head / 2) {
      this.#c.fillStyle = this.#accent;
      this.#c.fillRect(x, middle - this.#u, w, 2 * this.#u);
    }
    const [base, tip] = inwards ? [middle - head / 2, middle + head / 2] : [middle + head / 2, middle - head / 2];
    this.#fill([x - head / 2, base, x + head / 2, base, x, tip], this.#colours.text);
  }

  /**
   * The way between a loop and a thread.
   * @param {Point} from
   * @param {Point} to
   * @param {boolean} dashed
   */
  arc(from, to, dashed) {
    const c = this.#c;
    const middle = (from.y + to.y) / 2;
    c.beginPath();
    c.moveTo(from.x, from.y);
    c.bezierCurveTo(from.x, middle, to.x, middle, to.x, to.y);
    this.#line(this.#colours.text, 1.4 * this.#u, dashed ? [3, 2] : []);
  }

  /**
   * A piece of an answer that leaves: an arrowhead above the bar, which leaves the bar's words readable.
   * @param {Point} at
   * @param {number} height
   */
  chunk({ x, y }, height) {
    const size = 4.5 * this.#u;
    this.#stroke([x, y + height / 4, x, y], this.#colours.text, this.#u);
    this.#fill([x - size, y + 1, x, y + 1 - 1.4 * size, x + size, y + 1], this.#colours.text);
  }

  /**
   * Draw nothing outside of a box meanwhile.
   * @param {Box} box
   * @param {() => void} draw
   */
  clipped({ x, y, w, h }, draw) {
    this.#c.save();
    this.#c.beginPath();
    this.#c.rect(x, y, w, h);
    this.#c.clip();
    draw();
    this.#restore();
  }

  /**
   * A clear ground for text on texture.
   * @param {Box} box
   */
  #ground({ x, y, w, h }) {
    this.#c.globalAlpha = 0.86;
    this.#c.fillStyle = this.#colours.card;
    this.#c.fillRect(x, y, w, h);
    this.#c.globalAlpha = 1;
  }

  /** @param {Texture} texture */
  #thinFilling(texture) {
    return {
      running: this.#accent,
      blocking: this.#colours.text,
      parked: this.#colours.edge,
      open: this.#tint,
      awaiting: this.#colours.card,
    }[texture];
  }

  /** @param {Texture} texture */
  #filling(texture) {
    if (texture === "blocking") return this.#colours.text;
    return texture === "running" ? this.#tint : this.#colours.card;
  }

  /** @param {Texture} texture */
  #outline(texture) {
    if (texture === "blocking") return;
    const isParked = texture === "parked";
    this.#line(isParked ? this.#colours["text-soft"] : this.#accent, 1.5 * this.#u, isParked ? [3, 3] : []);
  }

  /**
   * @param {string} long
   * @param {string} short
   * @param {Box} box
   * @param {Texture} texture
   */
  #inBar(long, short, { x, y, w, h }, texture) {
    const u = this.#u;
    if (h < 11 * u || w < 16 * u) return;
    const look = { size: 12.5, weight: 700, colour: texture === "blocking" ? this.#colours.card : this.#ink };
    const text = this.#widthOf(long, look) + 12 * u < w ? long : short;
    const width = this.#widthOf(text, look);
    if (width + 8 * u > w) return;
    if (texture === "awaiting") this.#ground({ x: x + 4 * u, y: y + 2, w: width + 6 * u, h: h - 4 });
    this.#text(text, { x: x + 7 * u, y: y + h / 2 }, look);
  }

  /**
   * @param {number[]} path
   * @param {Interval} span from left to right
   * @param {number} ground
   */
  #fillHatched(path, { from, to }, ground) {
    const c = this.#c;
    c.save();
    this.#path(path);
    c.clip();
    const [left, right] = [Math.max(0, from), Math.min(to, c.canvas.width)];
    this.#hatch({ x: left, y: ground - 60 * this.#u, w: right - left, h: 60 * this.#u });
    this.#restore();
  }

  /** @param {Box} box */
  #hatch({ x, y, w, h }) {
    const c = this.#c;
    c.save();
    c.beginPath();
    c.rect(x, y, w, h);
    c.clip();
    c.beginPath();
    const pitch = 6 * this.#u;
    for (let at = Math.floor((x - h) / pitch) * pitch; at < x + w; at += pitch) {
      c.moveTo(at, y + h);
      c.lineTo(at + h, y);
    }
    c.globalAlpha = 0.45;
    this.#line(this.#accent, 1.4 * this.#u, []);
    this.#restore();
  }

  /**
   * @param {number[]} path
   * @param {string} colour
   * @param {number} width
   */
  #stroke(path, colour, width) {
    this.#path(path);
    this.#line(colour, width, []);
  }

  /**
   * @param {number[]} path
   * @param {string} colour
   */
  #fill(path, colour) {
    this.#path(path);
    this.#c.fillStyle = colour;
    this.#c.fill();
  }

  /** @param {number[]} path x and y of each point, one after the other */
  #path(path) {
    this.#c.beginPath();
    for (let i = 0; i < path.length; i += 2) {
      if (i) this.#c.lineTo(path[i], path[i + 1]);
      else this.#c.moveTo(path[i], path[i + 1]);
    }
  }

  /**
   * @param {string} colour
   * @param {number} width
   * @param {number[]} dash
   */
  #line(colour, width, dash) {
    const c = this.#c;
    c.strokeStyle = colour;
    c.lineWidth = width;
    c.setLineDash(dash);
    c.stroke();
    c.setLineDash([]);
  }

  /**
   * @param {string} text
   * @param {TextLook} look
   */
  #widthOf(text, look) {
    this.#font(look);
    return this.#c.measureText(text).width;
  }

  /** @param {TextLook} look */
  #font({ size, weight }) {
    const font = `${weight} ${size * this.#u}px ${this.#colours.font}`;
    if (font !== this.#fontSet) this.#c.font = this.#fontSet = font; // a canvas parses it anew each time
  }

  #restore() {
    this.#c.restore();
    this.#fontSet = "";
  }

  /**
   * @param {string} text
   * @param {Point} at
   * @param {TextLook} look
   */
  #text(text, { x, y }, look) {
    this.#font(look);
    this.#c.fillStyle = look.colour;
    this.#c.textAlign = look.align ?? "left";
    this.#c.textBaseline = "middle";
    this.#c.fillText(text, x, y + this.#u);
  }
}
