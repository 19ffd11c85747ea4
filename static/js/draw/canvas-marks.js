// The few marks that lanes are made of, on a 2D canvas. Shape before colour: each texture reads in grey.

const RADIUS = 4;
/** A bar that is narrower than this has no room for an outline. */
const THIN = 7;

/** A context with the page's colours and its unit. `use` picks the interface whose accent follows. */
export class Brush {
  #c;
  #colours;
  #u;
  #accent = "";
  #ink = "";
  #tint = "";

  constructor(context, colours, unit) {
    this.#c = context;
    this.#colours = colours;
    this.#u = unit;
  }

  clear({ width, height }) {
    const ratio = this.#c.canvas.width / Math.max(1, width);
    this.#c.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.#c.clearRect(0, 0, width, height);
  }

  use(name) {
    this.#accent = this.#colours[name];
    this.#ink = this.#colours[`${name}-text`];
    this.#tint = this.#colours[`${name}-tint`];
  }

  label(text, x, y, h, quiet) {
    this.#text(text, x, y, {
      size: Math.min(14, Math.max(10, h / this.#u + 1)),
      weight: 600,
      colour: quiet ? this.#colours["text-soft"] : this.#ink,
    });
  }

  /** A label of the axis; one of a step that was cut stands out. */
  tick(text, x, y, cut) {
    const look = cut
      ? { weight: 700, colour: this.#colours.text }
      : { weight: 400, colour: this.#colours["text-soft"] };
    this.#text(text, x, y - 4, { size: 12.5, align: "center", ...look });
  }

  /** A remark right of `x`, on a clear ground, or as far left of it as it takes to end before `limit`. */
  note(text, x, y, limit) {
    this.#font(13, 700);
    const width = this.#c.measureText(text).width;
    const left = Math.min(x, limit - width);
    this.#ground(left - 3, y - 8 * this.#u, width + 6, 16 * this.#u);
    this.#text(text, left, y, { size: 13, weight: 700, colour: this.#colours.text });
  }

  gridline(x, top, bottom) {
    this.#stroke(
      [
        [x, top],
        [x, bottom],
      ],
      this.#colours.grid,
      1,
    );
  }

  rule(x, top, bottom) {
    this.#stroke(
      [
        [x, top],
        [x, bottom],
      ],
      this.#colours.text,
      2 * this.#u,
    );
  }

  /** Running: filled tint. Awaiting: hatched. Blocking: solid ink. Parked: dashed outline. Open: an outline. */
  bar(x, y, w, h, { texture, number, text }, left = x) {
    const c = this.#c;
    if ((w < THIN || h < THIN) && texture !== "awaiting") {
      c.fillStyle = {
        running: this.#accent,
        blocking: this.#colours.text,
        parked: this.#colours.edge,
        open: this.#tint,
      }[texture];
      c.fillRect(x, y, w, h);
      return;
    }
    c.beginPath();
    c.roundRect(x, y, w, h, RADIUS * this.#u);
    c.fillStyle = this.#filling(texture);
    c.fill();
    this.#outline(texture);
    if (texture === "awaiting") this.#hatch(x, y, w, h);
    const label = text ? `${number}  ${text}` : String(number);
    // What a bar says begins where the bar is seen to begin.
    const from = Math.max(x, left);
    this.#inBar(label, String(number), from, y, x + w - from, h, texture);
  }

  /** A step curve from its points to `end`, filled down to `ground` when `hatched`. */
  curve(points, end, ground, hatched) {
    const line = [[points[0].x, ground]];
    points.forEach((point, i) => line.push([point.x, points[i - 1]?.y ?? ground], [point.x, point.y]));
    line.push([end, points.at(-1).y]);
    if (hatched) this.#fillHatched([...line, [end, ground]], points[0].x, end, ground);
    this.#stroke(line, hatched ? this.#accent : this.#colours["text-soft"], (hatched ? 1.5 : 2.5) * this.#u);
  }

  /** What grows from nothing at (x1, ground) to its height at x2: the lag of a loop that is held. */
  slope(x1, x2, ground, h) {
    this.#path([
      [x1, ground],
      [x2, ground - h],
      [x2, ground],
    ]);
    this.#c.fillStyle = this.#colours["text-soft"];
    this.#c.fill();
  }

  /** A stretch of time that was chosen. */
  band(x1, x2, top, bottom) {
    this.#c.globalAlpha = 0.12;
    this.#c.fillStyle = this.#colours.focus;
    this.#c.fillRect(x1, top, x2 - x1, bottom - top);
    this.#c.globalAlpha = 1;
    for (const x of [x1, x2])
      this.#stroke(
        [
          [x, top],
          [x, bottom],
        ],
        this.#colours.focus,
        1.5 * this.#u,
      );
  }

  /** Where on the axis time was cut to make a step fit. */
  cut(x, y) {
    for (const shift of [-3, 1])
      this.#stroke(
        [
          [x + shift * this.#u, y + 4 * this.#u],
          [x + (shift + 3) * this.#u, y - 4 * this.#u],
        ],
        this.#colours.text,
        1.5 * this.#u,
      );
  }

  /** The whole film as a line, with the part that is shown and where the playhead is. */
  strip({ left, width, y, h, from, to, now }) {
    const c = this.#c;
    c.fillStyle = this.#colours.grid;
    c.fillRect(left, y, width, h);
    c.fillStyle = this.#colours["text-soft"];
    c.fillRect(from, y, Math.max(3 * this.#u, to - from), h);
    c.fillStyle = this.#colours.text;
    c.fillRect(now - this.#u, y - 2 * this.#u, 2 * this.#u, h + 2 * this.#u);
  }

  /** Nothing is drawn outside of a box until `unclip`. */
  clip(x, y, w, h) {
    this.#c.save();
    this.#c.beginPath();
    this.#c.rect(x, y, w, h);
    this.#c.clip();
  }

  unclip() {
    this.#c.restore();
  }

  /** A message in a session's bar: its head points into the server or out of it, its shaft lasts as long as it did. */
  dart(x, y, w, h, inwards) {
    const c = this.#c;
    const head = Math.min(h * 0.72, 11 * this.#u);
    const [base, tip] = inwards
      ? [y + h / 2 - head / 2, y + h / 2 + head / 2]
      : [y + h / 2 + head / 2, y + h / 2 - head / 2];
    if (w > head / 2) {
      c.fillStyle = this.#accent;
      c.fillRect(x, y + h / 2 - this.#u, w, 2 * this.#u);
    }
    c.fillStyle = this.#colours.text;
    c.beginPath();
    c.moveTo(x - head / 2, base);
    c.lineTo(x + head / 2, base);
    c.lineTo(x, tip);
    c.closePath();
    c.fill();
  }

  arc(x1, y1, x2, y2, dashed) {
    const c = this.#c;
    const middle = (y1 + y2) / 2;
    c.beginPath();
    c.moveTo(x1, y1);
    c.bezierCurveTo(x1, middle, x2, middle, x2, y2);
    this.#line(this.#colours.text, 1.4 * this.#u, dashed ? [3, 2] : []);
  }

  /** A piece of an answer that leaves: an arrowhead above the bar, which leaves the bar's words readable. */
  chunk(x, y, h) {
    const size = 4.5 * this.#u;
    this.#stroke(
      [
        [x, y + h / 4],
        [x, y],
      ],
      this.#colours.text,
      this.#u,
    );
    this.#path([
      [x - size, y + 1],
      [x, y + 1 - 1.4 * size],
      [x + size, y + 1],
    ]);
    this.#c.fillStyle = this.#colours.text;
    this.#c.fill();
  }

  /** A clear ground for text on texture. */
  #ground(x, y, w, h) {
    this.#c.globalAlpha = 0.86;
    this.#c.fillStyle = this.#colours.card;
    this.#c.fillRect(x, y, w, h);
    this.#c.globalAlpha = 1;
  }

  #filling(texture) {
    if (texture === "blocking") return this.#colours.text;
    return texture === "running" ? this.#tint : this.#colours.card;
  }

  #outline(texture) {
    if (texture === "blocking") return;
    this.#line(
      texture === "parked" ? this.#colours["text-soft"] : this.#accent,
      1.5 * this.#u,
      texture === "parked" ? [3, 3] : [],
    );
  }

  #inBar(long, short, x, y, w, h, texture) {
    if (h < 11 * this.#u || w < 16 * this.#u) return;
    this.#font(12.5, 700);
    const text = this.#c.measureText(long).width + 12 * this.#u < w ? long : short;
    if (this.#c.measureText(text).width + 8 * this.#u > w) return;
    const colour = texture === "blocking" ? this.#colours.card : this.#ink;
    if (texture === "awaiting")
      this.#ground(x + 4 * this.#u, y + 2, this.#c.measureText(text).width + 6 * this.#u, h - 4);
    this.#text(text, x + 7 * this.#u, y + h / 2, { size: 12.5, weight: 700, colour });
  }

  #fillHatched(line, left, right, ground) {
    const c = this.#c;
    c.save();
    this.#path(line);
    c.clip();
    const [from, to] = [Math.max(0, left), Math.min(right, c.canvas.width)];
    this.#hatch(from, ground - 60 * this.#u, to - from, 60 * this.#u);
    c.restore();
  }

  #hatch(x, y, w, h) {
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
    c.restore();
  }

  #stroke(points, colour, width) {
    this.#path(points);
    this.#line(colour, width, []);
  }

  #path(points) {
    this.#c.beginPath();
    points.forEach(([x, y], i) => (i ? this.#c.lineTo(x, y) : this.#c.moveTo(x, y)));
  }

  #line(colour, width, dash) {
    const c = this.#c;
    c.strokeStyle = colour;
    c.lineWidth = width;
    c.setLineDash(dash);
    c.stroke();
    c.setLineDash([]);
  }

  #font(size, weight) {
    this.#c.font = `${weight} ${size * this.#u}px ${this.#colours.font}`;
  }

  #text(text, x, y, { size, weight, colour, align = "left" }) {
    this.#font(size, weight);
    this.#c.fillStyle = colour;
    this.#c.textAlign = align;
    this.#c.textBaseline = "middle";
    this.#c.fillText(text, x, y + this.#u);
  }
}
