// The panel that says everything about one thing: a request, a place or a single span.

import { accountBlock, attributeTable, codeBlock, commandBlock, errorBlock } from "../draw/details.js";
import { waterfallAddress } from "../lib/addresses.js";
import { html } from "../lib/dom.js";
import { itinerary, segmentAt } from "../model/itinerary.js";
import { PLACE_NAMES, doorWords, meaningOf, presence, spanSentence, story } from "../scene/sentences.js";

const REFRESH_MS = 200;

/** One panel. Opening moves the focus into it; Esc or ✕ closes it and gives the focus back. */
export class Inspector {
  #root;
  #facts;
  #subject = null;
  #origin = null;
  #shownAt = 0;
  #key = "";
  #onChange;

  /** `facts(server name)` gives title, command and interface. `onChange(trace or null)` after opening and closing. */
  constructor(root, facts, onChange) {
    this.#root = root;
    this.#facts = facts;
    this.#onChange = onChange;
  }

  /** What it shows, or null. */
  get subject() {
    return this.#subject;
  }

  get isOpen() {
    return this.#subject !== null;
  }

  /**
   * Show {kind: "request" | "place" | "span", …}; a place has `row(t)`, its row of the scene; `origin` is the element it was
   * opened from. Opened `byPointer` it does not give the focus back: Space is to play and pause then, not to open again.
   */
  open(subject, origin, t) {
    this.#subject = subject;
    this.#origin = subject.byPointer ? null : (origin ?? document.activeElement);
    this.#root.classList.toggle("is-left", isRight(origin, subject));
    this.#root.hidden = false;
    this.#key = "";
    this.#render(t);
    this.#root.focus();
    this.#onChange(subject.trace ?? null);
  }

  /** Returns false when there was nothing to close. */
  close() {
    if (!this.isOpen) return false;
    this.#subject = null;
    this.#root.hidden = true;
    this.#onChange(null);
    this.#origin?.isConnected && this.#origin.focus();
    return true;
  }

  /** Time went on, or spans arrived: say it anew, a few times a second at most. */
  refresh(t, now) {
    if (!this.isOpen || now - this.#shownAt < REFRESH_MS) return;
    this.#shownAt = now;
    this.#render(t);
  }

  #render(t) {
    const { trace, kind } = this.#subject;
    const span = trace && kind === "request" ? segmentAt(itinerary(trace), t)?.span : this.#subject.span;
    const key = `${trace?.version} ${span?.span_id}`;
    const story = this.#root.querySelector(".story");
    if (key === this.#key && story) {
      story.textContent = this.#sentence(t);
      return;
    }
    this.#key = key;
    const body = html(
      "div",
      { class: "inspector-body" },
      html("p", { class: "story" }, this.#sentence(t)),
      ...this.#details(span),
    );
    const scroll = this.#root.querySelector(".inspector-body")?.scrollTop ?? 0;
    const open = new Set([...this.#root.querySelectorAll("details[open]")].map((one) => one.dataset.name));
    if (this.#root.firstElementChild) this.#root.lastElementChild.replaceWith(body);
    else this.#root.append(this.#header(), body);
    this.#root.querySelector("h2").replaceChildren(this.#title());
    for (const one of body.querySelectorAll("details")) one.open = open.has(one.dataset.name);
    body.scrollTop = scroll;
  }

  #header() {
    const close = html("button", { type: "button", class: "button is-quiet", "aria-label": "Close (Esc)" }, "✕");
    close.addEventListener("click", () => this.close());
    return html("header", {}, html("h2"), close);
  }

  #title() {
    const { kind, number, server, span, place } = this.#subject;
    const name = this.#facts(server).title ?? server;
    if (kind === "request") return `Request ${number} · ${name}`;
    if (kind === "place") return `${PLACE_NAMES[this.#facts(server).interface][place]} · ${name}`;
    return `${span.name} · request ${number}`;
  }

  #sentence(t) {
    const { kind, trace, number, server, place, span } = this.#subject;
    const facts = this.#facts(server);
    if (kind === "place") return this.#placeSentence(facts, t);
    if (kind === "span") return spanSentence(trace.spans.get(span.span_id) ?? span);
    return story(trace, number, facts, t);
  }

  #placeSentence(facts, t) {
    const { place, row } = this.#subject;
    const now = row(t);
    const here = now?.places[place] ?? [];
    const sentence = `${meaningOf(place, facts.interface)} ${presence(here)}`;
    return place === "queue" && here.length ? `${sentence} ${doorWords(here.length, now.measured)}` : sentence;
  }

  #details(span) {
    const { kind, trace, server } = this.#subject;
    const command = commandBlock(this.#facts(server).command);
    if (kind === "place") return [command];
    const view = viewOf(trace, span);
    const address = waterfallAddress(trace);
    return [
      errorBlock(trace),
      kind === "request" ? accountBlock(trace) : null,
      view ? codeBlock(view) : null,
      command,
      span ? attributeTable(span) : null,
      address === null || location.pathname === address
        ? null
        : html("p", {}, html("a", { href: address }, "Waterfall of this request")),
    ].filter(Boolean);
  }
}

function viewOf(trace, span) {
  if (span?.stage === "view") return span;
  return trace.ordered.find((one) => one.stage === "view" && one.attributes["gatescope.code"]);
}

/** What was clicked stays visible: the panel opens on the other side. */
function isRight(origin, { x }) {
  const at = x ?? origin?.getBoundingClientRect().left ?? 0;
  return at > innerWidth / 2;
}
