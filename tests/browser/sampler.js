// Looks at a lesson every 50 ms and reports what an audience would see that must not be: each thing once. `report`
// takes a kind and a text.
(() => {
  const EVERY_MS = 50;
  const LEAST_LANES_PX = 60;
  const told = new Set();
  const report = (kind, text) => {
    const key = `${kind} ${text}`;
    if (told.has(key)) return;
    told.add(key);
    window.sampled(kind, `${location.pathname.split("/").at(-1)} ${text}`);
  };
  const isSeen = (one) => one !== null && one.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const isInside = (one) => {
    const { left, top, right, bottom, width, height } = one.getBoundingClientRect();
    return width > 0 && height > 0 && left >= -1 && top >= -1 && right <= innerWidth + 1 && bottom <= innerHeight + 1;
  };
  const all = (selector) => [...document.querySelectorAll(selector)].filter(isSeen);

  const pointsAt = (beat) => {
    const needed = { see: [".row .journey", ".card-see", ".see-strip .is-next"], explain: [".explain-text .moral"] }[
      beat
    ];
    for (const selector of needed ?? []) {
      const found = all(selector);
      if (!found.length) report("missing", `${beat}: ${selector}`);
      for (const one of found) if (!isInside(one)) report("outside", `${beat}: ${selector}`);
    }
  };

  // Before anything was fired the stage is empty and its bar of time quiet.
  const lookBefore = (stage, beat) => {
    for (const one of all("[data-trace], .stack")) report("old", `${beat}: token ${one.dataset.trace ?? "stack"}`);
    for (const one of all(".result:not([hidden]), [data-do=replay]")) report("old", `${beat}: ${one.className}`);
    const time = document.getElementById("time").textContent;
    if (Number(stage.dataset.frames) && time !== "–") report("old", `${beat}: time ${time}`);
    if (beat !== "fire") report("text", document.body.innerText.toLowerCase());
  };

  const lookForFalse = (beat) => {
    for (const one of all("[data-figure=errors], .token.is-failed")) report("failed", `${beat}: ${one.textContent}`);
    for (const one of all("#losses, #notice, #connection")) report("notice", `${beat}: ${one.textContent}`);
    for (const one of all(".caption")) {
      const [, back, of] = /^(\d+) back of (\d+)$/.exec(one.textContent) ?? [];
      if (Number(back) > Number(of)) report("false", `${beat}: ${one.textContent}`);
    }
  };

  const lookAtFilm = (stage) => {
    pointsAt("see");
    const { height } = document.getElementById("lanes").getBoundingClientRect();
    if (stage.dataset.mode === "replay" && "looksAt" in stage.dataset && height < LEAST_LANES_PX)
      report("missing", "see: the lanes that the text points at");
  };

  const look = () => {
    const stage = document.getElementById("stage");
    const attempt = document.getElementById("attempt");
    if (!stage || !attempt || document.hidden) return;
    const { beat, mode, attempt: fired } = stage.dataset;
    const { state } = attempt.dataset;
    if (beat === "name" || beat === "predict" || (beat === "fire" && state !== "running" && !fired))
      lookBefore(stage, beat);
    lookForFalse(beat);
    if (beat === "see" && state === "done" && mode !== "live") lookAtFilm(stage);
    // A clicker scrolls on where the explanation is longer than the window.
    if (beat === "explain" && document.querySelector(".explain-text")?.scrollTop === 0) pointsAt(beat);
  };
  addEventListener("load", () => setInterval(look, EVERY_MS));
})();
