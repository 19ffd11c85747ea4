// The time axis: a calm end and round ticks. Pure.

const NICE = [1, 2, 5];

/** The end of an axis that has to hold `length` ns: it grows in jumps, so that the picture does not creep. */
export function axisEnd(length) {
  const step = tickStep(length);
  return Math.max(1, Math.ceil((length * 1.04) / step)) * step;
}

/** About six round steps over `length` ns. */
export function tickStep(length) {
  const rough = Math.max(1e3, length / 6);
  const power = 10 ** Math.floor(Math.log10(rough));
  return (NICE.find((factor) => factor * power >= rough) ?? 10) * power;
}

/** Ticks {at, label} from 0 to `end` ns, all in the unit of the last. */
export function ticks(end) {
  const step = tickStep(end);
  const [unit, name] = end < 1e6 ? [1e3, "µs"] : end < 1e9 ? [1e6, "ms"] : [1e9, "s"];
  const digits = Math.max(0, -Math.floor(Math.log10(step / unit) + 1e-9));
  const found = [];
  for (let at = 0; at <= end * 1.0001; at += step) found.push({ at, label: `${(at / unit).toFixed(digits)} ${name}` });
  return found;
}
