// The two rows: which server each shows, its name and its numbers. Server facts come from the fleet panel.

import { Journey } from "../draw/journey.js";
import { write } from "../lib/dom.js";

/** In these states a server has no worker or loop that could be free. */
const DOWN = new Set(["stopped", "failed", "missing"]);

/** All rows of the stage; `onChange` when another server was chosen. */
export class Rows {
  #rows;

  constructor(stage, fleet, onChange) {
    this.#rows = [...stage.querySelectorAll(".row")].map((element) => new Row(element, fleet));
    for (const row of this.#rows) {
      row.select.addEventListener("change", () => {
        this.refresh();
        onChange();
      });
    }
    this.refresh();
  }

  /** The chosen servers, top to bottom: {name, title, interface}. */
  get servers() {
    return this.#rows.map((row) => row.server);
  }

  refresh() {
    for (const row of this.#rows) row.refresh();
  }

  /** Put the focus where the server of a row is chosen; the first row is 1. */
  choose(number) {
    this.#rows[number - 1]?.select.focus();
  }

  /** Put these servers on the stage, top to bottom, as far as there are rows for them; other rows stay as they are. */
  cast(names) {
    const wanted = names.filter((name) => this.#rows.some((row) => row.offers(name))).slice(0, this.#rows.length);
    if (wanted.every((name) => this.servers.some((server) => server.name === name)) && wanted.length < 2) return;
    for (const [i, name] of wanted.entries()) this.#rows[i].select.value = name;
    this.refresh();
  }

  resize(unit) {
    for (const row of this.#rows) row.resize(unit);
  }

  observe(observer) {
    for (const row of this.#rows) observer.observe(row.svg);
  }

  /** Draw the scene, `live` or of a moment that has passed. Returns whether something still moves. */
  render(scene, t, now, { reduced, live }) {
    return (
      this.#rows.filter((row, i) => row.render({ ...scene[i], down: live && row.isDown }, t, now, reduced)).length > 0
    );
  }

  /** Mark the tokens of these traces; `alone` dims all others. */
  follow(ids, alone) {
    for (const row of this.#rows) row.follow(ids, alone);
  }

  /** Show the rows of these servers alone; of all when none are named. */
  show(names = null) {
    for (const row of this.#rows) row.show(names === null || names.has(row.server.name));
  }
}

class Row {
  #element;
  #fleet;
  #journey;
  #numbers;
  #known = "unknown";

  constructor(element, fleet) {
    this.#element = element;
    this.#fleet = fleet;
    this.select = element.querySelector("select");
    this.svg = element.querySelector(".journey");
    this.#journey = new Journey(this.svg);
    this.#numbers = [...element.querySelectorAll("[data-count]")];
  }

  offers(name) {
    return [...this.select.options].some((option) => option.value === name);
  }

  get server() {
    const option = this.select.selectedOptions[0];
    return { name: option.value, title: option.textContent, interface: option.dataset.interface };
  }

  /** Whether its server is not up now. */
  get isDown() {
    return DOWN.has(this.#known);
  }

  refresh() {
    const { name, title, interface: kind } = this.server;
    const facts = this.#fleet.facts(name);
    const comma = title.indexOf(", ");
    this.#element.dataset.server = name;
    this.#element.dataset.interface = kind;
    this.#element.setAttribute("aria-label", title);
    this.svg.classList.toggle("is-wsgi", kind === "wsgi");
    this.svg.classList.toggle("is-asgi", kind === "asgi");
    this.#say("interface", kind.toUpperCase());
    this.#say("name", comma < 0 ? title : title.slice(0, comma));
    this.#say("about", comma < 0 ? "" : title.slice(comma + 2));
    this.#say("why", facts.why ?? "");
    this.#state(facts);
  }

  resize(unit) {
    const { width, height } = this.svg.getBoundingClientRect();
    if (width && height) this.#journey.resize(width, height, unit);
  }

  render(row, t, now, reduced) {
    for (const number of this.#numbers) write(number, String(row.counts[number.dataset.count]));
    this.#numbers.at(-1).parentElement.classList.toggle("is-counting", row.counts.awaiting > 0);
    return this.#journey.render(row, t, now, reduced);
  }

  show(isShown) {
    this.#element.classList.toggle("is-aside", !isShown);
  }

  follow(ids, alone) {
    this.svg.classList.toggle("is-following", alone);
    for (const token of this.svg.querySelectorAll("[data-trace]"))
      token.classList.toggle("is-followed", ids.includes(token.dataset.trace));
  }

  #state({ state = "unknown", reason = "" }) {
    this.#known = state;
    const chip = this.#element.querySelector("[data-part=state]");
    chip.hidden = state === "running" || state === "unknown";
    chip.classList.toggle("is-bad", state === "failed" || state === "missing");
    chip.textContent = reason ? `${state}: ${reason}` : state;
  }

  #say(part, text) {
    write(this.#element.querySelector(`[data-part=${part}]`), text);
  }
}
