// What server and application said to each other in one request, from what the probe recorded on its `server` span.
// Pure. WSGI: environ, read, start_response, piece, StopIteration, file, write, close. ASGI: scope and message types.

const NAME = "gatescope.conversation";
/** The words with which a piece of the body is handed to the server. */
const PIECES = new Set(["piece", "write", "http.response.body"]);
/** As many are recorded before the first that is left out. */
const FIRST_KEPT = 104;

/** {what, from, to, size, more} in order of time; `to` is Infinity while it goes on. */
export function conversation({ entry }) {
  if (!entry) return [];
  const [words, at, took, size, more] = ["", ".at_ns", ".took_ns", ".size", ".more"].map((end) => list(entry.attributes[NAME + end]));
  const found = words.map((what, i) => {
    const from = entry.start_ns + Number(at[i]);
    const goesOn = Number(took[i]) < 0 && entry.end_ns === null;
    return { what: String(what), from, to: goesOn ? Infinity : from + Math.max(0, Number(took[i])), size: Number(size[i]) || 0, more: more[i] === true };
  });
  return found.filter(({ from, to }) => Number.isFinite(from) && !Number.isNaN(to));
}

/** How many are missing, and before which they were said; null when none is. */
export function leftOut({ entry }) {
  const number = Number(entry?.attributes[`${NAME}.left_out`]);
  return number > 0 ? { number, before: FIRST_KEPT } : null;
}

export function isPiece({ what, size }) {
  return PIECES.has(what) && size > 0;
}

function list(value) {
  return Array.isArray(value) ? value : [];
}
