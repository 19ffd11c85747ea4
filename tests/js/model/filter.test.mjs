import assert from "node:assert/strict";
import test from "node:test";
import { filtered, openFilter } from "../../../static/js/model/filter.js";
import { kindOf } from "../../../static/js/model/kinds.js";
import { Model } from "../../../static/js/model/model.js";
import { at, server, span } from "../support/story.mjs";

/** Requests by path: [method, path, status, from, to, route, view]. */
function requests(...lines) {
  const model = new Model();
  for (const [i, [method, path, status, to, route, view]] of lines.entries()) {
    const about = { "http.request.method": method, "url.path": path };
    if (status) about["http.response.status_code"] = status;
    if (route) about["http.route"] = route;
    model.absorb([server(`t${i}`, 0, to, "wsgi", { parent: null, ...about })]);
    if (view) model.absorb([span(`t${i}`, "view", 1, to, { parent: `t${i}-server`, "code.function.name": view })]);
  }
  return [...model.traces.values()];
}

test("static files, health checks and the admin are told by their paths, and by Django's own views", () => {
  const kinds = Object.entries({
    "/static/css/base": "static",
    "/favicon.ico": "static",
    "/assets/app.3f2.js": "static",
    "/healthz": "health",
    "/-/ready/": "health",
    "/ht/": "health",
    "/status": "health",
    "/admin/": "admin",
    "/admin": "admin",
    "/": null,
    "/books/": null,
    "/administration/": null,
    "/healthy-recipes/": null,
    "/orders/status": null,
    "/api/data.json": null,
  });
  const found = requests(...kinds.map(([path]) => ["GET", path, 200, 5]));
  assert.deepEqual(
    found.map((trace) => [trace.entry.attributes["url.path"], kindOf(trace)]),
    kinds,
  );
  const [back, file] = requests(
    ["GET", "/back-office/auth/", 200, 5, "", "django.contrib.admin.options.ModelAdmin.changelist_view"],
    ["GET", "/files/a", 200, 5, "", "django.contrib.staticfiles.views.serve"],
  );
  assert.deepEqual([kindOf(back), kindOf(file)], ["admin", "static"]);
});

test("each part of the filter leaves out what it names, and says how many", () => {
  const all = requests(
    ["GET", "/books/1/", 200, 20, "books/<int:pk>/"],
    ["POST", "/books/", 201, 300],
    ["GET", "/boom", 500, 40],
    ["GET", "/stream/", undefined, null],
    ["GET", "/static/a.css", 304, 2],
    ["GET", "/static/b.css", 200, 2],
  );
  const shown = (change) => {
    const { passing, hidden, left } = filtered(all, { ...openFilter(), ...change }, at(30));
    return [passing.map(({ id }) => id).join(" "), hidden.static, left];
  };
  assert.deepEqual(shown({}), ["t0 t1 t2 t3 t4 t5", 0, 0]);
  assert.deepEqual(shown({ hidden: new Set(["static"]) }), ["t0 t1 t2 t3", 2, 0]);
  assert.deepEqual(shown({ path: "BOOKS" }), ["t0 t1", 0, 4]);
  assert.deepEqual(shown({ path: "<int" }), ["t0", 0, 5]);
  assert.deepEqual(shown({ method: "POST" }), ["t1", 0, 5]);
  assert.deepEqual(shown({ status: "2" }), ["t0 t1 t5", 0, 3]);
  assert.deepEqual(shown({ status: "failed" }), ["t2", 0, 5]);
  assert.deepEqual(shown({ slowerNs: 40e6 }), ["t1 t2", 0, 4]);
  assert.deepEqual(shown({ slowerNs: 30e6 }), ["t1 t2 t3", 0, 3]); // on its way for 30 ms
  assert.deepEqual(shown({ isRunningOnly: true }), ["t3", 0, 5]);
  assert.deepEqual(shown({ path: "books", method: "GET", hidden: new Set(["static"]) }), ["t0", 2, 3]);
});
