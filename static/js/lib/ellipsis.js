// @ts-check
// Words that fit: what is too long for its place loses words from its end, not letters that a reader has to guess.

/** @typedef {(text: string) => number} Measure the width of a text in px */

/** Words that say nothing at the end of a text. */
const LOOSE = new Set(["of", "in", "at", "the", "to"]);

/**
 * `text`, or as much of it as is at most `room` wide. Pure.
 * @param {string} text
 * @param {number} room
 * @param {Measure} measure
 */
export function fitted(text, room, measure) {
  if (measure(text) <= room) return text;
  const words = text.split(" ");
  while (words.length > 1) {
    words.pop();
    while (words.length > 1 && LOOSE.has(words[words.length - 1])) words.pop();
    if (measure(words.join(" ")) <= room) return words.join(" ");
  }
  return cut(words[0], room, measure);
}

/**
 * A single word that is too long ends in an ellipsis.
 * @param {string} word
 * @param {number} room
 * @param {Measure} measure
 */
function cut(word, room, measure) {
  for (let length = word.length - 1; length > 0; length -= 1) {
    const shorter = `${word.slice(0, length)}…`;
    if (measure(shorter) <= room) return shorter;
  }
  return "";
}

/**
 * A measure of texts in the font of an element.
 * @param {Element} element
 * @returns {Measure}
 */
export function measureIn(element) {
  const { fontWeight, fontSize, fontFamily } = getComputedStyle(element);
  const context = document.createElement("canvas").getContext("2d");
  if (!context) return () => 0;
  context.font = `${fontWeight} ${fontSize} ${fontFamily}`;
  return (text) => context.measureText(text).width;
}
