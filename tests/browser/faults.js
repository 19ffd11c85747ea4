// What is wrong with how a page looks, measured: a list of sentences, empty when nothing is. Without `scrolls` it is
// the stage that is looked at, which fits on the screen; with it the whole of a page that may be higher, have parts
// that slide sideways, and shorten a text with an ellipsis.
({ projected = false, scrolls = false }) => {
  const faults = [];
  const visible = (one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const say = (one) => (one.textContent.trim() || one.name || one.id || one.ariaLabel || one.className).slice(0, 40);
  const inside = (box, other, by) =>
    box.left >= other.left - by &&
    box.right <= other.right + by &&
    box.top >= other.top - by &&
    box.bottom <= other.bottom + by;
  const apart = (box, other) =>
    box.right <= other.left || box.left >= other.right || box.bottom <= other.top || box.top >= other.bottom;
  const above = scrolls ? -Infinity : 0;
  const screen = { left: 0, top: above, right: innerWidth, bottom: innerHeight - above };

  // Scroll bars.
  const { scrollWidth, scrollHeight, clientWidth, clientHeight } = document.documentElement;
  if (scrollWidth > clientWidth || (scrollHeight > clientHeight && !scrolls))
    faults.push(`the page scrolls: ${scrollWidth} x ${scrollHeight}`);

  // Texts: on the screen, not cut off by what they stand in, large enough, clear of each other.
  const linesOf = (element) =>
    [...element.childNodes]
      .filter((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim())
      .flatMap((node) => {
        const range = document.createRange();
        range.selectNodeContents(node);
        return [...range.getClientRects()];
      });
  const around = (boxes) => {
    const left = Math.min(...boxes.map((box) => box.left));
    const top = Math.min(...boxes.map((box) => box.top));
    const right = Math.max(...boxes.map((box) => box.right));
    const bottom = Math.max(...boxes.map((box) => box.bottom));
    return new DOMRect(left, top, right - left, bottom - top);
  };
  const clips = (element) => {
    const all = [];
    for (let one = element.parentElement; one; one = one.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(one);
      if (one !== document.body && one instanceof HTMLElement && (overflowX !== "visible" || overflowY !== "visible"))
        all.push(one.getBoundingClientRect());
    }
    return all;
  };
  // Of a text that is shortened, Firefox and WebKit tell where the whole of it would stand.
  const ellipsis = (one) => (getComputedStyle(one).textOverflow === "ellipsis" ? [one.getBoundingClientRect()] : []);
  const slides = (one) =>
    ["auto", "scroll"].includes(getComputedStyle(one).overflowX) && one.scrollWidth > one.clientWidth;
  const isSlid = (one) => scrolls && one && (slides(one) || isSlid(one.parentElement));
  const looked = scrolls ? "body *" : ":is(header.header, #stage, footer.transport) *";
  const texts = [...document.querySelectorAll(looked)]
    .filter((one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()))
    .filter(
      (one) =>
        visible(one) &&
        !one.closest("option, .unseen, .pressed, [popover], datalist") &&
        getComputedStyle(one).clipPath === "none",
    )
    .map((one) => ({ one, lines: linesOf(one), clips: clips(one), ellipsis: ellipsis(one) }))
    .map((text) => ({ ...text, box: around(text.lines) }))
    // What wraps below the edge of its list is left out on purpose, as a whole.
    .filter((text) => !text.clips.some((clip) => apart(text.box, clip)));
  for (const { one, box, clips: edges } of texts.filter((text) => !isSlid(text.one))) {
    if (!inside(box, screen, 1)) faults.push(`${say(one)} is off the screen`);
    if (edges.some((clip) => box.left < clip.left - 1 || box.right > clip.right + 1))
      faults.push(`${say(one)} is cut off`);
    const { overflowX, textOverflow } = getComputedStyle(one);
    const isShortened = scrolls && textOverflow === "ellipsis";
    if (one.scrollWidth > one.clientWidth + 1 && overflowX === "hidden" && !isShortened)
      faults.push(`${say(one)} is cut off`);
    const place = one.closest(".place")?.querySelector(".place-box")?.getBoundingClientRect();
    if (place && one.classList.contains("caption") && (box.left < place.left - 1 || box.right > place.right + 1))
      faults.push(`${say(one)} leaves its box`);
  }
  const context = document.createElement("canvas").getContext("2d");
  for (const select of document.querySelectorAll("header.header select")) {
    const { fontWeight, fontSize, fontFamily, textOverflow } = getComputedStyle(select);
    if (scrolls && textOverflow === "ellipsis") continue;
    context.font = `${fontWeight} ${fontSize} ${fontFamily}`;
    const arrow = parseFloat(fontSize);
    // Every scenario's name has room: cut off, one reads like another.
    for (const { textContent } of select.name === "scenario" ? select.options : select.selectedOptions) {
      if (visible(select) && context.measureText(textContent).width + arrow > select.clientWidth)
        faults.push(`${textContent} is cut off in ${select.name}`);
    }
  }

  const controls = [
    ...document.querySelectorAll(":is(header.header, footer.transport) :is(button, select, input, a)"),
  ]
    .filter((one) => visible(one) && !one.closest("[popover]"))
    .map((one) => ({ one, box: one.getBoundingClientRect(), lines: [one.getBoundingClientRect()] }));
  const things = [...texts, ...controls];
  const overlap = (box, other) => {
    const across = Math.min(box.right, other.right) - Math.max(box.left, other.left);
    const down = Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top);
    // Boxes of letters reach beyond the letters: ascenders and descenders of two lines may share pixels.
    return across > 1 && down > 0.3 * Math.min(box.height, other.height);
  };
  // A text of several lines has a box around them all, in which others may stand; what is clipped off meets nothing.
  const cut = (box, edge) => {
    const [left, top] = [Math.max(box.left, edge.left), Math.max(box.top, edge.top)];
    const [right, bottom] = [Math.min(box.right, edge.right), Math.min(box.bottom, edge.bottom)];
    return new DOMRect(left, top, Math.max(0, right - left), Math.max(0, bottom - top));
  };
  const shown = ({ lines, clips: edges = [], ellipsis: own = [] }) =>
    lines.map((line) => [...edges, ...own].reduce(cut, line));
  const meet = (thing, other) =>
    overlap(thing.box, other.box) && shown(thing).some((line) => shown(other).some((at) => overlap(line, at)));
  // What stays on the screen while the page scrolls lies over the page.
  const stays = (one) =>
    one && (["fixed", "sticky"].includes(getComputedStyle(one).position) ? one : stays(one.parentElement));
  const layer = new Map(things.map(({ one }) => [one, scrolls && stays(one)]));
  things.forEach((thing, i) => {
    const { one } = thing;
    for (const other of things.slice(i + 1)) {
      if (one.contains(other.one) || other.one.contains(one) || layer.get(one) !== layer.get(other.one)) continue;
      if (meet(thing, other)) faults.push(`${say(one)} | ${say(other.one)} overlap`);
    }
  });

  // The parts of a row stand beside or below each other.
  for (const { children } of document.querySelectorAll(".row")) {
    const parts = [...children].filter(visible).map((one) => ({ one, box: one.getBoundingClientRect() }));
    parts.forEach(({ one, box }, i) => {
      for (const { one: other, box: at } of parts.slice(i + 1)) {
        const across = Math.min(box.right, at.right) - Math.max(box.left, at.left);
        const down = Math.min(box.bottom, at.bottom) - Math.max(box.top, at.top);
        if (across > 1 && down > 1) faults.push(`${say(one)} lies over ${say(other)}`);
      }
    });
  }

  // Targets.
  const least = projected ? 64 : 24;
  for (const { one } of controls) {
    const box = (one.closest("label") ?? one).getBoundingClientRect();
    if (Math.min(box.width, box.height) < least - 0.5)
      faults.push(`${say(one)} is a target of ${box.width} x ${box.height}`);
  }
  if (!projected) return faults;

  // A projector: sizes in shares of the height, contrast, and controls alone in the lowest 12 %.
  const scaleOf = (one) => (one.getScreenCTM ? one.getScreenCTM().a : 1);
  const size = (one) => (parseFloat(getComputedStyle(one).fontSize) * scaleOf(one)) / innerHeight;
  const demand = (selector, share) => {
    for (const { one } of texts)
      if (one.matches(selector) && size(one) < share - 0.0003)
        faults.push(`${say(one)} has ${(100 * size(one)).toFixed(2)} % of the height, not ${100 * share}`);
  };
  demand("*", 0.028);
  demand(".place-name *, .kind *, .chooser-name, .counts *, .result dd", 0.042);
  demand(".result .is-proof dd", 0.08);
  const { top } = document.querySelector("footer.transport").getBoundingClientRect();
  if (top < 0.88 * innerHeight - 1 || document.querySelector("#stage").getBoundingClientRect().bottom > top + 1)
    faults.push("something but controls stands in the lowest 12 %");

  const channels = (colour) => colour.match(/[\d.]+/g).map(Number);
  const luminance = (colour) => {
    const [r, g, b] = channels(colour)
      .slice(0, 3)
      .map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };
  const ground = (one) => {
    const { backgroundColor } = getComputedStyle(one);
    return channels(backgroundColor)[3] === 0 ? ground(one.parentElement) : backgroundColor;
  };
  const behind = (one) => {
    if (!(one instanceof SVGElement)) return ground(one);
    const shape =
      one.closest(".token")?.querySelector(".token-body") ??
      (one.matches(".caption") ? one.closest(".place").querySelector(".place-box") : null);
    const fill = shape ? getComputedStyle(shape).fill : "none";
    return fill.startsWith("rgb")
      ? fill
      : ground(one.closest(".row") ?? one.closest("svg:not(svg svg)").parentElement);
  };
  for (const { one } of texts) {
    const style = getComputedStyle(one);
    const ratio = contrast(one instanceof SVGElement ? style.fill : style.color, behind(one));
    if (ratio < 7 && !one.closest(":disabled") && channels(style.fill)[3] !== 0)
      faults.push(`${say(one)} has a contrast of ${ratio.toFixed(1)}`);
  }
  return faults;
};
