"""What executes is shown with its file, its first line and as much of its text as a screen holds."""

from __future__ import annotations

import inspect
import linecache
from collections.abc import Callable
from pathlib import PurePath

import pytest

from probes import attributes
from probes.source import BYTES_SHOWN, COLUMNS_SHOWN, LINES_SHOWN, describe_code, source_of
from probes.tracing import Instrument
from tests.probes import observed_request


class Nested:
    """A class that has one of the same name as another further down."""

    def method(self) -> None:
        """Make this class one with a method."""

    class Inner:
        """Found by its method."""

        def method(self) -> None:
            """Be later than the outer one."""


class Other:
    """Not the one that is asked for."""

    class Inner:
        """Has the same name."""

        def method(self) -> None:
            """Be the last one."""


def test_a_function_is_shown_as_it_is_written(instrument: Instrument) -> None:
    described = source_of(observed_request.arrival)
    assert described[attributes.CODE] == inspect.getsource(observed_request.arrival).rstrip()
    assert described[attributes.CODE_LINE] == inspect.getsourcelines(observed_request.arrival)[1]


@pytest.mark.parametrize("described", [inspect.Signature, inspect.BlockFinder, Instrument, PurePath, Nested.Inner])
def test_a_class_is_found_where_it_is_written(described: type, instrument: Instrument) -> None:
    seen = source_of(described, 5)
    text, line = inspect.getsourcelines(described)
    assert seen[attributes.CODE_LINE] == line
    assert str(seen[attributes.CODE]).split("\n")[0] == text[0].rstrip()


def test_nothing_is_read_until_it_is_sent(instrument: Instrument, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def getlines(file: str, *_: object) -> list[str]:
        read.append(file)
        return []

    monkeypatch.setattr(linecache, "getlines", getlines)
    fixed = describe_code(Nested, "sync")
    assert fixed == {attributes.FUNCTION: "tests.probes.test_source.Nested", attributes.MODE: "sync"}
    assert describe_code(Nested, "sync") is fixed
    assert read == []
    fixed.complete()
    assert read


def test_a_path_begins_at_the_outermost_package(instrument: Instrument) -> None:
    assert source_of(observed_request.arrival)[attributes.CODE_FILE] == "tests/probes/observed_request.py"


def test_what_is_too_long_is_cut(instrument: Instrument) -> None:
    code = str(source_of(inspect.Signature)[attributes.CODE])
    assert code.count("\n") < LINES_SHOWN
    assert max(map(len, code.split("\n"))) <= COLUMNS_SHOWN
    assert len(code.encode()) <= BYTES_SHOWN
    assert str(source_of(inspect.Signature, 3)[attributes.CODE]).count("\n") < 3


def test_what_has_no_text_is_not_described(instrument: Instrument) -> None:
    space: dict[str, object] = {"__name__": "made"}
    exec(compile("def made(): pass", "<made>", "exec"), space)
    assert source_of(space["made"]) == {}
    assert source_of(len) == {}
    assert source_of(None) == {}


def test_a_setting_keeps_all_text_at_home(install: Callable[..., Instrument]) -> None:
    install(source=False)
    assert source_of(observed_request.arrival) == {}
