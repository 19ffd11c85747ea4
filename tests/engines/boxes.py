"""Whether the boxes of the open page are where they should be, at the sizes of three kinds of screen."""

from pathlib import Path

from tests.engines.engine import Engine, until

LAPTOP, PROJECTOR, TELEPHONE = (1280, 720), (1920, 1080), (390, 844)
FAULTS = (Path(__file__).parents[1] / "browser" / "faults.js").read_text()
FILLS_THE_WINDOW = "() => document.querySelector('footer.transport') !== null"
PAGE_RESTS_MS, STAGE_RESTS_MS = 200, 600
"""Where nothing has moved for so long nothing will: a stage measures its boxes anew, then its tokens travel there."""
IS_AT_REST = """async (ms) => {
  const box = (one) => Object.values(one.getBoundingClientRect().toJSON());
  // The sign of a free loop turns for ever.
  const all = [...document.body.querySelectorAll(":not(.loop-sign, .loop-sign *)")];
  const before = all.map(box).join();
  await new Promise((done) => setTimeout(done, ms));
  return before === all.map(box).join();
}"""


def faults(engine: Engine) -> list[str]:
    """What is wrong with the open page; empty when nothing is. The stage fills every screen but a telephone's."""
    found = []
    fills = engine.evaluate(FILLS_THE_WINDOW)
    for size in (LAPTOP, PROJECTOR, TELEPHONE):
        engine.size(*size)
        until(engine, IS_AT_REST, STAGE_RESTS_MS if fills else PAGE_RESTS_MS)
        scrolls = size == TELEPHONE or not fills
        wrong = engine.evaluate(FAULTS, {"projected": False, "scrolls": scrolls})
        found += [f"{size[0]}x{size[1]}: {fault}" for fault in wrong]
    engine.size(*LAPTOP)
    return found
