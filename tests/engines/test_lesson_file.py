"""A lesson is taken away as one file, which asks, plays and explains from the disk, without the dashboard."""

from pathlib import Path

import pytest

from tests.engines.engine import Engine, until
from tests.support.demo import Gatescope
from tests.support.lesson_file import ANSWERED, FILL_IN, IS_INSIDE, SHOWS_VIEW, saved_lesson

TELEPHONE = (390, 844)


@pytest.fixture(scope="module")
def file(demo: Gatescope, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first lesson, measured."""
    return saved_lesson(demo, "1", tmp_path_factory.mktemp("lesson"))


@pytest.mark.timeout(240)
def test_a_lesson_is_given_from_the_disk(engine: Engine, file: Path) -> None:
    engine.goto(file.as_uri())
    until(engine, "() => document.querySelector('#stage').dataset.mode === 'paused'")
    assert not engine.evaluate(ANSWERED)
    engine.evaluate(FILL_IN, "3")
    engine.click("#predict .is-next")
    until(engine, "() => document.querySelector('#file-guess').textContent.includes('3.00 s')")

    engine.click("#press-play")
    until(engine, SHOWS_VIEW)
    engine.size(*TELEPHONE)
    until(engine, IS_INSIDE, "[data-box=view]")
    engine.size(1280, 720)
    engine.click("[data-do=end]")
    until(engine, ANSWERED)
    assert "too low" in engine.evaluate("() => document.querySelector('#verdict').textContent")
    assert engine.evaluate("() => document.querySelectorAll('#answer .axis-guess').length") == 1
