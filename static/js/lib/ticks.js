// @ts-check
// The time axis: a calm end and round ticks. Pure.

const NICE = [1, 2, 5];

/**
 * The end of an axis that has to hold `length` ns: it grows in jumps, so that the picture does not creep.
 * @param {number} length
 */
export function axisEnd(length) {
  const step = tickStep(length);
  return Math.max(1, Math.ceil((length * 1.04) / step)) * step;
}

/**
 * Ticks {at, label} from `from` to `end` ns, all in the unit of the last.
 * @param {number} end
 * @param {number} [from]
 */
export function ticks(end, from = 0) {
  const step = tickStep(end - from);
  const [unit, name] = unitOf(end);
  const digits = Math.max(0, -Math.floor(Math.log10(step / unit) + 1e-9));
  const found = [];
  for (let i = Math.ceil(from / step - 1e-6); i * step <= end * 1.0001; i += 1)
    found.push({ at: i * step, label: `${((i * step) / unit).toFixed(digits)} ${name}` });
  return found;
}

/**
 * About six round steps over `length` ns.
 * @param {number} length
 */
function tickStep(length) {
  const rough = Math.max(1e3, length / 6);
  const power = 10 ** Math.floor(Math.log10(rough));
  return (NICE.find((factor) => factor * power >= rough) ?? 10) * power;
}

/**
 * @param {number} ns
 * @returns {[number, string]}
 */
function unitOf(ns) {
  if (ns < 1e6) return [1e3, "µs"];
  return ns < 1e9 ? [1e6, "ms"] : [1e9, "s"];
}
