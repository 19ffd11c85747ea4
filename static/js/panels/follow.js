// @ts-check
// Follow one request: its story, its code and its conversation in step with the playhead, everything else dimmed.
// With two servers on the stage the request of the same number is followed on both, side by side where there is room.

/** @import { Trace } from "../model/trace.js" */
/** @import { Server, ServerFacts } from "../model/types.js" */
/** @import { CurrentTake } from "../time/current-take.js" */
/** @import { Rows } from "./rows.js" */

import { html, write } from "../lib/dom.js";
import { shortName } from "../scene/sentences.js";
import { FollowedRequest } from "./followed-request.js";

/** Two requests side by side need this many pixels to be read. */
const ROOM_FOR_TWO = 1600;

/**
 * What is followed: the request of a number at a server.
 * @typedef {{ server: string, number: number }} Subject
 */

/**
 * @typedef {object} Parts
 * @property {HTMLElement} stage
 * @property {CurrentTake} current
 * @property {Rows} rows
 * @property {(server: string) => ServerFacts} facts
 * @property {(ns: number) => void} seek
 * @property {() => void} onChange
 */

/** The panel in `root`, an empty element. */
export class Follow {
  #root;
  #parts;
  /** @type {Subject | null} */
  #subject = null;
  #both = true;
  /** @type {FollowedRequest[]} */
  #requests = [];
  #key = "";
  #title = html("h2");
  #sides = html("div", { class: "follow-sides", role: "group", "aria-label": "Which server" });
  #body = html("div", { class: "follow-body" });

  /**
   * @param {HTMLElement} root
   * @param {Parts} parts
   */
  constructor(root, parts) {
    this.#root = root;
    this.#parts = parts;
    root.append(this.#header(), this.#body);
  }

  get isOn() {
    return this.#subject !== null;
  }

  /**
   * Follow the request of `trace`, or the first of the first server that has one; again: follow none.
   * @param {Trace | undefined} trace
   */
  toggle(trace) {
    if (this.isOn) return this.stop();
    const first = trace ?? this.#servers.flatMap(({ name }) => this.#tracesAt(name)).at(0);
    if (!first) return false;
    return this.#follow({ server: first.server, number: this.#numberOf(first) });
  }

  /** Returns false when none was followed. */
  stop() {
    if (!this.isOn) return false;
    return this.#follow(null);
  }

  /**
   * The next request of the same server (+1), or the one before (-1).
   * @param {number} by
   */
  step(by) {
    const subject = this.#subject;
    if (!subject) return false;
    const all = this.#tracesAt(subject.server);
    const at = all.findIndex((trace) => this.#numberOf(trace) === subject.number);
    const next = all[Math.max(0, Math.min(all.length - 1, at + by))];
    if (next) this.#follow({ ...subject, number: this.#numberOf(next) });
    return true;
  }

  /** From the first server to the second, to both where there is room, and on. */
  swap() {
    if (!this.#subject) return false;
    const [first, second] = this.#servers.map(({ name }) => name);
    const isFirst = this.#server === first && !this.#showsBoth;
    this.#both = this.#isWide && !isFirst && !this.#showsBoth;
    return this.#follow({ ...this.#subject, server: isFirst ? second : first });
  }

  /** What is followed of the take on the stage; a take that has no such request yet has none. */
  get traces() {
    const subject = this.#subject;
    if (!subject) return [];
    const found = this.#shown.map((name) =>
      this.#tracesAt(name).find((trace) => this.#numberOf(trace) === subject.number),
    );
    return [...new Set(found.filter((trace) => trace !== undefined))];
  }

  /**
   * Show the followed requests at `t`.
   * @param {number} t
   */
  show(t) {
    if (!this.#subject) return;
    const { traces } = this;
    const key = `${traces.map(({ id }) => id)} ${this.#server} ${this.#showsBoth} ${this.#subject.number}`;
    if (key !== this.#key) this.#rebuild(this.#subject, traces, key);
    for (const request of this.#requests) request.show(t);
  }

  /** What happens at the moment that is shown, in a sentence; null while none is followed. */
  get sentence() {
    const sentences = this.#requests.map((request) => request.sentence);
    return sentences.filter(Boolean).join(" ") || null;
  }

  get #servers() {
    return this.#parts.rows.servers;
  }

  get #isWide() {
    return innerWidth >= ROOM_FOR_TWO && !("projection" in document.documentElement.dataset);
  }

  get #showsBoth() {
    const servers = this.#servers;
    return this.#both && this.#isWide && servers[0].name !== servers.at(-1)?.name;
  }

  /** A server that has left the stage is followed no more: the first one is. */
  get #server() {
    const servers = this.#servers;
    return (servers.find(({ name }) => name === this.#subject?.server) ?? servers[0]).name;
  }

  /** The names of the servers at which a request is followed. */
  get #shown() {
    return this.#showsBoth ? this.#servers.map(({ name }) => name) : [this.#server];
  }

  /** @param {string} server */
  #tracesAt(server) {
    return (this.#parts.current.take?.traces ?? []).filter((trace) => trace.server === server);
  }

  /** @param {Trace} trace */
  #numberOf({ id }) {
    return this.#parts.current.take?.numbers.get(id) ?? 0;
  }

  /** @param {Subject | null} subject */
  #follow(subject) {
    this.#subject = subject;
    this.#root.hidden = subject === null;
    this.#key = "";
    this.#requests = [];
    this.#parts.onChange();
    return true;
  }

  /**
   * @param {Subject} subject
   * @param {Trace[]} traces
   * @param {string} key
   */
  #rebuild(subject, traces, key) {
    this.#key = key;
    const { stage, rows, facts, seek, onChange } = this.#parts;
    const shown = new Set(this.#shown);
    stage.dataset.follow = shown.size > 1 ? "two" : "one";
    rows.show(shown);
    write(this.#title, `Request ${subject.number}`);
    this.#sides.replaceChildren(...this.#choices(subject));
    this.#requests = traces.map((trace) => new FollowedRequest(trace, subject.number, facts(trace.server), seek));
    const none = `There is no request ${subject.number} in this run: choose another with ↑ and ↓.`;
    const articles = this.#requests.map(({ element }) => element);
    this.#body.replaceChildren(...(articles.length ? articles : [html("p", { class: "follow-none" }, none)]));
    onChange();
  }

  #header() {
    return html(
      "header",
      {},
      button("The request before", "The request before (↑)", "↑", () => this.step(-1)),
      button("The next request", "The next request (↓)", "↓", () => this.step(1)),
      this.#title,
      this.#sides,
      button("Follow none", "Follow none (X or Esc)", "✕", () => this.stop()),
    );
  }

  /** @param {Subject} subject */
  #choices(subject) {
    const single = (/** @type {Server} */ server) =>
      choice(shortName(server), !this.#showsBoth && server.name === this.#server, () => {
        this.#both = false;
        this.#follow({ ...subject, server: server.name });
      });
    const both = choice("both", this.#showsBoth, () => {
      this.#both = true;
      this.#follow({ ...subject, server: this.#server });
    });
    return [...this.#servers.map(single), ...(this.#isWide ? [both] : [])];
  }
}

/**
 * @param {string} label
 * @param {string} title
 * @param {string} text
 * @param {() => void} act
 */
function button(label, title, text, act) {
  const made = html("button", { type: "button", class: "button is-small", "aria-label": label, title }, text);
  made.addEventListener("click", act);
  return made;
}

/**
 * @param {string} text
 * @param {boolean} isChosen
 * @param {() => void} act
 */
function choice(text, isChosen, act) {
  const made = html("button", { type: "button", class: "button is-quiet", "aria-pressed": String(isChosen) }, text);
  made.addEventListener("click", act);
  return made;
}
