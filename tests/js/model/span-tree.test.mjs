import assert from "node:assert/strict";
import test from "node:test";
import { servicesOf, spanTree, whatItDoes } from "../../../static/js/model/span-tree.js";
import { span } from "../support/story.mjs";

const query = (id, from, to, statement, parent = "view") =>
  span("t", "query", from, to, { id, parent, server: "shop", "db.query.text": statement });
/** A double holds moments of today to 256 ns. */
const ms = (ns) => Math.round(ns / 1e5) / 10;
const author = (id) => `SELECT "name" FROM "bench_author" WHERE "id" = ${id} LIMIT 21`;

test("equal queries are one line with their number and sum, and a time is told apart from what is inside", () => {
  const [root] = spanTree([
    span("t", "server", 0, 100, { id: "server", server: "shop" }),
    span("t", "view", 10, 90, { id: "view", parent: "server", server: "shop" }),
    query("books", 11, 15, 'SELECT * FROM "books" LIMIT 50'),
    ...Array.from({ length: 12 }, (_, i) => query(`q${i}`, 20 + i * 4, 22 + i * 4, author(i))),
    query("insert", 80, 81, "INSERT INTO log VALUES (1, 'it''s', 3)"),
  ]);
  const [view] = root.children;
  assert.deepEqual([root.selfNs, view.ns, view.selfNs].map(ms), [20, 80, 80 - 4 - 24 - 1]);
  assert.deepEqual(
    view.children.map(({ members, ns, span: { span_id: id } }) => [id, members.length, ms(ns)]),
    [
      ["books", 1, 4],
      ["q0", 12, 24],
      ["insert", 1, 1],
    ],
  );
  assert.equal(view.children[1].children.length, 12);
  assert.equal(view.children[1].isOpen, false);
  assert.equal(whatItDoes(view.children[1].span), 'SELECT "name" FROM "bench_author" WHERE "id" = ? LIMIT ?');
  assert.equal(whatItDoes(view.children[2].span), "INSERT INTO log VALUES (?, …)");
});

test("spans that overlap or outlive their parent, orphans and circles lose no span and no time", () => {
  const spans = [
    span("t", "server", 0, 50, { id: "a", parent: "nobody" }),
    span("t", "call", 10, 40, { id: "b", parent: "a" }),
    span("t", "call", 20, 90, { id: "c", parent: "a" }),
    span("t", "call", 5, null, { id: "d", parent: "e" }),
    span("t", "call", 6, 9, { id: "e", parent: "d" }),
  ];
  const flat = (nodes) => nodes.flatMap((node) => [node, ...flat(node.children)]);
  const all = flat(spanTree(spans));
  assert.deepEqual(all.map(({ span: { span_id: id } }) => id).toSorted(), ["a", "b", "c", "d", "e"]);
  assert.equal(ms(all.find(({ span: { span_id: id } }) => id === "a").selfNs), 10);
  assert.ok(all.every(({ ns, selfNs }) => selfNs >= 0 && selfNs <= ns));
});

test("a trace of many spans opens no more lines than can be read, the longest first", () => {
  const spans = [span("t", "server", 0, 1000, { id: "root" })];
  for (let i = 0; i < 30; i += 1) {
    spans.push(span("t", "view", i * 30, i * 30 + i + 1, { id: `v${i}`, parent: "root", server: `s${i % 3}` }));
    for (let j = 0; j < 8; j += 1)
      spans.push({
        ...span("t", "signal", i * 30, i * 30 + 1, { id: `v${i}-${j}`, parent: `v${i}` }),
        name: `n${j}`,
      });
  }
  // Their parents have the same name, but something inside: only the innermost are folded.
  const shown = (nodes) => nodes.flatMap((node) => [node, ...(node.isOpen ? shown(node.children) : [])]);
  const lines = shown(spanTree(spans));
  assert.ok(lines.length <= 40, `${lines.length} lines`);
  assert.ok(lines.find(({ span: { span_id: id } }) => id === "v29").isOpen);
  assert.deepEqual(servicesOf(spans), ["uvicorn", "s0", "s1", "s2"]);
});
