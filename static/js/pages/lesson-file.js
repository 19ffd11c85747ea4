// @ts-check
// A lesson as one file: it keeps the answer until the film has been played, and judges guess and replies by itself.

/** @import { AnswerKey } from "../lesson/judge.js" */

import { markGuess } from "../lesson/guess-mark.js";
import { figure, judge, readGuess } from "../lesson/judge.js";
import { Prediction } from "../lesson/prediction.js";
import { listenToQuestions } from "../lesson/questions.js";
import { byId, find, findAll, set, write } from "../lib/dom.js";
import { PressPlay } from "../panels/press-play.js";
import { partsOf } from "../player/film.js";
import { Player } from "../player/player.js";

const NO_GUESS = "There is no guess yet. Make one, or just press play.";

class LessonFile {
  /** @type {AnswerKey} */
  #key = JSON.parse(byId("answer-key").textContent);
  #form = byId("predict", HTMLFormElement);
  #prediction = new Prediction(this.#form);
  #press = new PressPlay();
  #player;
  /** @type {number[] | null} */
  #guess = null;
  #wasPlayed = false;

  constructor() {
    byId("stage").tabIndex = -1;
    this.#player = new Player({
      ...partsOf(JSON.parse(byId("film").textContent)),
      keys: { live: undefined, share: undefined },
      // Elsewhere keys scroll the page.
      hasKeys: () => byId("recorded").contains(document.activeElement),
      onScene: () => this.#onScene(),
    });
    this.#choose(findAll(document, "[data-run][aria-pressed=true]")[0]);
    this.#listen();
    // Nobody keeps which replies were right: the file is read alone.
    listenToQuestions(() => {});
  }

  #listen() {
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#takeGuess();
    });
    find(this.#form, "[data-skip]").addEventListener("click", () => this.#play());
    byId("press-play").addEventListener("click", () => this.#play());
    byId("show-answer").addEventListener("click", () => this.#showAnswer());
    for (const button of findAll(document, "[data-run][data-cast]"))
      button.addEventListener("click", () => {
        this.#choose(button);
        this.#play();
      });
  }

  #takeGuess() {
    const text = String(new FormData(this.#form).get("guess") ?? "");
    this.#guess = this.#prediction.hasGuess ? readGuess(this.#key, text) : null;
    write(byId("file-guess"), this.#guess ? `Your guess: ${this.#words(this.#guess)}. Now press play.` : NO_GUESS);
    if (this.#guess) byId("press-play").focus();
  }

  /** @param {number[]} guess */
  #words(guess) {
    const { kind, unit, labels } = this.#key;
    if (kind === "order") return guess.map((place) => labels[place - 1]).join(" < ");
    if (kind === "number") return figure(guess[0], unit);
    return find(this.#form, ".choice:has(:checked) > span").textContent.trim();
  }

  #play() {
    byId("recorded").scrollIntoView();
    byId("stage").focus({ preventScroll: true });
    this.#player.playback.replay();
  }

  /**
   * Put one of the lesson's runs on the stage; without a choice there is but one.
   * @param {HTMLElement | undefined} button
   */
  #choose(button) {
    const { current, playhead, rows } = this.#player;
    for (const one of findAll(document, "[data-run][aria-pressed]")) set(one, "aria-pressed", one === button);
    if (button) current.choose(button.dataset.run ?? "");
    else current.hold();
    rows.cast((button?.dataset.cast ?? "").split(" ").filter(Boolean));
    playhead.pause();
    playhead.seek(current.take?.from ?? 0);
    this.#player.wake();
  }

  /** Once it has been played to its end, the answer is due. */
  #onScene() {
    const { playhead, current } = this.#player;
    this.#press.show(this.#player);
    this.#wasPlayed ||= playhead.mode === "replay";
    if (this.#wasPlayed && current.take && playhead.time() >= current.take.to) this.#showAnswer();
  }

  #showAnswer() {
    if (!byId("answer").hidden) return;
    byId("answer").hidden = false;
    byId("answer-waits").hidden = true;
    if (!this.#guess) return;
    const found = judge(this.#key, this.#guess);
    if (found) write(byId("verdict"), [found.sentence, found.answer].filter(Boolean).join(" "));
    this.#mark(this.#guess);
  }

  /** @param {number[]} guess */
  #mark(guess) {
    const axis = /** @type {SVGElement | null} */ (byId("answer").querySelector(".axis"));
    if (axis) markGuess(axis, guess[0], `your guess ${figure(guess[0], this.#key.unit)}`);
    if (this.#key.kind === "choice") {
      const chosen = findAll(byId("answer"), ".choices.is-still > .choice")[guess[0] - 1];
      const flag = document.createElement("span");
      flag.className = "choice-flag is-guess";
      flag.textContent = "your guess";
      chosen.append(flag);
    }
  }
}

void new LessonFile();
