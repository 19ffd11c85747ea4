// When a coroutine ran and when it was suspended, from what the probe recorded on its span. Pure.

/** A loop that is held longer than this at a stretch is blocked: others notice. */
export const BLOCKING_NS = 50e6;

/** Of a span, which is never changed but replaced. */
const cache = new WeakMap();

/** From when on a turn on a loop, {from, to}, blocks it. */
export function blocksFrom({ from }) {
  return from + BLOCKING_NS;
}

export function isCoroutine(span) {
  return span.attributes["gatescope.slices"] !== undefined || span.attributes["gatescope.state"] !== undefined;
}

/** Intervals {from, to} in which the coroutine of `span` ran; `to` is Infinity while it runs. */
export function running(span) {
  if (!cache.has(span)) cache.set(span, intervalsOf(span));
  return cache.get(span);
}

function intervalsOf(span) {
  const known = slices(span);
  const state = span.attributes["gatescope.state"];
  if (span.end_ns !== null || state === undefined) return known;
  const since = span.attributes["gatescope.state_since_ns"] ?? span.start_ns;
  if (state === "running") return [...known.filter((slice) => slice.from < since), { from: since, to: Infinity }];
  return known.length ? known : [{ from: span.start_ns, to: since }];
}

/**
 * When a request had its loop. Behind a sync middleware the view is a task of its own, of which the server's
 * coroutine knows nothing; so all coroutines of the request on that loop count.
 */
export function turns(trace) {
  const loop = (span) => span.attributes["gatescope.loop"];
  const own = trace.ordered.filter((span) => isCoroutine(span) && loop(span) === loop(trace.entry));
  return united(own.flatMap(running).sort((one, other) => one.from - other.from));
}

function united(intervals) {
  const found = [];
  for (const { from, to } of intervals) {
    const last = found.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else found.push({ from, to });
  }
  return found;
}

function slices(span) {
  const flat = span.attributes["gatescope.slices"] ?? [];
  const found = [];
  // When there were too many, the last one stands for all that followed and is no turn of its own.
  const known = flat.length - (span.attributes["gatescope.slices_merged"] ? 2 : 0);
  for (let i = 0; i + 1 < known; i += 2) {
    // A double rounds: a slice may seem to begin before the one before it ended.
    const from = Math.max(span.start_ns + Number(flat[i]), found.at(-1)?.to ?? 0);
    const to = from + Math.max(0, Number(flat[i + 1]));
    if (Number.isFinite(to)) found.push({ from, to });
  }
  return found;
}
