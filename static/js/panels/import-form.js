// Brings a film in from a file: says how far the sending is, then the reading, then what became of it.

import { html, write } from "../lib/dom.js";
import { count } from "../lib/format.js";

const MB = 1e6;
const NO_ANSWER = "The dashboard did not answer. Look at its terminal, then try again.";

/** The form for a file. Without this module it works, too: then only the result is shown. */
export function listenToImport(form) {
  const part = (name) => form.querySelector(`[data-import=${name}]`);
  const said = part("said");
  let request = null;

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const [file] = form.elements.file.files;
    if (file) send(file);
  });
  part("stop").addEventListener("click", () => request?.abort());

  function send(file) {
    const most = Number(form.dataset.mostBytes);
    if (file.size > most)
      return end(
        `The file is too large: it has ${megabytes(file.size)}, expected at most ${megabytes(most)}. Export fewer traces into one file.`,
        true,
      );
    request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/x-ndjson, application/json");
    request.upload.addEventListener("progress", ({ loaded, total }) =>
      show(loaded / total, `Sending: ${megabytes(loaded)} of ${megabytes(total)}`),
    );
    request.upload.addEventListener("load", () => show(null, "Reading …"));
    request.addEventListener("progress", () => hear(words(request.responseText).at(-1)));
    request.addEventListener("load", () => finish(words(request.responseText).at(-1)));
    request.addEventListener("error", () => end(NO_ANSWER, true));
    request.addEventListener("abort", () => end("Stopped: nothing was imported."));
    request.send(new FormData(form));
    show(0, "Sending …");
    busy(true);
  }

  function hear(word) {
    if (word?.spans) show(null, `Reading: ${count(word.spans, "span")} so far`);
  }

  function finish(word) {
    if (!word?.url) return end(word?.error ?? NO_ANSWER, true);
    if (word.notes.length === 0) return location.assign(word.url);
    end(`Imported: ${count(word.recording.spans, "span")}. ${word.notes.join(" ")} `);
    return said.append(html("a", { href: word.url }, "Play it"));
  }

  /** `share` of 1, or null while nobody knows how much is left. */
  function show(share, sentence) {
    if (share === null) part("progress").removeAttribute("value");
    else part("progress").value = share;
    write(said, sentence);
  }

  function end(sentence, failed = false) {
    busy(false);
    said.classList.toggle("error", failed);
    write(said, sentence);
    request = null;
  }

  function busy(now) {
    part("progress").hidden = part("stop").hidden = !now;
    form.elements.file.disabled = form.querySelector("[type=submit]").disabled = now;
    if (now) said.classList.remove("error");
  }
}

/** The JSON objects in the whole lines that have arrived. */
function words(text) {
  const lines = text.split("\n");
  if (!text.endsWith("\n") && lines.length > 1) lines.pop();
  return lines.filter(Boolean).map(readWord).filter(Boolean);
}

function readWord(line) {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function megabytes(bytes) {
  return `${(bytes / MB).toFixed(1)} MB`;
}
