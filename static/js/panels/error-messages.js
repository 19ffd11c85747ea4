// What was refused or failed, in one sentence where the hand is: at the form, or in the dialog or sheet that asked.

const NO_ANSWER = "The dashboard did not answer. Look at its terminal, then try again.";

/** Sends the sentences of refused requests (4xx) to the nearest `.problem`, and says when there was no answer. */
export function showProblems(body) {
  body.addEventListener("htmx:beforeRequest", () => {
    for (const place of body.querySelectorAll(".problem")) place.replaceChildren();
  });
  body.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.xhr.status >= 400) detail.target = placeFor(detail.requestConfig.elt);
  });
  for (const name of ["htmx:sendError", "htmx:responseError"]) {
    body.addEventListener(name, ({ detail }) => (placeFor(detail.elt).textContent = NO_ANSWER));
  }
}

function placeFor(element) {
  return (element?.closest("dialog, [data-problems]") ?? document).querySelector(".problem");
}
