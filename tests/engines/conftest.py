"""Each engine with a window of its own, and the demo that they look at."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.engines.engine import Engine
from tests.engines.firefox import firefox
from tests.engines.webkit import webkit
from tests.support.demo import Gatescope, gatescope
from tests.support.programs import IN_CI

ENGINES: dict[str, Callable[[Path], AbstractContextManager[Engine]]] = {"firefox": firefox, "webkit": webkit}
PROGRAMS = {"firefox": ("firefox-esr",), "webkit": ("WebKitWebDriver", "Xvfb")}


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gatescope]:
    """The whole of Gatescope with the two servers that the stage shows first."""
    with gatescope(tmp_path_factory.mktemp("demo"), "gunicorn-sync", "uvicorn") as running:
        yield running


@pytest.fixture(scope="session", params=ENGINES)
def window(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The engine's only window, for all tests."""
    missing = [program for program in PROGRAMS[request.param] if not shutil.which(program)]
    if missing and not IN_CI:
        pytest.skip(f"{missing[0]} is not installed")
    with ENGINES[request.param](tmp_path_factory.mktemp(request.param)) as window:
        yield window


@pytest.fixture
def engine(window: Engine) -> Iterator[Engine]:
    """The same window, at 1280 × 720. What a page complains of in it fails the test."""
    window.size(1280, 720)
    yield window
    assert window.complaints() == []
