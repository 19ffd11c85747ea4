// What is wrong with how the stage looks, measured: a list of sentences, empty when nothing is. Called with
// {projected}.
({ projected }) => {
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
  const screen = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };

  // Scroll bars.
  const { scrollWidth, scrollHeight } = document.documentElement;
  if (scrollWidth > innerWidth || scrollHeight > innerHeight)
    faults.push(`the page scrolls: ${scrollWidth} x ${scrollHeight}`);

  // Texts: on the screen, not cut off by what they stand in, large enough, clear of each other.
  const textBox = (element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    return range.getBoundingClientRect();
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
  const texts = [...document.querySelectorAll(":is(header.header, #stage, footer.transport) *")]
    .filter((one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()))
    .filter(
      (one) =>
        visible(one) &&
        !one.closest("option, .unseen, .pressed, [popover], datalist") &&
        getComputedStyle(one).clipPath === "none",
    )
    .map((one) => ({ one, box: textBox(one), clips: clips(one) }))
    // What wraps below the edge of its list is left out on purpose, as a whole.
    .filter(({ box, clips: around }) => !around.some((clip) => apart(box, clip)));
  for (const { one, box, clips: around } of texts) {
    if (!inside(box, screen, 1)) faults.push(`${say(one)} is off the screen`);
    if (around.some((clip) => box.left < clip.left - 1 || box.right > clip.right + 1))
      faults.push(`${say(one)} is cut off`);
    if (one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX === "hidden")
      faults.push(`${say(one)} is cut off`);
    const place = one.closest(".place")?.querySelector(".place-box").getBoundingClientRect();
    if (place && one.classList.contains("caption") && (box.left < place.left - 1 || box.right > place.right + 1))
      faults.push(`${say(one)} leaves its box`);
  }
  const context = document.createElement("canvas").getContext("2d");
  for (const select of document.querySelectorAll("header select")) {
    const { fontWeight, fontSize, fontFamily } = getComputedStyle(select);
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
    .map((one) => ({ one, box: one.getBoundingClientRect() }));
  const things = [...texts, ...controls];
  const overlap = (box, other) => {
    const across = Math.min(box.right, other.right) - Math.max(box.left, other.left);
    const down = Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top);
    // Boxes of letters reach beyond the letters: ascenders and descenders of two lines may share pixels.
    return across > 1 && down > 0.3 * Math.min(box.height, other.height);
  };
  things.forEach(({ one, box }, i) => {
    for (const { one: other, box: at } of things.slice(i + 1)) {
      if (!one.contains(other) && !other.contains(one) && overlap(box, at))
        faults.push(`${say(one)} | ${say(other)} overlap`);
    }
  });

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
