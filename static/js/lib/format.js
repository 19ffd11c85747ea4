// Numbers as a reader says them. Pure; everything that prints a time goes through here.

const US = 1e3;
const MS = 1e6;
const S = 1e9;

/** A duration in ns as text with at most three figures that count: "310 µs", "3.10 ms", "1.00 s". */
export function duration(ns) {
  if (!Number.isFinite(ns) || ns < 0) return "–";
  if (ns < 0.9995 * MS) return `${Math.round(ns / US)} µs`;
  const [value, unit] = ns < S ? [ns / MS, "ms"] : [ns / S, "s"];
  return `${figures(value)} ${unit}`;
}

/** A clock that runs: fewer figures, so that it can be read while it changes. "42 ms", "0.42 s", "10.2 s". */
export function elapsed(ns) {
  if (ns >= 9.95 * S) return `${(ns / S).toFixed(1)} s`;
  if (ns >= 0.1 * S) return `${(ns / S).toFixed(2)} s`;
  return ns >= 10 * MS ? `${Math.round(ns / MS)} ms` : duration(Math.max(0, ns));
}

/** A moment in ns after the start, so exactly that it differs from others `apart` ns away: "310 µs", "130.12 ms", "1.3042 s". */
export function moment(ns, apart = 10 * US) {
  const [unit, name] = ns < MS ? [US, "µs"] : ns < S ? [MS, "ms"] : [S, "s"];
  const digits = Math.ceil(Math.log10(unit / Math.min(apart, unit)));
  return `${(ns / unit).toFixed(Math.min(unit === S ? 4 : 2, unit === US ? 0 : digits))} ${name}`;
}

/** "0.42 of 1.00 s": how much of a known whole has passed, both in the unit of the whole. */
export function partOf(part, whole) {
  if (!Number.isFinite(whole)) return elapsed(part);
  const unit = whole < MS ? US : whole < S ? MS : S;
  const name = unit === US ? "µs" : unit === MS ? "ms" : "s";
  const digits = unit === US ? 0 : decimals(whole / unit);
  return `${(Math.max(0, part) / unit).toFixed(digits)} of ${(whole / unit).toFixed(digits)} ${name}`;
}

/** How fast a film is played: a fraction of real time, "1/100", or what each of equal steps lasts, "1 s". */
export function speed({ clock, denominator, pace }) {
  return clock === "steps" ? `${pace} s` : `1/${denominator}`;
}

export function shortId(id) {
  return id.slice(0, 8);
}

/** "1 request", "10 requests". */
export function count(number, noun) {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}

/** The last part of a dotted path: a class or function as its author calls it. */
export function lastName(dotted) {
  return String(dotted).split(".").at(-1);
}

function figures(value) {
  return value.toFixed(decimals(value));
}

function decimals(value) {
  if (value >= 99.95) return 0;
  return value >= 9.995 ? 1 : 2;
}
