// @ts-check
// What a lesson has on its stage: nothing until it is fired, then its own requests alone, and in *see* the film of
// what it compares. Whatever else was sent, before or beside it, is no part of the lesson.

/** @import { Server, ServerFacts, Span, Take } from "../model/types.js" */

import { Model } from "../model/model.js";
import { mergeTakes, wholeTake } from "../model/takes.js";

/**
 * Lengths of the kernel's accept queues are pairs of moment and number, by server.
 * @typedef {{ spans: Span[], servers: (Server & ServerFacts)[], backlog?: Record<string, [number, number][]> }} Film
 */

export class LessonFilms {
  #beat = "name";
  #isRunning = false;
  /** The runs of the attempt that is followed. */
  #own = new Set();
  /** The runs that were there before it was fired. */
  #past = new Set();
  /** @type {{ attempt: string, take: Take, servers: Map<string, Server & ServerFacts> } | null} */
  #film = null;

  /**
   * The takes of the lesson, oldest first, of all that are known.
   * @param {Take[]} all
   */
  choose(all) {
    if (this.#beat === "see" && this.#film) return [this.#film.take];
    if (this.#beat !== "see" && !(this.#beat === "fire" && this.#isRunning)) return [];
    const own = all.filter(({ key, traces }) => this.#isOwn(key, traces[0].run));
    for (const { key } of own) this.#own.add(key);
    return besideEachOther(own);
  }

  /**
   * What the film's servers are called and do; undefined for those that are not its own.
   * @param {string} name
   */
  facts(name) {
    return this.#film?.servers.get(name);
  }

  /** @param {string} beat */
  turnTo(beat) {
    this.#beat = beat;
  }

  /**
   * The lesson is about to be fired: what there is now is the past.
   * @param {string[]} keys of all runs that are known
   */
  expect(keys) {
    this.#past = new Set(keys);
    this.#own.clear();
    this.#film = null;
    this.#isRunning = true;
  }

  /**
   * Take over what the dashboard says of the attempt.
   * @param {{ runs: string[], isRunning: boolean }} attempt
   */
  follow({ runs, isRunning }) {
    for (const run of runs) this.#own.add(run);
    this.#isRunning = isRunning;
  }

  /**
   * Fetch the film of an attempt. Returns the servers on its rows, top to bottom; null when it is not kept any more.
   * @param {string} attempt
   */
  async load(attempt) {
    if (this.#film?.attempt !== attempt) {
      const answer = await fetch(`/attempts/${encodeURIComponent(attempt)}/film`, {
        headers: { accept: "application/json" },
      });
      if (!answer.ok) return null;
      this.#film = filmOf(attempt, await answer.json());
    }
    return this.#film && [...this.#film.servers.values()];
  }

  /**
   * While it is fired its runs come before the dashboard's word of them.
   * @param {string} key
   * @param {string | null} run
   */
  #isOwn(key, run) {
    return this.#own.has(key) || (this.#isRunning && this.#beat === "fire" && run !== null && !this.#past.has(key));
  }
}

/**
 * @param {string} attempt
 * @param {Film} film
 */
function filmOf(attempt, { spans, servers, backlog = {} }) {
  const model = new Model();
  model.absorb(spans);
  for (const [server, steps] of Object.entries(backlog))
    for (const [t, n] of steps) model.note({ now_ns: t, backlog: { [server]: n } });
  const [take] = wholeTake(model);
  return take ? { attempt, take, servers: new Map(servers.map((server) => [server.name, server])) } : null;
}

/**
 * Runs that were fired beside each other are one film. In turn means that the client has all answers of one before
 * the next begins; a server may work on for a client that has left.
 * @param {Take[]} takes
 */
function besideEachOther(takes) {
  /** @type {Take[][]} */
  const groups = [];
  for (const take of takes) {
    const group = groups.at(-1);
    if (group && take.from < clientsEnd(group)) group.push(take);
    else groups.push([take]);
  }
  return groups.map(mergeTakes);
}

/** @param {Take[]} group */
function clientsEnd(group) {
  const clients = group.flatMap(({ traces }) => traces.map(({ client }) => client));
  return Math.max(...clients.map((client) => client?.end_ns ?? (client ? Infinity : -Infinity)));
}
