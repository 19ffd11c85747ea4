// @ts-check
// Numbers as a reader says them. Pure; everything that prints a time goes through here.

const US = 1e3;
const MS = 1e6;
const S = 1e9;

/**
 * A duration, written the same everywhere: three significant figures in µs, ms or s, but nothing finer than a µs.
 * "504 µs", "12.3 ms", "200 ms", "1.01 s", "10.0 s". `dashboard/lib/durations.py` has the same rule in Python, and
 * `tests/durations.json` holds both to it.
 * @param {number} ns
 */
export function duration(ns) {
  if (!Number.isFinite(ns) || ns < 0) return "–";
  if (ns === 0) return "0 s";
  if (ns < 999.5 * US) return `${Math.round(ns / US)} µs`;
  const [value, unit] = ns < 999.5 * MS ? [ns / MS, "ms"] : [ns / S, "s"];
  return `${value.toFixed(decimals(value))} ${unit}`;
}

/**
 * A moment after the start, exact enough to differ from others `apart` ns away: "310 µs", "130.12 ms", "1.3042 s".
 * @param {number} ns
 * @param {number} [apart]
 */
export function moment(ns, apart = 10 * US) {
  const [unit, name] = unitOf(ns);
  const digits = Math.ceil(Math.log10(unit / Math.min(apart, unit)));
  const most = { µs: 0, ms: 2, s: 4 }[name];
  return `${(ns / unit).toFixed(Math.min(most, digits))} ${name}`;
}

/**
 * "0.42 of 1.00 s": how much of a known whole has passed, both in the unit of the whole.
 * @param {number} part
 * @param {number} whole
 */
export function partOf(part, whole) {
  if (!Number.isFinite(whole)) return duration(Math.max(0, part));
  const [unit, name] = unitOf(whole);
  const digits = unit === US ? 0 : decimals(whole / unit);
  return `${(Math.max(0, part) / unit).toFixed(digits)} of ${(whole / unit).toFixed(digits)} ${name}`;
}

/**
 * How fast a film is played: a fraction of real time, "1/100", or how long each of equal steps lasts, "1 s".
 * @param {{ clock: string, denominator: number, pace: number }} playhead
 */
export function speed({ clock, denominator, pace }) {
  return clock === "steps" ? `${pace} s` : `1/${denominator}`;
}

/** @param {string} id */
export function shortId(id) {
  return id.slice(0, 8);
}

/**
 * "1 request", "10 requests".
 * @param {number} number
 * @param {string} noun
 */
export function count(number, noun) {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}

/**
 * The last part of a dotted path: a class or function as its author calls it.
 * @param {string} dotted
 */
export function lastName(dotted) {
  const text = String(dotted);
  return text.slice(text.lastIndexOf(".") + 1);
}

/**
 * @param {number} ns
 * @returns {[number, "µs" | "ms" | "s"]}
 */
function unitOf(ns) {
  if (ns < MS) return [US, "µs"];
  return ns < S ? [MS, "ms"] : [S, "s"];
}

/**
 * How many decimals make three significant figures.
 * @param {number} value
 */
function decimals(value) {
  if (value >= 99.95) return 0;
  return value >= 9.995 ? 1 : 2;
}
