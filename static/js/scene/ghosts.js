// @ts-check
// The run before as a ghost: where its tokens stood at the same moment after its start. Pure.

/** @import { Server, Take } from "../model/types.js" */
/** @import { Ghost } from "./types.js" */

import { PLACES, scene } from "./scene.js";

/** Those that are back with the client are left out. */
const AWAY = PLACES.filter((place) => place !== "client");

/**
 * Per server how many tokens stood in each place; null where there is nothing to compare with.
 * @param {Take | null} before
 * @param {Take | null} take
 * @param {Server[]} servers
 * @param {number} t
 * @returns {(Ghost | null)[]}
 */
export function ghosts(before, take, servers, t) {
  if (!before || !take) return servers.map(() => null);
  const rows = scene(before, servers, before.from + (t - take.from));
  return rows.map(({ places, total }) =>
    total ? Object.fromEntries(AWAY.map((place) => [place, places[place].length])) : null,
  );
}
