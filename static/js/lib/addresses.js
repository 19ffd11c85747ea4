// Where what is on the page has a page of its own.

/** The address of a trace's waterfall; null in a file that plays without a dashboard. */
export function waterfallAddress(trace) {
  return document.getElementById("film") ? null : `/traces/${trace.id}`;
}
