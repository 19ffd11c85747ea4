// One followed request: the list of its steps, the code or configuration that executes, and what server and application
// say to each other. A view of transcript.js, source.js and conversation.js; it decides nothing.

import { waterfallAddress } from "../lib/addresses.js";
import { html, write } from "../lib/dom.js";
import { moment, shortId } from "../lib/format.js";
import { conversationAt, leftOut } from "../model/conversation.js";
import { itinerary, segmentAt } from "../model/itinerary.js";
import { configuration, sourceAt } from "../model/source.js";
import { shortName } from "../scene/sentences.js";
import { stepAt, transcript } from "../scene/transcript.js";

export class FollowedRequest {
  #trace;
  #number;
  #facts;
  #seek;
  #steps = [];
  #version = -1;
  #at = null;
  #code = "";
  #talk = "";
  #list = html("ol", { class: "follow-steps" });
  #codeTitle = html("h3");
  #codeText = html("code");
  #talkList = html("ol", { class: "talk", tabindex: 0 });

  /** `facts` says what the server is; `seek(ns)` goes to a moment. */
  constructor(trace, number, facts, seek) {
    this.#trace = trace;
    this.#number = number;
    this.#facts = facts;
    this.#seek = seek;
    this.element = html(
      "article",
      {
        class: "followed",
        "data-interface": facts.interface,
        "data-followed": trace.id,
        "aria-label": `Request ${number} at ${facts.title}`,
      },
      html("section", { class: "follow-story" }, this.#heading(), this.#list),
      html(
        "section",
        { class: "follow-code" },
        this.#codeTitle,
        html("pre", { class: "code", tabindex: 0 }, this.#codeText),
      ),
      html(
        "section",
        { class: "follow-talk" },
        html(
          "h3",
          {},
          html("span", {}, shortName(facts)),
          html("span", { class: "talk-way", "aria-hidden": "true" }, "⇄"),
          html("span", {}, "application"),
        ),
        this.#talkList,
      ),
    );
    this.#list.addEventListener("click", ({ target }) => {
      const from = target.closest("[data-from]")?.dataset.from;
      if (from) this.#seek(Number(from));
    });
  }

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

  /** While a request goes on its last step lasts until the moment that is shown; later all is known. */
  #until(t) {
    return this.#trace.open ? t : Infinity;
  }

  #heading() {
    const { title } = this.#facts;
    const address = waterfallAddress(this.#trace);
    const link =
      address &&
      html("a", { href: address, title: "Waterfall and printable story of this request" }, shortId(this.#trace.id));
    return html("h3", {}, html("span", { class: "kind-sign", "aria-hidden": "true" }), html("b", {}, title), link);
  }

  #showSteps(t) {
    if (this.#version !== this.#trace.version || this.#trace.open) this.#listSteps(t);
    const at = stepAt(this.#steps, t);
    if (at === this.#at) return;
    this.#at = at;
    for (const [i, line] of [...this.#list.children].entries()) this.#mark(line, i, at);
    centre(this.#list, this.#list.children[at]);
  }

  #mark(line, i, at) {
    line.classList.toggle("is-now", i === at);
    line.classList.toggle("is-later", i > at);
    line.firstChild.toggleAttribute("aria-current", i === at);
    if (i === at) line.firstChild.setAttribute("aria-current", "step");
  }

  #listSteps(t) {
    const steps = transcript(this.#trace, this.#facts, this.#until(t));
    const isSame = steps.length === this.#steps.length && this.#version === this.#trace.version;
    this.#steps = steps;
    this.#version = this.#trace.version;
    if (isSame)
      return write(
        this.#list.lastChild?.querySelector(".follow-sentence") ?? html("i"),
        steps.at(-1)?.sentence ?? "",
      );
    this.#at = null;
    this.#list.replaceChildren(...steps.map((step) => stepLine(step, this.#trace.from)));
  }

  #showCode(t) {
    const source = sourceAt(this.#trace, t);
    const shown = source ?? configuration(segmentAt(itinerary(this.#trace), t), this.#trace, this.#facts);
    const key = JSON.stringify([shown.title, shown.first, shown.marked, shown.lines]);
    if (key === this.#code) return;
    this.#code = key;
    write(this.#codeTitle, shown.title);
    this.#codeText.replaceChildren(
      ...shown.lines.map((text, i) => codeLine(text, source && shown.first + i, shown.marked)),
    );
    centre(this.#codeText.parentElement, this.#codeText.querySelector(".is-executing"));
  }

  #showTalk(t) {
    const said = conversationAt(this.#trace, t);
    const key = JSON.stringify(said);
    if (key === this.#talk) return;
    this.#talk = key;
    const missing = leftOut(this.#trace);
    const lines = said.map((one) => talkLine(one));
    if (missing)
      lines.splice(
        missing.before,
        0,
        html("li", { class: "talk-gap" }, `${missing.number.toLocaleString("en")} more, not kept one by one`),
      );
    if (!lines.length) lines.push(html("li", { class: "talk-gap" }, "Nothing came from the server’s side."));
    this.#talkList.replaceChildren(...lines);
    centre(this.#talkList, this.#talkList.querySelector(".is-now"));
  }
}

function stepLine({ from, sentence }, zero) {
  const text = html("span", { class: "follow-sentence" }, sentence);
  return html(
    "li",
    {},
    html(
      "button",
      { type: "button", "data-from": from, title: "Go to this moment" },
      html("span", { class: "follow-when" }, moment(from - zero)),
      text,
    ),
  );
}

function codeLine(text, number, marked) {
  const isMarked = number !== null && number === marked;
  const line = html("span", { class: isMarked ? "code-line is-executing" : "code-line" });
  if (number !== null) line.append(html("span", { class: "code-number", "aria-hidden": "true" }, String(number)));
  line.append(html("span", {}, text || " "), isMarked ? html("span", { class: "unseen" }, "(executing)") : "");
  return line;
}

function talkLine({ by, words, note, when }) {
  const arrow = html("span", { class: "talk-arrow", "aria-hidden": "true" }, by === "server" ? " →" : "← ");
  const text = html("code", {}, words);
  const line = html("span", { class: "talk-words" }, ...(by === "server" ? [text, arrow] : [arrow, text]));
  return html(
    "li",
    { class: `talk-line is-${by} is-${when}` },
    html("span", { class: "unseen" }, `${by}: `),
    line,
    note && html("small", {}, note),
  );
}

/** Have the line in the middle of its list, without moving anything else. */
function centre(list, line) {
  if (line) list.scrollTop = line.offsetTop - list.offsetTop - (list.clientHeight - line.offsetHeight) / 2;
}
