// What is missing from the picture, in one sentence.

import assert from "node:assert/strict";
import test from "node:test";
import { lossSentence } from "../../../static/js/panels/notices.js";

const SHOWN = [{ name: "uvicorn", title: "Uvicorn, 1 event loop" }];

test("a picture that is complete needs no sentence", () => {
  assert.equal(lossSentence({ losses: { daphne: { dropped_spans: 3 } }, kept: null }, 0, SHOWN), "");
});

test("lines of nginx that were lost are said, whichever servers are shown", () => {
  const losses = { nginx: { dropped_spans: 3 }, uvicorn: { counted_requests: 1 } };
  const sentence = lossSentence({ losses, kept: null }, 0, SHOWN);
  assert.equal(
    sentence,
    "Not everything is in this picture. Uvicorn, 1 event loop: 1 request only counted · " +
      "nginx: 3 spans lost on the way here.",
  );
});
