// @ts-check
// The services that send spans and are no servers of the table: a project of one's own, a program in any language.

/** @import { Interface, Server, Span } from "./types.js" */

import { count } from "../lib/format.js";
import { INTERFACE, LOOP, PROCESS_ID, THREAD_ID, THREAD_NAME } from "./attributes.js";

/** A program can name as many as it likes; beyond this they are only counted. */
export const MOST_SERVICES = 64;
/** A longer name is cut where it is shown. */
const LONGEST_TITLE = 60;

/** What has told nothing for so long is gone: a worker that was killed, the process before a reload. */
const FORGOTTEN_NS = 60e9;
/** How Python's `socketserver`, which `runserver` is made of, calls the thread that it makes for a request. */
const THREAD_A_REQUEST = "process_request_thread";

/**
 * A service as a row of the stage needs it: when each of its processes, threads and loops last began something, ns.
 * @typedef {Server & { isCertain: boolean, newest: number, isThreadARequest: boolean,
 *   processes: Map<number, number>, threads: Map<string, number>, loops: Map<string, number> }} Service
 */

export class Services {
  /** @type {Map<string, Service>} */
  #found = new Map();
  #beyond = new Set();
  #isServer;

  /** @param {(name: string) => boolean} isServer whether the table of servers has this name */
  constructor(isServer) {
    this.#isServer = isServer;
  }

  /** How many have no place here: counted up to as many as have one. */
  get others() {
    return this.#beyond.size;
  }

  /**
   * Take in what a frame brings. Returns the services that are new, or of which something became known.
   * @param {Span[]} spans
   * @returns {Server[]}
   */
  absorb(spans) {
    const names = new Set(spans.map(({ server }) => server));
    for (const name of names) if (!name || this.#isServer(name)) names.delete(name);
    if (!names.size) return [];
    const changed = spans.filter(({ server }) => names.has(server)).map((span) => this.#note(span));
    return [...new Set(changed)].filter((service) => service !== null);
  }

  /**
   * What is said of a service; undefined where it is none.
   * @param {string} name
   */
  get(name) {
    return this.#found.get(name);
  }

  /** The names of all, in the order in which they first sent. */
  get names() {
    return [...this.#found.keys()];
  }

  /**
   * @param {Span} span
   * @returns {Service | null} the service when this span tells something new of it
   */
  #note({ server: name, stage, start_ns: at, attributes }) {
    const known = this.#found.get(name);
    if (!known && this.#found.size >= MOST_SERVICES) {
      if (this.#beyond.size < MOST_SERVICES) this.#beyond.add(name);
      return null;
    }
    const service = known ?? emptyService(name);
    this.#found.set(name, service);
    if (stage === "server" || stage === "task") noteRunners(service, at, attributes);
    const told = service.isCertain ? null : interfaceOf(stage, attributes);
    if (told) {
      service.isCertain = true;
      service.interface = told;
    }
    return known && !told ? null : service;
  }
}

/**
 * @param {string} name
 * @returns {Service}
 */
function emptyService(name) {
  const about = { name, title: shorten(name), interface: /** @type {Interface} */ ("wsgi") };
  const seen = { processes: new Map(), threads: new Map(), loops: new Map() };
  return { ...about, ...seen, isCertain: false, newest: 0, isThreadARequest: false };
}

/**
 * @param {Service} service
 * @param {number} at
 * @param {Span["attributes"]} attributes
 */
function noteRunners(service, at, { [PROCESS_ID]: pid, [THREAD_ID]: thread, [LOOP]: loop, [THREAD_NAME]: name }) {
  service.newest = Math.max(service.newest, at);
  if (typeof name === "string" && name.includes(THREAD_A_REQUEST)) service.isThreadARequest = true;
  if (typeof pid !== "number") return;
  noteIn(service.processes, pid, at);
  if (loop !== undefined) noteIn(service.loops, `${pid} ${loop}`, at);
  else if (thread !== undefined) noteIn(service.threads, `${pid} ${thread}`, at);
}

/**
 * @template K
 * @param {Map<K, number>} seen the longest known first
 * @param {K} key
 * @param {number} at
 */
function noteIn(seen, key, at) {
  const before = seen.get(key) ?? 0;
  seen.delete(key);
  seen.set(key, Math.max(before, at));
  const [oldest] = seen.keys();
  if (seen.size > MOST_SERVICES) seen.delete(oldest);
}

/**
 * Who runs a service, as far as its spans tell: "process 4711, 4 threads", "2 event loops in 2 processes"; "" where
 * they do not.
 * @param {Service} service
 */
export function runnersOf({ processes, threads, loops, newest, isThreadARequest }) {
  const [pids, working, turning] = [processes, threads, loops].map((seen) =>
    [...seen].filter(([, at]) => newest - at < FORGOTTEN_NS).map(([key]) => key),
  );
  if (!pids.length) return "";
  const where = pids.length === 1 ? `process ${pids[0]}` : `${pids.length} processes`;
  if (turning.length) return `${count(turning.length, "event loop")} in ${where}`;
  if (isThreadARequest) return `${where}, a thread a request`;
  return working.length ? `${where}, ${count(working.length, "thread")}` : where;
}

/**
 * Which interface a span tells of: the probe's word, or an event loop. Null where it tells of none.
 * @param {string} stage
 * @param {Span["attributes"]} attributes
 * @returns {Interface | null}
 */
function interfaceOf(stage, attributes) {
  const told = attributes[INTERFACE];
  if (told === "wsgi" || told === "asgi") return told;
  return stage === "server" && attributes[LOOP] !== undefined ? "asgi" : null;
}

/** @param {string} name */
function shorten(name) {
  return name.length > LONGEST_TITLE ? `${name.slice(0, LONGEST_TITLE - 1)}…` : name;
}
