import assert from "node:assert/strict";
import test from "node:test";
import { fitted } from "../../../static/js/lib/ellipsis.js";

const fit = (text, room) => fitted(text, room, (words) => words.length);

test("what fits stays as it is", () => {
  assert.equal(fit("6 in kernel (measured)", 22), "6 in kernel (measured)");
});

test("what is too long loses words from its end, and those that would hang loose", () => {
  assert.equal(fit("6 in kernel (measured)", 21), "6 in kernel");
  assert.equal(fit("3.40 s at the door", 13), "3.40 s");
});

test("a single word that is too long says that it goes on", () => {
  assert.equal(fit("wait_blocking()", 8), "wait_bl…");
});

test("nothing is said where there is no room at all", () => {
  assert.equal(fit("free", 0), "");
});
