// The stage: asks the playhead for the time, computes the scene and has it drawn. One animation-frame loop,
// which stops when nothing moves or the page is hidden; `wake` starts it again.

import { set } from "../lib/dom.js";
import { speed } from "../lib/format.js";
import { placeResults } from "../panels/result-cards.js";
import { ghosts } from "../scene/ghosts.js";
import { tracks } from "../scene/lane-model.js";
import { scene } from "../scene/scene.js";

/** How long a finished take is still drawn live, so that the last tokens come home. */
const AFTERGLOW_NS = 600e6;

/** Lanes of a run in full swing are computed this often; what is drawn of them still follows the playhead. */
const TRACKS_MS = 100;
/** With more requests than this the lanes are painted less often, so that the tokens stay smooth. */
const MANY = 60;
const CROWDED_PAINT_MS = 60;
/** And then for so many times as long as they took, they are left as they are. */
const REST = 4;

/** `parts`: element, model, film, playhead, rows, lanes, transport, requests, inspector, feed, settings, onScene. */
export class Stage {
  #parts;
  #scheduled = false;
  #tracks = { key: null, take: null, made: 0, value: null };
  #paintNext = 0;
  #followed = [];
  #alone = false;

  constructor(parts) {
    this.#parts = parts;
    document.addEventListener("visibilitychange", () => this.wake());
  }

  /** Something changed: draw at least one more frame. */
  wake() {
    if (this.#scheduled || document.hidden) return;
    this.#scheduled = true;
    requestAnimationFrame((now) => this.#frame(now));
  }

  /** Mark the tokens of the traces with these ids; `alone` dims all others. */
  follow(ids, alone = false) {
    this.#followed = ids;
    this.#alone = alone;
    this.wake();
  }

  get followsOne() {
    return this.#alone;
  }

  #frame(now) {
    this.#scheduled = false;
    const { film, playhead, rows, inspector, settings } = this.#parts;
    const { take } = film;
    const t = playhead.time();
    const picture = scene(take, rows.servers, t);
    if (settings.ghost) ghosts(film.before, take, rows.servers, t).forEach((ghost, i) => (picture[i].ghost = ghost));
    const moving = rows.render(picture, t, now, { reduced: settings.reduced, live: playhead.mode === "live" });
    rows.follow(this.#followed, this.#alone);
    this.#paintLanes(take, t, now);
    placeResults(this.#parts.element, take, picture, t);
    this.#publish(t);
    this.#parts.onScene(picture, t);
    inspector.refresh(t, now);
    if (moving || this.#tracks.take !== take || this.#playing(take, t)) this.wake();
  }

  #playing(take, t) {
    const { mode } = this.#parts.playhead;
    if (mode === "replay") return true;
    return mode === "live" && take !== null && (take.open || t < take.to + AFTERGLOW_NS);
  }

  #paintLanes(take, t, now) {
    const { lanes, rows, requests } = this.#parts;
    const key = rows.servers.map((server) => server.name).join();
    const fresh =
      this.#tracks.key === key && this.#tracks.take?.key === take?.key && now - this.#tracks.made < TRACKS_MS;
    if (this.#tracks.key !== key || (this.#tracks.take !== take && !fresh)) {
      this.#tracks = { take, key, made: now, value: tracks(take, rows.servers) };
    }
    requests.show(take, rows.servers);
    if (now < this.#paintNext && this.#playing(take, t)) return;
    const begun = performance.now();
    const { warp, mode } = this.#parts.playhead;
    lanes.paint(this.#tracks.value, { warp, t: Math.min(t, warp.to), mode, key: take?.key });
    const rest = take?.traces.length > MANY ? Math.max(CROWDED_PAINT_MS, REST * (performance.now() - begun)) : 0;
    this.#paintNext = now + rest;
  }

  /** For scripts and assistive tools. */
  #publish(t) {
    const { element, model, feed, playhead } = this.#parts;
    set(element, "data-mode", playhead.mode);
    set(element, "data-time", Math.round(t));
    set(element, "data-clock", playhead.clock);
    set(element, "data-speed", speed(playhead));
    set(element, "data-requests", model.traces.size);
    set(element, "data-frames", feed.frames);
    set(element, "data-gaps", feed.gaps);
  }
}
