// @ts-check
// One followed request: the list of its steps, the code or configuration that executes, and what server and
// application say to each other. A view of `transcript`, `source` and `conversation-lines`; it decides nothing.

/** @import { Trace } from "../model/trace.js" */
/** @import { ServerFacts } from "../model/types.js" */
/** @import { ConversationLine, TranscriptStep } from "../scene/types.js" */

import { waterfallAddress } from "../lib/addresses.js";
import { closest, html, write } from "../lib/dom.js";
import { moment, shortId } from "../lib/format.js";
import { leftOut } from "../model/conversation.js";
import { itinerary, segmentAt } from "../model/itinerary.js";
import { configuration, sourceAt } from "../model/source.js";
import { conversationAt } from "../scene/conversation-lines.js";
import { shortName } from "../scene/sentences.js";
import { stepAt, transcript } from "../scene/transcript.js";

export class FollowedRequest {
  #trace;
  #number;
  #facts;
  /** @type {TranscriptStep[]} */
  #steps = [];
  #version = -1;
  /** @type {number | null} */
  #at = null;
  #code = "";
  #talk = "";
  #list = html("ol", { class: "follow-steps" });
  #codeTitle = html("h3");
  #codeText = html("code");
  #codeBox = html("pre", { class: "code", tabindex: 0 }, this.#codeText);
  #talkList = html("ol", { class: "talk", tabindex: 0 });

  /**
   * @param {Trace} trace
   * @param {number} number
   * @param {ServerFacts} facts what the server is
   * @param {(ns: number) => void} seek goes to a moment
   */
  constructor(trace, number, facts, seek) {
    this.#trace = trace;
    this.#number = number;
    this.#facts = { ...facts, title: facts.title ?? "", interface: facts.interface ?? "wsgi" };
    this.element = this.#article();
    this.#list.addEventListener("click", (event) => {
      const { from } = closest(event, "[data-from]")?.dataset ?? {};
      if (from) seek(Number(from));
    });
  }

  /** @param {number} t */
  show(t) {
    this.#showSteps(t);
    this.#showCode(t);
    this.#showTalk(t);
  }

  /** "Request 3 at Gunicorn: It waited 3.01 s …". */
  get sentence() {
    const step = this.#steps[this.#at ?? -1];
    return step ? `Request ${this.#number} at ${shortName(this.#facts)}: ${step.sentence}.` : "";
  }

  #article() {
    const { title, interface: shape } = this.#facts;
    const label = `Request ${this.#number} at ${title}`;
    return html(
      "article",
      { class: "followed", "data-interface": shape, "data-followed": this.#trace.id, "aria-label": label },
      html("section", { class: "follow-story" }, this.#heading(), this.#list),
      html("section", { class: "follow-code" }, this.#codeTitle, this.#codeBox),
      html("section", { class: "follow-talk" }, talkHeading(shortName(this.#facts)), this.#talkList),
    );
  }

  #heading() {
    const { title } = this.#facts;
    const address = waterfallAddress(this.#trace);
    const hint = "Waterfall and printable story of this request";
    const link = address && html("a", { href: address, title: hint }, shortId(this.#trace.traceId));
    return html("h3", {}, html("span", { class: "kind-sign", "aria-hidden": "true" }), html("b", {}, title), link);
  }

  /** @param {number} t */
  #showSteps(t) {
    if (this.#version !== this.#trace.version || this.#trace.open) this.#listSteps(t);
    const at = stepAt(this.#steps, t);
    if (at === this.#at) return;
    this.#at = at;
    for (const [i, line] of [...this.#list.children].entries()) markStep(line, i - at);
    centre(this.#list, this.#list.children[at]);
  }

  /** @param {number} t */
  #listSteps(t) {
    // While a request goes on its last step lasts until the moment that is shown; later all is known.
    const steps = transcript(this.#trace, this.#facts, this.#trace.open ? t : Infinity);
    const isSame = steps.length === this.#steps.length && this.#version === this.#trace.version;
    this.#steps = steps;
    this.#version = this.#trace.version;
    if (isSame) this.#rewriteLast(steps.at(-1)?.sentence ?? "");
    else {
      this.#at = null;
      this.#list.replaceChildren(...steps.map((step) => stepLine(step, this.#trace.from)));
    }
  }

  /** @param {string} sentence */
  #rewriteLast(sentence) {
    const text = this.#list.lastElementChild?.querySelector(".follow-sentence");
    if (text) write(text, sentence);
  }

  /** @param {number} t */
  #showCode(t) {
    const source = sourceAt(this.#trace, t);
    const shown = source ?? configuration(segmentAt(itinerary(this.#trace), t), this.#trace, this.#facts);
    const key = JSON.stringify([shown.title, shown.first, shown.marked, shown.lines]);
    if (key === this.#code) return;
    this.#code = key;
    write(this.#codeTitle, shown.title);
    const lines = shown.lines.map((text, i) => codeLine(text, source && shown.first + i, shown.marked));
    this.#codeText.replaceChildren(...lines);
    centre(this.#codeBox, this.#codeText.querySelector(".is-executing"));
  }

  /** @param {number} t */
  #showTalk(t) {
    const said = conversationAt(this.#trace, t);
    const key = JSON.stringify(said);
    if (key === this.#talk) return;
    this.#talk = key;
    const lines = said.map(talkLine);
    const missing = leftOut(this.#trace);
    if (missing)
      lines.splice(missing.before, 0, gap(`${missing.number.toLocaleString("en")} more, not kept one by one`));
    if (!lines.length) lines.push(gap("Nothing came from the server’s side."));
    this.#talkList.replaceChildren(...lines);
    centre(this.#talkList, this.#talkList.querySelector(".is-now"));
  }
}

/** @param {string} server */
function talkHeading(server) {
  const way = html("span", { class: "talk-way", "aria-hidden": "true" }, "⇄");
  return html("h3", {}, html("span", {}, server), way, html("span", {}, "application"));
}

/**
 * @param {Element} line
 * @param {number} distance from the step of now: 0 for that one, more for later ones
 */
function markStep(line, distance) {
  line.classList.toggle("is-now", distance === 0);
  line.classList.toggle("is-later", distance > 0);
  if (distance === 0) line.firstElementChild?.setAttribute("aria-current", "step");
  else line.firstElementChild?.removeAttribute("aria-current");
}

/**
 * @param {TranscriptStep} step
 * @param {number} zero
 */
function stepLine({ from, sentence }, zero) {
  const when = html("span", { class: "follow-when" }, moment(from - zero));
  const text = html("span", { class: "follow-sentence" }, sentence);
  return html(
    "li",
    {},
    html("button", { type: "button", "data-from": from, title: "Go to this moment" }, when, text),
  );
}

/**
 * @param {string} text
 * @param {number | null} number
 * @param {number | null} marked
 */
function codeLine(text, number, marked) {
  const isMarked = number !== null && number === marked;
  return html(
    "span",
    { class: isMarked ? "code-line is-executing" : "code-line" },
    number !== null && html("span", { class: "code-number", "aria-hidden": "true" }, String(number)),
    html("span", {}, text || " "),
    isMarked && html("span", { class: "unseen" }, "(executing)"),
  );
}

/** @param {ConversationLine} line */
function talkLine({ by, words, note, when }) {
  const arrow = html("span", { class: "talk-arrow", "aria-hidden": "true" }, by === "server" ? " →" : "← ");
  const text = html("code", {}, words);
  return html(
    "li",
    { class: `talk-line is-${by} is-${when}` },
    html("span", { class: "unseen" }, `${by}: `),
    html("span", { class: "talk-words" }, ...(by === "server" ? [text, arrow] : [arrow, text])),
    note && html("small", {}, note),
  );
}

/** @param {string} text */
function gap(text) {
  return html("li", { class: "talk-gap" }, text);
}

/**
 * Have the line in the middle of its list, without moving anything else.
 * @param {HTMLElement} list
 * @param {Element | null | undefined} line
 */
function centre(list, line) {
  if (!(line instanceof HTMLElement)) return;
  list.scrollTop = line.offsetTop - list.offsetTop - (list.clientHeight - line.offsetHeight) / 2;
}
