import assert from "node:assert/strict";
import test from "node:test";
import { MOST_SERVICES, Services } from "../../../static/js/model/services.js";

const span = (server, attributes = {}, stage = "server") => ({ server, stage, attributes });
const services = () => new Services((name) => name === "uvicorn");

test("a service that the table does not name is found once, a server of the table never", () => {
  const found = services();
  assert.deepEqual(found.absorb([span("uvicorn"), span("")]), []);
  const first = found.absorb([span("shop", { "process.pid": 7 }), span("shop", { "process.pid": 8 })]);
  assert.deepEqual(
    first.map(({ name }) => name),
    ["shop"],
  );
  assert.deepEqual(found.absorb([span("shop")]), []);
  assert.equal(found.get("shop").processes.size, 2);
  assert.equal(found.get("uvicorn"), undefined);
});

test("its interface is what its probe says, or an event loop; it is told when it becomes known", () => {
  const found = services();
  found.absorb([span("shop", {}, "view")]);
  assert.equal(found.get("shop").interface, "wsgi");
  assert.deepEqual(found.absorb([span("shop", { "gatescope.interface": "asgi" })]), [found.get("shop")]);
  assert.equal(found.get("shop").interface, "asgi");
  assert.deepEqual(found.absorb([span("shop", { "gatescope.interface": "asgi" })]), []);
  found.absorb([span("node", { "gatescope.loop": 1 })]);
  assert.equal(found.get("node").interface, "asgi");
});

test("a sender of ten thousand names takes no more than the places there are, and a long name is cut", () => {
  const found = services();
  found.absorb(Array.from({ length: 10_000 }, (_, i) => span(`shop-${i}`)));
  assert.equal(found.get(`shop-${MOST_SERVICES}`), undefined);
  assert.equal(found.others, MOST_SERVICES);
  const [long] = services().absorb([span("x".repeat(4096))]);
  assert.equal(long.title.length, 60);
  assert.equal(long.name.length, 4096);
});
