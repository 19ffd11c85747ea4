"""What executes is shown with its file, its first line and as much of its text as a screen holds."""

from __future__ import annotations

import inspect
from collections.abc import Callable

from probes import attributes
from probes.source import BYTES_SHOWN, COLUMNS_SHOWN, LINES_SHOWN, source_of
from probes.tracing import Instrument
from tests.probes import observed_request


def test_a_function_is_shown_as_it_is_written(instrument: Instrument) -> None:
    described = source_of(observed_request.arrival)
    assert described[attributes.CODE] == inspect.getsource(observed_request.arrival).rstrip()
    assert described[attributes.CODE_LINE] == inspect.getsourcelines(observed_request.arrival)[1]


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
