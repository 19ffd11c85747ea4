// The run before as a ghost: where its tokens stood at the same moment after its start.
// Pure: (take before, take, servers, t) -> per server how many stood in each place. Those at home are left out.

import { PLACES, scene } from "./scene.js";

const AWAY = PLACES.filter((place) => place !== "client");

/** Per server {place: number}, or null where there is nothing to compare with. */
export function ghosts(before, take, servers, t) {
  if (!before || !take) return servers.map(() => null);
  return scene(before, servers, before.from + (t - take.from)).map(({ places, total }) =>
    total ? Object.fromEntries(AWAY.map((place) => [place, places[place].length])) : null,
  );
}
