// @ts-check
// Texts that stand below each other must not overlap. Pure: (wanted heights) -> heights.

/**
 * `notes` from top to bottom, moved as little as keeps them `pitch` apart and above `bottom`.
 * @template {{ y: number }} T
 * @param {T[]} notes
 * @param {number} pitch
 * @param {number} bottom
 */
export function spaced(notes, pitch, bottom) {
  const ordered = notes.toSorted((one, other) => one.y - other.y);
  /** @type {number[]} */
  const heights = [];
  for (const { y } of ordered) heights.push(Math.max(y, (heights.at(-1) ?? -Infinity) + pitch));
  let limit = bottom;
  for (let i = heights.length - 1; i >= 0; i -= 1) {
    heights[i] = Math.min(heights[i], limit);
    limit = heights[i] - pitch;
  }
  return ordered.map((note, i) => ({ ...note, y: heights[i] }));
}
