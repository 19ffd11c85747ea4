// Follow one request: its story, its code and its conversation in step with the playhead, everything else dimmed.
// With two servers on the stage the request of the same number is followed on both, side by side where there is room.

import { html, write } from "../lib/dom.js";
import { FollowedRequest } from "./followed-request.js";

/** Two requests side by side need this many pixels to be read. */
const ROOM_FOR_TWO = 1600;

/** The panel in `root`, an empty element. `parts`: stage element, film, rows, facts(server name), seek(ns), onChange(). */
export class Follow {
  #root;
  #parts;
  #subject = null;
  #both = true;
  #requests = [];
  #key = "";
  #title = html("h2");
  #sides = html("div", { class: "follow-sides", role: "group", "aria-label": "Which server" });
  #body = html("div", { class: "follow-body" });

  constructor(root, parts) {
    this.#root = root;
    this.#parts = parts;
    root.append(this.#header(), this.#body);
  }

  get isOn() {
    return this.#subject !== null;
  }

  /** Follow the request of `trace`, or the first of the first server that has one; again: follow none. */
  toggle(trace) {
    if (this.isOn) return this.stop();
    const first = trace ?? this.#parts.rows.servers.map(({ name }) => this.#of(name)[0]).find(Boolean);
    if (!first) return false;
    return this.#follow({ server: first.server, number: this.#numberOf(first) });
  }

  /** Returns false when none was followed. */
  stop() {
    if (!this.isOn) return false;
    return this.#follow(null);
  }

  /** The next request of the same server (+1), or the one before (-1). */
  step(by) {
    if (!this.isOn) return false;
    const all = this.#of(this.#subject.server);
    const at = all.findIndex((trace) => this.#numberOf(trace) === this.#subject.number);
    const next = all[Math.max(0, Math.min(all.length - 1, at + by))];
    if (next) this.#follow({ ...this.#subject, number: this.#numberOf(next) });
    return true;
  }

  /** From the first server to the second, to both where there is room, and on. */
  swap() {
    if (!this.isOn) return false;
    const [first, second] = this.#parts.rows.servers.map(({ name }) => name);
    const isFirst = this.#server === first && !this.#showsBoth;
    this.#both = this.#isWide && !isFirst && !this.#showsBoth;
    return this.#follow({ ...this.#subject, server: isFirst ? second : first });
  }

  /** What is followed of the take on the stage; a take that has no such request yet has none. */
  get traces() {
    if (!this.isOn) return [];
    const servers = this.#showsBoth
      ? this.#parts.rows.servers
      : this.#parts.rows.servers.filter(({ name }) => name === this.#server);
    const found = servers.map(({ name }) =>
      this.#of(name).find((trace) => this.#numberOf(trace) === this.#subject.number),
    );
    return [...new Set(found.filter(Boolean))];
  }

  /** Show the followed requests at `t`. */
  show(t) {
    if (!this.isOn) return;
    const { traces } = this;
    const key = `${traces.map(({ id }) => id)} ${this.#server} ${this.#showsBoth} ${this.#subject.number}`;
    if (key !== this.#key) this.#rebuild(traces, key);
    for (const request of this.#requests) request.show(t);
  }

  /** What happens at the moment that is shown, in a sentence; null while none is followed. */
  get sentence() {
    return (
      this.#requests
        .map((request) => request.sentence)
        .filter(Boolean)
        .join(" ") || null
    );
  }

  get #isWide() {
    return innerWidth >= ROOM_FOR_TWO && !("projection" in document.documentElement.dataset);
  }

  get #showsBoth() {
    const { servers } = this.#parts.rows;
    return this.#both && this.#isWide && servers[0].name !== servers.at(-1).name;
  }

  /** A server that has left the stage is followed no more: the first one is. */
  get #server() {
    const { servers } = this.#parts.rows;
    return (servers.find(({ name }) => name === this.#subject.server) ?? servers[0]).name;
  }

  #of(server) {
    return (this.#parts.film.take?.traces ?? []).filter((trace) => trace.server === server);
  }

  #numberOf(trace) {
    return this.#parts.film.take.numbers.get(trace.id);
  }

  #follow(subject) {
    this.#subject = subject;
    this.#root.hidden = subject === null;
    this.#key = "";
    this.#requests = [];
    this.#parts.onChange();
    return true;
  }

  #rebuild(traces, key) {
    this.#key = key;
    const { stage, rows, facts, seek } = this.#parts;
    const shown = new Set(this.#showsBoth ? rows.servers.map(({ name }) => name) : [this.#server]);
    stage.dataset.follow = shown.size > 1 ? "two" : "one";
    rows.show(shown);
    write(this.#title, `Request ${this.#subject.number}`);
    this.#sides.replaceChildren(...this.#choices());
    this.#requests = traces.map(
      (trace) => new FollowedRequest(trace, this.#subject.number, facts(trace.server), seek),
    );
    const nobody = html(
      "p",
      { class: "follow-none" },
      `There is no request ${this.#subject.number} in this run: choose another with ↑ and ↓.`,
    );
    this.#body.replaceChildren(...(traces.length ? this.#requests.map(({ element }) => element) : [nobody]));
    this.#parts.onChange();
  }

  #header() {
    const button = (label, title, text, act) => {
      const made = html("button", { type: "button", class: "button is-small", "aria-label": label, title }, text);
      made.addEventListener("click", act);
      return made;
    };
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

  #choices() {
    const { rows } = this.#parts;
    const choose = (text, isChosen, act) => {
      const made = html(
        "button",
        { type: "button", class: "button is-quiet", "aria-pressed": String(isChosen) },
        text,
      );
      made.addEventListener("click", act);
      return made;
    };
    const single = (server, both) => () => {
      this.#both = both;
      this.#follow({ ...this.#subject, server });
    };
    const one = rows.servers.map(({ name, title }) =>
      choose(title.split(",")[0], !this.#showsBoth && name === this.#server, single(name, false)),
    );
    return this.#isWide ? [...one, choose("both", this.#showsBoth, single(this.#server, true))] : one;
  }
}
