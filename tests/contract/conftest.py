"""One demo with every server, shared by the tests that fire at it."""

from collections.abc import Iterator

import pytest

from tests.support.demo import Gatescope, gatescope


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gatescope]:
    with gatescope(tmp_path_factory.mktemp("demo")) as running:
        yield running
