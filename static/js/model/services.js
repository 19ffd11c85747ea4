// @ts-check
// The services that send spans and are no servers of the table: a project of one's own, a program in any language.

/** @import { Interface, Server, Span } from "./types.js" */

import { INTERFACE, LOOP, PROCESS_ID } from "./attributes.js";

/** A program can name as many as it likes; beyond this they are only counted. */
export const MOST_SERVICES = 64;
/** A longer name is cut where it is shown. */
const LONGEST_TITLE = 60;

/**
 * A service as a row of the stage needs it.
 * @typedef {Server & { processes: Set<number>, isCertain: boolean }} Service
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

  /**
   * @param {Span} span
   * @returns {Service | null} the service when this span tells something new of it
   */
  #note({ server: name, stage, attributes }) {
    const known = this.#found.get(name);
    if (!known && this.#found.size >= MOST_SERVICES) {
      if (this.#beyond.size < MOST_SERVICES) this.#beyond.add(name);
      return null;
    }
    const service = known ?? {
      name,
      title: shorten(name),
      interface: "wsgi",
      processes: new Set(),
      isCertain: false,
    };
    this.#found.set(name, service);
    const process = attributes[PROCESS_ID];
    if (typeof process === "number" && service.processes.size < MOST_SERVICES) service.processes.add(process);
    const told = service.isCertain ? null : interfaceOf(stage, attributes);
    if (told) {
      service.isCertain = true;
      service.interface = told;
    }
    return known && !told ? null : service;
  }
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
