// A lesson's file says of a guess what the dashboard says of it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { figure, judge, readGuess } from "../../../static/js/lesson/judge.js";

const none = { kind: "number", unit: "s", values: [10], labels: [], options: [], answers: [] };
const said = (key, text) => judge({ ...none, ...key }, readGuess({ ...none, ...key }, text));

test("a number is right within a tenth, and otherwise too high or too low", () => {
  assert.equal(said({}, "10,9").sentence, "You were right.");
  assert.equal(said({}, "3").sentence, "Your guess was 7.00 s too low.");
  assert.equal(said({ unit: "threads", values: [3] }, "4").sentence, "Your guess was 1 thread too high.");
  assert.equal(said({ values: [null] }, "4"), null);
});

test("a typical wrong number is answered, a right one is not", () => {
  const answers = [
    { text: "That is one.", first: "", at_least: null, at_most: 1.5 },
    { text: "That is a few.", first: "", at_least: 2, at_most: 4 },
  ];
  assert.equal(said({ answers }, "1").answer, "That is one.");
  assert.equal(said({ answers }, "3").answer, "That is a few.");
  assert.equal(said({ answers }, "20").answer, "");
  assert.equal(said({ answers, values: [3] }, "3").answer, "");
});

test("an option is right, or has an answer of its own", () => {
  const options = [
    { is_right: false, answer: "Not one." },
    { is_right: true, answer: "" },
  ];
  assert.deepEqual(said({ kind: "choice", options }, "1"), {
    isRight: false,
    sentence: "It turned out differently.",
    answer: "Not one.",
  });
  assert.equal(said({ kind: "choice", options }, "2").isRight, true);
});

test("of two in an order that are equal, either place is right", () => {
  const key = { kind: "order", values: [2, 1, 1], labels: ["a", "b", "c"] };
  assert.equal(said(key, "3,2,1").isRight, true);
  assert.equal(said(key, "1,2,3").sentence, "1 of 3 are where you put them.");
  const answers = [{ text: "a is the slowest.", first: "a", at_least: null, at_most: null }];
  assert.equal(said({ ...key, answers }, "1,2,3").answer, "a is the slowest.");
  assert.equal(said({ ...key, answers }, "2,1,3").answer, "");
});

test("what is no guess is none", () => {
  for (const text of ["", "ten", "1,2,x"]) assert.equal(readGuess({ ...none, kind: "order" }, text), null);
  assert.equal(readGuess(none, "ten"), null);
});

test("figures are written as on the page", () => {
  assert.equal(figure(1, "crossings"), "1 crossing");
  assert.equal(figure(2, "processes"), "2 processes");
  assert.equal(figure(1, "processes"), "1 process");
  assert.equal(figure(1, "times"), "1 times");
  assert.equal(figure(0.97912, "share"), "0.979");
  assert.equal(figure(0.2, "s"), "200 ms");
});
