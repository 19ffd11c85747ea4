// @ts-check
// Requests of which there are many and that nobody came for: static files, health checks, the admin. Pure.

/** @import { Trace } from "./trace.js" */

import { FUNCTION, PATH, ROUTE } from "./attributes.js";

/**
 * @typedef {"static" | "health" | "admin"} Kind
 */

/**
 * What each kind is called on the page.
 * @type {Record<Kind, string>}
 */
export const KINDS = { static: "static files", health: "health checks", admin: "the admin" };

const FILE = /\.(avif|css|eot|gif|ico|jpe?g|js|map|mjs|png|svg|ttf|wasm|webmanifest|webp|woff2?)$/i;
const FOLDER = /^\/(static|media|assets|_next\/static|__debug__)\//;
/** The paths that Kubernetes, load balancers and Django's packages for health checks ask by convention. */
const HEALTHY = [
  ..."health healthy healthz healthcheck health-check health_check ht heartbeat __heartbeat__".split(" "),
  ..."__lbheartbeat__ live livez liveness ready readyz readiness ping up status".split(" "),
];
const HEALTH = new RegExp(`^/(-/)?(${HEALTHY.join("|")})/?$`, "i");
const ADMIN = /^\/admin(\/|$)/;
/** Modules of Django whose views are one of a kind, wherever their project puts them. */
const MODULES = /** @type {const} */ ([
  ["django.contrib.admin.", "admin"],
  ["django.contrib.staticfiles.", "static"],
  ["django.views.static.", "static"],
]);

/**
 * What kind of request it is; null for one like others.
 * @param {Trace} trace
 * @returns {Kind | null}
 */
export function kindOf(trace) {
  const { entry, root } = trace;
  const { [PATH]: path = "", [ROUTE]: route = "" } = (entry ?? root).attributes;
  const { [FUNCTION]: view = "" } = trace.first("view")?.attributes ?? {};
  const known = MODULES.find(([module]) => String(view).startsWith(module));
  if (known) return known[1];
  if (ADMIN.test(path) || String(route).startsWith("admin/")) return "admin";
  if (HEALTH.test(path)) return "health";
  return FOLDER.test(path) || FILE.test(path) ? "static" : null;
}
