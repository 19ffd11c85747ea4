// @ts-check
// What a lesson's file says of a guess; on a dashboard `dashboard/lessons/guess_answer.py` says the same. Pure.

import { duration } from "../lib/format.js";

/** A guess this close, as a share of what was measured, was right. */
const RIGHT_WITHIN = 0.1;
const EXACT = 1e-9;
const NS = 1e9;

/**
 * What was measured, and what is said of wrong guesses. `values` and `labels` are those to be put in order; a number
 * and a choice have one value.
 * @typedef {object} AnswerKey
 * @property {"number" | "choice" | "order"} kind
 * @property {string} unit of the values; "s" for times
 * @property {(number | null)[]} values
 * @property {string[]} labels
 * @property {{ is_right: boolean, answer: string }[]} options
 * @property {{ text: string, first: string, at_least: number | null, at_most: number | null }[]} answers
 */

/** @typedef {{ isRight: boolean, sentence: string, answer: string }} Judgement */

/**
 * The guess in a form's field: a number, the place of an option (from 1), or places of labels; null for none.
 * @param {AnswerKey} key
 * @param {string} text
 * @returns {number[] | null}
 */
export function readGuess(key, text) {
  const numbers = text
    .split(key.kind === "order" ? "," : "\n")
    .map((part) => Number(part.trim().replace(",", ".") || NaN));
  return numbers.every(Number.isFinite) ? numbers : null;
}

/**
 * What becomes of a guess; null where what it is about was not measured.
 * @param {AnswerKey} key
 * @param {number[]} guess as of `readGuess`
 * @returns {Judgement | null}
 */
export function judge(key, guess) {
  if (key.kind === "order") return judgeOrder(key, guess);
  const [value] = key.values;
  if (value === null) return null;
  return key.kind === "choice" ? judgeChoice(key, guess[0]) : judgeNumber(key, guess[0], value);
}

/**
 * @param {AnswerKey} key
 * @param {number} guess
 * @returns {Judgement}
 */
function judgeChoice({ options }, guess) {
  const { is_right: isRight, answer } = options[guess - 1];
  return isRight ? right() : { isRight, sentence: "It turned out differently.", answer };
}

/**
 * @param {AnswerKey} key
 * @param {number} guess
 * @param {number} value
 * @returns {Judgement}
 */
function judgeNumber({ unit, answers }, guess, value) {
  const off = guess - value;
  if (Math.abs(off) <= Math.max(Math.abs(value) * RIGHT_WITHIN, EXACT)) return right();
  const fits = answers.find(
    ({ at_least: least, at_most: most }) => guess >= (least ?? -Infinity) && guess <= (most ?? Infinity),
  );
  const sentence = `Your guess was ${figure(Math.abs(off), unit)} too ${off > 0 ? "high" : "low"}.`;
  return { isRight: false, sentence, answer: fits?.text ?? "" };
}

/**
 * Of two that are equal, either place is right.
 * @param {AnswerKey} key
 * @param {number[]} guess
 * @returns {Judgement}
 */
function judgeOrder({ values, labels, answers }, guess) {
  const known = values.map((value) => value ?? Infinity);
  const ranked = known.toSorted((one, other) => one - other);
  const hits = guess.filter((place, i) => known[place - 1] === ranked[i]).length;
  const isRight = hits === guess.length;
  const first = labels[guess[0] - 1];
  const fits = answers.find((answer) => !answer.first || answer.first === first);
  const sentence = isRight ? "You were right." : `${hits} of ${guess.length} are where you put them.`;
  return { isRight, sentence, answer: isRight ? "" : (fits?.text ?? "") };
}

/** @returns {Judgement} */
function right() {
  return { isRight: true, sentence: "You were right.", answer: "" };
}

/**
 * A figure as people read it.
 * @param {number} value
 * @param {string} unit
 */
export function figure(value, unit) {
  if (unit === "s") return duration(value * NS);
  const digits = Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(3)));
  if (unit === "1/s") return `${digits} a second`;
  return ["share", "status", "HTTP"].includes(unit) ? digits : `${digits} ${value === 1 ? singular(unit) : unit}`;
}

/** @param {string} unit */
function singular(unit) {
  return unit === "times" ? unit : unit.replace(/(?<=ss)es$|(?<!ss)s$/, "");
}
