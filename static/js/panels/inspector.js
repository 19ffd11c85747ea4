// @ts-check
// The panel that says everything about one thing: a request, a place or a single span.

/** @import { Trace } from "../model/trace.js" */
/** @import { Place, ServerFacts, Span } from "../model/types.js" */
/** @import { SceneRow } from "../scene/types.js" */

import { accountBlock, attributeTable, codeBlock, commandBlock, errorBlock } from "../draw/details.js";
import { spanDetails } from "../draw/span-details.js";
import { waterfallAddress } from "../lib/addresses.js";
import { findAll, html } from "../lib/dom.js";
import { CODE } from "../model/attributes.js";
import { itinerary, segmentAt } from "../model/itinerary.js";
import { PLACE_NAMES, meaningOf } from "../scene/places.js";
import { doorSentence, presence, story } from "../scene/sentences.js";
import { spanSentence } from "../scene/span-sentence.js";

const REFRESH_MS = 200;

/**
 * Where something was opened: at a pixel of the window, or by a pointer.
 * @typedef {{ server: string, x?: number, byPointer?: boolean }} Opened
 */
/** @typedef {Opened & { kind: "request", trace: Trace, number: number | string, span?: undefined }} RequestSubject */
/** @typedef {Opened & { kind: "span", trace: Trace, number: number | string, span: Span }} SpanSubject */
/** @typedef {{ trace?: undefined, span?: undefined }} Nothing */
/**
 * `row(t)` is the row of the scene that the place is in.
 * @typedef {Opened & Nothing & { kind: "place", place: Place, row: (t: number) => SceneRow | undefined }}
 *   PlaceSubject
 */
/** @typedef {RequestSubject | SpanSubject | PlaceSubject} Subject */

/** One panel. Opening moves the focus into it; Esc or ✕ closes it and gives the focus back. */
export class Inspector {
  #root;
  #facts;
  /** @type {Subject | null} */
  #subject = null;
  /** @type {Element | null} */
  #origin = null;
  #shownAt = 0;
  #key = "";
  #onChange;
  #title = html("h2");
  #body = html("div", { class: "inspector-body" });

  /**
   * @param {HTMLElement} root
   * @param {(server: string) => ServerFacts} facts
   * @param {() => void} [onChange] called after opening and closing
   */
  constructor(root, facts, onChange = () => {}) {
    this.#root = root;
    this.#facts = facts;
    this.#onChange = onChange;
    const close = html("button", { type: "button", class: "button is-quiet", "aria-label": "Close (Esc)" }, "✕");
    close.addEventListener("click", () => this.close());
    root.replaceChildren(html("header", {}, this.#title, close), this.#body);
  }

  /** What it shows, or null. */
  get subject() {
    return this.#subject;
  }

  /** The trace that is inspected, as a whole or a span of it; undefined for a place and while the panel is closed. */
  get trace() {
    return this.#subject?.trace;
  }

  get isOpen() {
    return this.#subject !== null;
  }

  /**
   * Show a subject; `origin` is the element it was opened from. Opened by pointer it does not give the focus back:
   * Space is to play and pause then, not to open again.
   * @param {Subject} subject
   * @param {Element | null} origin
   * @param {number} t
   */
  open(subject, origin, t) {
    this.#subject = subject;
    this.#origin = subject.byPointer ? null : (origin ?? document.activeElement);
    this.#root.classList.toggle("is-left", isRight(origin, subject));
    this.#root.hidden = false;
    this.#key = "";
    this.#render(subject, t);
    this.#root.focus();
    this.#onChange();
  }

  /** Returns false when there was nothing to close. */
  close() {
    if (!this.isOpen) return false;
    this.#subject = null;
    this.#root.hidden = true;
    this.#onChange();
    if (this.#origin instanceof HTMLElement || this.#origin instanceof SVGElement) this.#origin.focus();
    return true;
  }

  /**
   * Time went on, or spans arrived: show it again, a few times a second at most.
   * @param {number} t
   * @param {number} now
   */
  refresh(t, now) {
    if (!this.#subject || now - this.#shownAt < REFRESH_MS) return;
    this.#shownAt = now;
    this.#render(this.#subject, t);
  }

  /**
   * @param {Subject} subject
   * @param {number} t
   */
  #render(subject, t) {
    const span = spanOf(subject, t);
    const key = subject.kind === "place" ? "place" : `${subject.trace.version} ${span?.span_id}`;
    const sentence = this.#sentence(subject, t);
    const known = this.#body.querySelector(".story");
    if (key === this.#key && known) {
      known.textContent = sentence;
      return;
    }
    this.#key = key;
    this.#title.replaceChildren(this.#titleOf(subject));
    this.#replaceBody(html("p", { class: "story" }, sentence), ...this.#details(subject, span));
  }

  /** @param {...Node} blocks */
  #replaceBody(...blocks) {
    const { scrollTop } = this.#body;
    const open = new Set(findAll(this.#body, "details[open]").map(({ dataset }) => dataset.name));
    this.#body.replaceChildren(...blocks);
    for (const one of this.#body.querySelectorAll("details")) one.open = open.has(one.dataset.name);
    this.#body.scrollTop = scrollTop;
  }

  /** @param {Subject} subject */
  #titleOf(subject) {
    const { title = subject.server, interface: shape = "wsgi" } = this.#facts(subject.server);
    if (subject.kind === "request") return `Request ${subject.number} · ${title}`;
    if (subject.kind === "place") return `${PLACE_NAMES[shape][subject.place]} · ${title}`;
    return `${subject.span.name} · request ${subject.number}`;
  }

  /**
   * @param {Subject} subject
   * @param {number} t
   */
  #sentence(subject, t) {
    const { title = subject.server, interface: shape = "wsgi" } = this.#facts(subject.server);
    if (subject.kind === "request") return story(subject.trace, subject.number, { title }, t);
    if (subject.kind === "span") return spanSentence(subject.trace.spans.get(subject.span.span_id) ?? subject.span);
    const row = subject.row(t);
    const here = row?.places[subject.place] ?? [];
    const sentence = `${meaningOf(subject.place, shape)} ${presence(here)}`;
    return subject.place === "queue" && here.length
      ? `${sentence} ${doorSentence(here.length, row?.measured ?? null)}`
      : sentence;
  }

  /**
   * @param {Subject} subject
   * @param {Span | undefined} span
   */
  #details(subject, span) {
    const command = commandBlock(this.#facts(subject.server).command);
    if (subject.kind === "place") return [command].filter((one) => one !== null);
    const { trace, kind } = subject;
    const view = viewOf(trace, span);
    return [
      errorBlock(trace),
      kind === "request" ? accountBlock(trace) : null,
      view ? codeBlock(view) : null,
      command,
      span ? attributeTable(span) : null,
      ...(span ? spanDetails(span) : []),
      waterfallLink(trace),
    ].filter((one) => one !== null);
  }
}

/**
 * @param {Subject} subject
 * @param {number} t
 */
function spanOf(subject, t) {
  if (subject.kind === "place") return undefined;
  return subject.kind === "span" ? subject.span : segmentAt(itinerary(subject.trace), t)?.span;
}

/**
 * @param {Trace} trace
 * @param {Span | undefined} span
 */
function viewOf(trace, span) {
  if (span?.stage === "view") return span;
  return trace.ordered.find((one) => one.stage === "view" && one.attributes[CODE]);
}

/** @param {Trace} trace */
function waterfallLink(trace) {
  const address = waterfallAddress(trace);
  if (address === null || location.pathname === address) return null;
  return html("p", {}, html("a", { href: address }, "Waterfall of this request"));
}

/**
 * What was clicked stays visible: the panel opens on the other side.
 * @param {Element | null} origin
 * @param {{ x?: number }} subject
 */
function isRight(origin, { x }) {
  const at = x ?? origin?.getBoundingClientRect().left ?? 0;
  return at > innerWidth / 2;
}
