// @ts-check
// Addresses of things that have a page of their own.

/**
 * The address of a trace's waterfall; null in a file that plays without a dashboard.
 * @param {{ traceId: string }} trace
 */
export function waterfallAddress(trace) {
  return document.getElementById("film") ? null : `/traces/${trace.traceId}`;
}
