// Where things stand, in pixels. Pure: (size of the drawing, unit) -> boxes; (box, tokens) -> slots.

/** Shares of the width. On a narrow drawing, a 4:3 projector's, words need what tokens and gaps can spare. */
const WIDE = { gap: 18, shares: { client: 76, proxy: 72, queue: 244, worker: 100, middleware: 116, view: 156, database: 106 } };
const NARROW = { gap: 10, shares: { client: 68, proxy: 68, queue: 158, worker: 82, middleware: 88, view: 126, database: 84 } };
const NARROW_BELOW = 800;
const LABEL = 24;
const CAPTIONS = 44;
const TOKEN = 27;
const PITCH = 5;
/** A token shrinks to this share of its size before a place stacks. */
const SMALLEST = 0.8;

/** Above this many tokens a place shows a stack and a number. */
export const STACK_ABOVE = 10;

/** Boxes by place for a drawing of width × height px; `unit` is the size of one design pixel. */
export function boxes(width, height, unit) {
  const { gap, shares } = width / unit < NARROW_BELOW ? NARROW : WIDE;
  const names = Object.keys(shares);
  const total = Object.values(shares).reduce((sum, one) => sum + one, 0);
  const scale = (width - 2 - gap * unit * (names.length - 1)) / total;
  let x = 1;
  return Object.fromEntries(
    names.map((place) => {
      const box = { x, y: LABEL * unit, w: shares[place] * scale, h: height - LABEL * unit - 2 };
      x += box.w + gap * unit;
      return [place, box];
    }),
  );
}

/** Places for `number` tokens in a box: {size, points} or, when they are too many, {size, stack}. */
export function slots(box, number, unit) {
  const area = { x: box.x + 6 * unit, y: box.y + 8 * unit, w: box.w - 12 * unit, h: box.h - (CAPTIONS + 8) * unit };
  const centre = { x: box.x + box.w / 2, y: area.y + area.h / 2 };
  const size = Math.min(TOKEN * unit, area.h);
  const fit = grid(area, size, number, unit);
  if (number > STACK_ABOVE || !fit) return { size: Math.min(size * 1.25, area.h), stack: centre };
  return { size: fit.size, points: points(fit, centre, number) };
}

/** The largest size that fits in two rows, else in as many as there is room for. */
function grid(area, largest, number, unit) {
  return gridOf(area, largest, number, unit, 2) ?? gridOf(area, largest, number, unit, Infinity);
}

function gridOf(area, largest, number, unit, mostRows) {
  for (let size = largest; size >= largest * SMALLEST; size -= unit / 2) {
    const pitch = size + PITCH * unit;
    const columns = Math.max(1, Math.floor((area.w + PITCH * unit) / pitch));
    const rows = Math.min(mostRows, Math.max(1, Math.floor((area.h + PITCH * unit) / pitch)));
    if (columns * rows >= number) return { size, pitch, columns: balanced(number, columns) };
  }
  return null;
}

/** Two rows of five rather than seven and three. */
function balanced(number, columns) {
  const rows = Math.ceil(number / columns);
  return rows ? Math.ceil(number / rows) : 1;
}

function points({ pitch, columns }, centre, number) {
  const rows = Math.ceil(number / columns);
  const left = centre.x - ((Math.min(columns, number) - 1) * pitch) / 2;
  const top = centre.y - ((rows - 1) * pitch) / 2;
  return Array.from({ length: number }, (_, i) => ({
    x: left + (i % columns) * pitch,
    y: top + Math.floor(i / columns) * pitch,
  }));
}
