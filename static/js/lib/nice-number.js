// @ts-check
// Round numbers on an axis, as a finger means them. Pure.

/**
 * The nearest number that is as exact as the eye is on an axis of this length, written.
 * @param {number} value
 * @param {number} length
 */
export function nearest(value, length) {
  const step = roundStep(length / 100);
  return String(Number((Math.round(value / step) * step).toPrecision(6)));
}

/**
 * 1, 2 or 5 times a power of ten: the largest that is not above `rough`.
 * @param {number} rough
 */
export function roundStep(rough) {
  const power = 10 ** Math.floor(Math.log10(rough) + 1e-9);
  return [1, 2, 5].map((factor) => factor * power).findLast((step) => step <= rough * (1 + 1e-9)) ?? power;
}
