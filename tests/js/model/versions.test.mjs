// Which of two versions of a span holds: the cases of tests/versions.json, which Python's tests read as well.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Model } from "../../../static/js/model/model.js";

const CASES = JSON.parse(readFileSync(new URL("../../versions.json", import.meta.url), "utf8"));
const SPAN = { trace_id: "a", span_id: "b", parent_id: null, name: "view", stage: "view", server: "s", start_ns: 1 };

function* permutations(list) {
  if (list.length < 2) yield list;
  for (const [place, one] of list.entries()) {
    for (const rest of permutations(list.toSpliced(place, 1))) yield [one, ...rest];
  }
}

for (const { about, versions, holds } of CASES) {
  test(about, () => {
    const spans = versions.map((version) => ({ ...SPAN, ...version }));
    for (const order of permutations(spans)) {
      const model = new Model();
      for (const span of order) model.absorb([span]);
      assert.deepEqual(model.trace("a").spans.get("b"), spans[holds]);
    }
  });
}
