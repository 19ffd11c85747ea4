// The page of a recorded film: it is here as a whole, so there is no socket, no form and nothing live. Only wires.
// The film lies in the page, as in a file that plays without a network, or is fetched from the dashboard.

import { html } from "../lib/dom.js";
import { Model } from "../model/model.js";
import { wholeTake } from "../model/takes.js";
import { Share } from "../panels/share.js";
import { Player } from "../player/player.js";
import { momentQuery, readMoment } from "../time/permalink.js";

const byId = (id) => document.getElementById(id);
const page = byId("recorded");

try {
  play(await theFilm());
} catch (error) {
  byId("empty").hidden = false;
  byId("empty").replaceChildren(
    html("strong", {}, "The film cannot be shown"),
    html("p", {}, `${error.message} Reload the page to try again.`),
  );
}

async function theFilm() {
  const embedded = byId("film");
  if (embedded) return JSON.parse(embedded.textContent);
  const answer = await fetch(page.dataset.film, { headers: { accept: "application/json" } });
  if (!answer.ok) throw new Error((await answer.json()).error);
  return answer.json();
}

function play({ spans, servers, backlog }) {
  const model = new Model();
  model.absorb(spans);
  for (const [server, steps] of Object.entries(backlog ?? {})) {
    for (const [t, n] of steps) model.note({ now_ns: t, backlog: { [server]: n } });
  }
  const end = spans.reduce((last, span) => Math.max(last, span.start_ns, span.end_ns ?? 0), 0);
  // Time stands at the end: what is still open in the film stays open until there.
  const clock = { now: () => end, tick: () => performance.now() };
  const facts = new Map(servers.map((server) => [server.name, server]));
  const fleet = { facts: (name) => facts.get(name) ?? {} };
  const share = new Share(
    byId("share"),
    () => ({ link: `?${query()}` }),
    () => history.replaceState(null, "", `?${query()}`),
  );
  const again = byId("fire-again");
  const keys = { live: undefined, fire: again ? () => again.click() : undefined, share: () => share.open() };
  const player = new Player({ model, clock, fleet, cut: wholeTake, keys });
  const begun = shown();
  open(player, readMoment(location.search));

  function shown() {
    return player.rows.servers.map((server) => server.name);
  }

  function query() {
    const { film, playhead, inspector } = player;
    const servers = shown().join() === begun.join() ? [] : shown();
    return momentQuery({
      t: playhead.time(),
      from: film.take?.from ?? 0,
      subject: inspector.subject,
      servers,
      of: location.search,
    });
  }
}

/** Stand where the address says; at the start when it says nothing. */
function open(player, { t, trace: id, span: spanId, servers }) {
  const { model, film, playhead, rows } = player;
  const from = film.take?.from ?? 0;
  film.hold();
  playhead.seek(t === null ? from : from + t);
  const trace = model.trace(id) ?? [...model.traces.values()].find((one) => one.spans.has(spanId));
  const span = trace?.spans.get(spanId);
  rows.cast(servers.length || !trace ? servers : [trace.server]);
  if (trace) player.inspect(trace, null, span ? { kind: "span", span } : {});
  player.wake();
}
