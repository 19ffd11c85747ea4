// @ts-check
// Where things stand, in pixels. Pure: (size of the drawing, unit) -> boxes; (box, tokens) -> slots.

/** @import { Place } from "../model/types.js" */
/** @import { Box, Point, Slots } from "./types.js" */

/**
 * How a drawing is divided: the gap between two boxes, the share of the width that each place has, and, where they do
 * not all fit beside each other, the place that begins a second line.
 * @typedef {{ gap: number, shares: Record<Place, number>, folds?: boolean, breaksAt?: Place }} Form
 */

/** Shares of the width. On a narrow drawing, a 4:3 projector's, words need what tokens and gaps can spare. */
const WIDE = {
  gap: 18,
  shares: { client: 76, proxy: 72, queue: 244, worker: 100, middleware: 116, view: 156, database: 106 },
};
const NARROW = {
  gap: 10,
  shares: { client: 68, proxy: 68, queue: 158, worker: 82, middleware: 88, view: 126, database: 84 },
};
/** With a projector's labels each box is as broad as its name; on a narrow one, long names take two lines. */
const WIDE_LARGE = {
  gap: 10,
  shares: { client: 84, proxy: 80, queue: 208, worker: 104, middleware: 164, view: 132, database: 134 },
};
const NARROW_LARGE = {
  gap: 6,
  folds: true,
  shares: { client: 90, proxy: 84, queue: 150, worker: 106, middleware: 104, view: 88, database: 80 },
};
/** A phone's: two lines, so that the view is on the screen. */
const TWO_LINES = {
  gap: 8,
  breaksAt: /** @type {const} */ ("middleware"),
  shares: { client: 68, proxy: 62, queue: 140, worker: 78, middleware: 104, view: 150, database: 100 },
};
const NARROW_BELOW = 800;
const TWO_LINES_BELOW = 500;
/** The second line is indented: what leads to it comes down there. */
const INDENT = 12;
const LINE_GAP = 10;
/** A label is 16 design px high, a projector's 24. */
const LABEL = 16;
const LABEL_GAP = 8;
/** The height of no caption, one line and two: a box has as many as leave room for a token of full size. */
const CAPTIONS = [0, 27, 44];
const LEAST_HEIGHTS = [0, 62, 84];
const TOKEN = 27;
const PITCH = 5;
/** A token shrinks to this share of its size before a place stacks. */
const SMALLEST = 0.8;

/** Above this many tokens a place shows a stack and a number. */
export const STACK_ABOVE = 10;

/**
 * Whether long names of places are folded into two lines.
 * @param {number} width
 * @param {number} unit
 * @param {number} label
 */
export function folds(width, unit, label) {
  return Boolean(form(width, unit, label).folds);
}

/**
 * Boxes by place for a drawing of width × height px; `unit` is the size of one design pixel, `label` that of names in
 * design pixels.
 * @param {number} width
 * @param {number} height
 * @param {number} unit
 * @param {number} [label]
 * @returns {Record<Place, Box>}
 */
export function boxes(width, height, unit, label = LABEL) {
  const { gap, shares, folds: folded, breaksAt } = form(width, unit, label);
  const entries = /** @type {[Place, number][]} */ (Object.entries(shares));
  const top = (label * (folded ? 2 : 1) + LABEL_GAP) * unit;
  const at = entries.findIndex(([place]) => place === breaksAt);
  if (at < 0) return line(entries, { x: 1, y: top, w: width - 2, h: height - top - 2 }, gap * unit);
  const h = (height - LINE_GAP * unit) / 2 - top - 2;
  const indent = INDENT * unit;
  return {
    ...line(entries.slice(0, at), { x: 1, y: top, w: width - 2, h }, gap * unit),
    ...line(entries.slice(at), { x: 1 + indent, y: height - h - 2, w: width - 2 - indent, h }, gap * unit),
  };
}

/**
 * Boxes beside each other in an area, with gaps between them.
 * @param {[Place, number][]} entries places, each with its share of the width
 * @param {Box} area
 * @param {number} gap
 * @returns {Record<Place, Box>} of the places that are named
 */
function line(entries, area, gap) {
  const total = entries.reduce((sum, [, share]) => sum + share, 0);
  const scale = (area.w - gap * (entries.length - 1)) / total;
  let { x } = area;
  const found = entries.map(([place, share]) => {
    const box = { ...area, x, w: share * scale };
    x += box.w + gap;
    return [place, box];
  });
  return Object.fromEntries(found);
}

/**
 * The line that requests follow through all boxes: to a second line it goes down between the two, and comes in from
 * the left.
 * @param {Record<Place, Box>} found
 * @param {number} unit
 */
export function track({ client, worker, middleware, database }, unit) {
  const end = `H${database.x + database.w}`;
  const start = `M${client.x} ${client.y + client.h / 2}`;
  if (middleware.y === client.y) return start + end;
  const below = worker.y + worker.h + (LINE_GAP / 2) * unit;
  const left = middleware.x - (INDENT / 2) * unit;
  const down = `H${worker.x + worker.w / 2}V${below}H${left}V${middleware.y + middleware.h / 2}`;
  return start + down + end;
}

/**
 * @param {number} width
 * @param {number} unit
 * @param {number} label
 * @returns {Form}
 */
function form(width, unit, label) {
  if (width / unit < TWO_LINES_BELOW) return TWO_LINES;
  const narrow = width / unit < NARROW_BELOW;
  if (label <= LABEL) return narrow ? NARROW : WIDE;
  return narrow ? NARROW_LARGE : WIDE_LARGE;
}

/**
 * How many lines of caption there is room for below a token.
 * @param {Box} box
 * @param {number} unit
 */
export function captionLines(box, unit) {
  return LEAST_HEIGHTS.findLastIndex((least) => box.h / unit >= least);
}

/**
 * What the captions leave of a box.
 * @param {Box} box
 * @param {number} unit
 */
export function inner(box, unit) {
  const captions = CAPTIONS[captionLines(box, unit)] ?? 0;
  return { x: box.x + 6 * unit, y: box.y + 8 * unit, w: box.w - 12 * unit, h: box.h - (captions + 8) * unit };
}

/**
 * Where `number` tokens stand in a box.
 * @param {Box} box
 * @param {number} number
 * @param {number} unit
 * @returns {Slots}
 */
export function slots(box, number, unit) {
  const area = inner(box, unit);
  const centre = { x: box.x + box.w / 2, y: area.y + area.h / 2 };
  const size = Math.max(0, Math.min(TOKEN * unit, area.h));
  const fit = grid(area, size, number, unit);
  if (number > STACK_ABOVE || !fit) return { size: Math.min(size * 1.25, area.h), stack: centre };
  return { size: fit.size, points: points(fit, centre, number) };
}

/**
 * The largest size that fits in two rows, else in as many as there is room for.
 * @param {Box} area
 * @param {number} largest
 * @param {number} number
 * @param {number} unit
 */
function grid(area, largest, number, unit) {
  return gridOf(area, largest, number, unit, 2) ?? gridOf(area, largest, number, unit, Infinity);
}

/**
 * @param {Box} area
 * @param {number} largest
 * @param {number} number
 * @param {number} unit
 * @param {number} mostRows
 */
function gridOf(area, largest, number, unit, mostRows) {
  for (let size = largest; size >= largest * SMALLEST; size -= unit / 2) {
    const pitch = size + PITCH * unit;
    const columns = Math.max(1, Math.floor((area.w + PITCH * unit) / pitch));
    const rows = Math.min(mostRows, Math.max(1, Math.floor((area.h + PITCH * unit) / pitch)));
    if (columns * rows >= number) return { size, pitch, columns: balanced(number, columns) };
  }
  return null;
}

/**
 * Two rows of five rather than seven and three.
 * @param {number} number
 * @param {number} columns
 */
function balanced(number, columns) {
  const rows = Math.ceil(number / columns);
  return rows ? Math.ceil(number / rows) : 1;
}

/**
 * @param {{ pitch: number, columns: number }} grid
 * @param {Point} centre
 * @param {number} number
 */
function points({ pitch, columns }, centre, number) {
  const rows = Math.ceil(number / columns);
  const left = centre.x - ((Math.min(columns, number) - 1) * pitch) / 2;
  const top = centre.y - ((rows - 1) * pitch) / 2;
  return Array.from({ length: number }, (_, i) => ({
    x: left + (i % columns) * pitch,
    y: top + Math.floor(i / columns) * pitch,
  }));
}
