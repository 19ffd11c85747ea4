// The live stage: feeds a player from the socket and keeps fleet and result cards true. Pages add what fires.

import { Model } from "../model/model.js";
import { ServerClock } from "../model/server-clock.js";
import { keepOverSwaps } from "../panels/dialogs.js";
import { showProblems } from "../panels/error-messages.js";
import { Fleet } from "../panels/fleet.js";
import { ConnectionNotice, showEmpty, showLosses, showNotice } from "../panels/notices.js";
import { keepNewerRun } from "../panels/result-cards.js";
import { Share } from "../panels/share.js";
import { momentQuery } from "../time/permalink.js";
import { Feed } from "./feed.js";
import { Player } from "./player.js";

const byId = (id) => document.getElementById(id);

/** Starts it, and returns its player. `keys` are the page's own orders, for keys and buttons; see Player. */
export function liveStage(keys) {
  const model = new Model();
  const clock = new ServerClock();
  const fleet = new Fleet();
  const notice = new ConnectionNotice(() => feed.reconnect());
  const feed = new Feed(byId("live"), { onFrame, onState });
  const share = new Share(byId("share"), () => handedOut(player));
  const player = new Player({ model, clock, fleet, feed, onScene, keys: { share: () => share.open(), ...keys } });
  let missed = 0;

  keepOverSwaps(document.body);
  document.body.addEventListener("htmx:wsAfterMessage", refreshFacts);
  document.body.addEventListener("htmx:afterSwap", refreshFacts);
  document.body.addEventListener("htmx:beforeSwap", keepNewerRun);
  showProblems(document.body);
  refreshFacts();
  return player;

  function onFrame(frame) {
    clock.heard(frame.now_ns);
    if (frame.snapshot && frame.part === 1) model.clear();
    const changed = model.absorb(frame.spans);
    model.note(frame);
    missed += frame.missed ?? 0;
    if (player.playhead.mode !== "live" && !frame.snapshot) player.news += changed;
    showNotice(byId("notice"), model.notice);
    showLosses(byId("losses"), model, missed, player.rows.servers);
    player.wake();
  }

  function onState(state) {
    notice.show(state, player.playhead.mode);
    player.wake();
  }

  function onScene(picture) {
    notice.show(feed.state, player.playhead.mode);
    showEmpty(byId("empty"), emptyKind(picture), () => player.openDialog("servers"));
  }

  function emptyKind(picture) {
    if (picture.some((row) => row.total)) return null;
    if (feed.state === "closed") return "disconnected";
    return fleet.up ? "nothing" : "no-server";
  }

  function refreshFacts() {
    player.rows.refresh();
    fleet.showCount(byId("servers-up"));
    showLosses(byId("losses"), model, missed, player.rows.servers);
    player.wake();
  }
}

/** What can be handed out of the stage: a run is recorded by itself, requests of others once somebody keeps them. */
function handedOut({ film, playhead, inspector, rows }) {
  const { take } = film;
  if (!take) return { link: null, sentence: "Nothing is on the stage yet: every run that you fire is recorded." };
  const fired = take.traces[0].run !== null;
  const kept = byId("kept").dataset;
  const id = fired ? take.key : kept.trace === take.traces[0].id && kept.recording;
  const servers = rows.servers.map((server) => server.name);
  const query = momentQuery({
    t: Math.max(take.from, Math.min(playhead.time(), take.to)),
    from: take.from,
    subject: inspector.subject,
    servers,
  });
  const link = id ? `/recordings/${encodeURIComponent(id)}?${query}` : null;
  if (fired)
    return {
      link,
      sentence: take.open
        ? "This run is recorded when it has ended; the link works from then on."
        : "This run is recorded.",
    };
  return {
    link,
    keep: link ? null : take.traces.map((trace) => trace.id),
    sentence: `These requests were not fired from here, so they are not recorded by themselves${byId("share").querySelector("[data-share=keep]") ? "" : "; the presenter can keep them"}.`,
  };
}
