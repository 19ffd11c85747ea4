"""Stages open and close inside the request that is handled, and cannot do harm."""

import asyncio
import contextvars
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from probes import recording
from probes.django.query import QUERY
from probes.django.template import TEMPLATE
from probes.recording import SPANS_A_REQUEST
from probes.response import RESPONSE
from probes.stage_kinds import MIDDLEWARE, VIEW
from probes.stages import current_request, open_stage, stage, time_awaitable
from probes.tracing import Instrument
from tests.probes.observed_request import inside, observed_request
from tests.probes.receiver import Receiver


def test_outside_a_request_nothing_happens() -> None:
    with stage(VIEW, "x") as opened:
        opened.set("a", 1)
        opened.set_live("b", 2)
    assert not opened.recording
    assert current_request() is None
    opened.close()


async def test_outside_a_request_a_coroutine_is_left_alone() -> None:
    async def answer() -> int:
        return 1

    coroutine = answer()
    assert time_awaitable(coroutine, open_stage(VIEW, "x")) is coroutine
    assert await coroutine == 1


def test_stages_nest(instrument: Instrument, receiver: Receiver) -> None:
    with observed_request(), stage(VIEW, "outer"), stage(QUERY, "inner"):
        pass
    server, view, query = receiver.one("server"), receiver.one("view"), receiver.one("query")
    assert (view.parent_id, query.parent_id) == (server.span_id, view.span_id)
    assert server.trace_id == view.trace_id == query.trace_id
    assert server.start_ns <= view.start_ns <= query.start_ns <= query.end_ns <= view.end_ns <= server.end_ns


def test_a_span_says_who_ran_it(instrument: Instrument, receiver: Receiver) -> None:
    with observed_request(), stage(VIEW, "x", {"gatescope.mode": "sync"}) as opened:
        opened.set("http.route", "/x")
    view = receiver.one("view")
    assert view.attributes["gatescope.mode"] == "sync"
    assert view.attributes["http.route"] == "/x"
    assert view.attributes["thread.name"] == threading.current_thread().name
    assert view.attributes["thread.id"] == threading.get_native_id()
    assert view.attributes["process.pid"] > 0
    assert "gatescope.loop" not in view.attributes


def test_an_exception_passes_through_and_is_recorded(instrument: Instrument, receiver: Receiver) -> None:
    with observed_request(), pytest.raises(LookupError), stage(VIEW, "x"):
        raise LookupError("gone")
    view = receiver.one("view")
    assert view.failed
    assert view.attributes["error.type"] == "LookupError"
    assert view.events == [{"name": "exception", "exception.type": "LookupError", "exception.message": "gone"}]


def test_an_error_without_text_does_not_keep_the_span_open(instrument: Instrument, receiver: Receiver) -> None:
    class MuteError(Exception):
        def __str__(self) -> str:
            raise RuntimeError("no text")

    with observed_request(), pytest.raises(MuteError), stage(VIEW, "x"):
        raise MuteError
    assert receiver.one("view").end_ns


def test_closing_twice_is_closing_once(instrument: Instrument, receiver: Receiver) -> None:
    with observed_request():
        opened = open_stage(TEMPLATE, "t.html")
        opened.close(end_ns=opened.start_ns + 5)
        opened.close()
        opened.set("late", 1)
    template = receiver.one("template")
    assert template.end_ns == template.start_ns + 5
    assert "late" not in template.attributes


def test_a_stage_never_ends_before_it_starts(instrument: Instrument, receiver: Receiver) -> None:
    with observed_request():
        open_stage(QUERY, "q", start_ns=time.time_ns()).close(end_ns=1)
    query = receiver.one("query")
    assert query.end_ns == query.start_ns


def test_an_opened_stage_can_be_made_the_parent(instrument: Instrument, receiver: Receiver) -> None:
    with observed_request():
        outer = open_stage(RESPONSE, "response")
        with inside(outer), stage(QUERY, "q"):
            pass
        outer.close()
    assert receiver.one("query").parent_id == receiver.one("response").span_id


def test_text_that_utf8_cannot_carry_arrives_changed(instrument: Instrument, receiver: Receiver) -> None:
    with observed_request(), stage(VIEW, "v\udcff", {"a": "\ud800"}) as opened:
        opened.set("b", "ü\udcff")
    view = receiver.one("view")
    assert (view.name, view.attributes["a"], view.attributes["b"]) == ("v?", "?", "ü?")


def test_beyond_the_cap_spans_are_cut_and_counted(instrument: Instrument, receiver: Receiver) -> None:
    with observed_request():
        for number in range(SPANS_A_REQUEST + 25):
            with stage(QUERY, f"q{number}"):
                pass
    server = receiver.one("server")
    assert server.attributes["gatescope.spans"] == SPANS_A_REQUEST
    assert server.attributes["gatescope.spans_cut"] == 26
    assert server.attributes["gatescope.spans_cut.query"] == 26
    assert server.attributes["gatescope.spans_cut_ns.query"] > 0


def test_beyond_the_cap_each_kind_has_its_number_and_time(instrument: Instrument, receiver: Receiver) -> None:
    with observed_request():
        for _ in range(SPANS_A_REQUEST):
            with stage(QUERY, "q"):
                pass
        with stage(VIEW, "v"), stage(QUERY, "q"):
            time.sleep(0.002)
    cut = receiver.one("server").attributes
    assert (cut["gatescope.spans_cut.view"], cut["gatescope.spans_cut.query"]) == (1, 2)
    assert cut["gatescope.spans_cut_ns.view"] >= cut["gatescope.spans_cut_ns.query"] >= 2_000_000


def test_a_request_that_is_over_makes_no_more_stages(instrument: Instrument) -> None:
    with observed_request():
        later = contextvars.copy_context()
    assert not later.run(open_stage, QUERY, "late").recording


def test_a_thread_with_a_copied_context_continues_the_request(instrument: Instrument, receiver: Receiver) -> None:
    def work() -> None:
        with stage(VIEW, "in thread"):
            pass

    with observed_request():
        thread = threading.Thread(target=contextvars.copy_context().run, args=(work,), name="far-side")
        thread.start()
        thread.join()
    assert receiver.one("view").attributes["thread.name"] == "far-side"


def test_finishing_in_another_context_keeps_the_parents_right(instrument: Instrument) -> None:
    def pieces() -> Iterator[int]:
        with stage(RESPONSE, "r"):
            yield 1

    with observed_request():
        generator = pieces()
        contextvars.copy_context().run(next, generator)
        assert list(generator) == []
        assert current_request() is not None


async def test_slices_and_loop_of_a_coroutine_are_recorded(instrument: Instrument, receiver: Receiver) -> None:
    async def view() -> str:
        await asyncio.sleep(0.01)
        return "done"

    with observed_request(), stage(VIEW, "v") as opened:
        assert await time_awaitable(view(), opened) == "done"
    view_span = receiver.one("view")
    assert len(view_span.attributes["gatescope.slices"]) == 4
    assert view_span.attributes["gatescope.loop"] > 0


async def test_the_state_of_an_open_coroutine_is_sent_when_it_changes(
    instrument: Instrument, receiver: Receiver
) -> None:
    async def view() -> None:
        time.sleep(0.2)
        await asyncio.sleep(0.2)

    with observed_request(), stage(VIEW, "v") as opened:
        await time_awaitable(view(), opened)
    receiver.one("view")
    states = [span.attributes["gatescope.state"] for span in receiver.open("view")]
    assert states == ["running", "suspended"]
    assert all(span.attributes["gatescope.state_since_ns"] >= opened.start_ns for span in receiver.open("view"))


def test_a_live_attribute_is_sent_while_the_stage_is_open(instrument: Instrument, receiver: Receiver) -> None:
    with observed_request(), stage(MIDDLEWARE, "m", {"gatescope.phase": "in"}) as opened:
        receiver.until(lambda: receiver.open("middleware"))
        opened.set_live("gatescope.phase", "inner")
        receiver.until(lambda: receiver.open("middleware")[-1].attributes["gatescope.phase"] == "inner")


@pytest.mark.parametrize("broken", ["start_stage", "current_identity"])
def test_an_error_in_the_instrument_does_not_reach_the_block(
    broken: str, instrument: Instrument, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def raising(*_: object, **__: object) -> None:
        raise RuntimeError("broken instrument")

    with observed_request():
        for module in ("probes.stages.start_stage", "probes.recording.current_identity"):
            if module.endswith(broken):
                monkeypatch.setattr(module, raising)
        with stage(VIEW, "x") as opened:
            opened.set("a", 1)
    assert "broken instrument" in caplog.text


def test_an_attribute_that_cannot_be_set_is_left_out(
    instrument: Instrument, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def raising(*_: object) -> None:
        raise RuntimeError("broken setter")

    with observed_request(), stage(VIEW, "x") as opened:
        monkeypatch.setattr(recording, "clean", raising)
        opened.set("a", "text")
        monkeypatch.undo()
    assert "a" not in receiver.one("view").attributes


def test_the_overhead_is_measured(instrument: Instrument, receiver: Receiver) -> None:
    with observed_request():
        for _ in range(20):
            with stage(QUERY, "q"):
                pass
    server = receiver.one("server")
    assert 0 < server.attributes["gatescope.overhead_ns"] < server.end_ns - server.start_ns


def test_a_reduced_request_keeps_only_its_server_span(receiver: Receiver, install: Callable[..., Instrument]) -> None:
    install(endpoint=receiver.endpoint, budget=2)
    for _ in range(30):
        with observed_request(), stage(VIEW, "x"):
            pass
    receiver.until(lambda: receiver.counter("counted_requests"))
    kept = receiver.ended("server")
    reduced = [span for span in kept if span.attributes.get("gatescope.reduced")]
    assert len(receiver.ended("view")) == len(kept) - len(reduced)
    assert len(reduced) == receiver.counter("reduced_requests")
    assert len(kept) + receiver.counter("counted_requests") == 30


@pytest.mark.parametrize(
    ("module", "answered", "died"),
    [("gunicorn.workers.base", False, True), ("gunicorn.workers.base", True, None), ("shop.views", False, None)],
)
def test_a_worker_that_its_server_ends_has_died_and_an_application_that_exits_has_not(
    module: str, answered: bool, died: bool | None, instrument: Instrument, receiver: Receiver
) -> None:
    """Gunicorn's timeout raises SystemExit from its signal handler, in the middle of whatever runs."""
    raising: dict[str, Callable[[], None]] = {"__name__": module}  # type: ignore[dict-item]
    exec("def leave(): raise SystemExit(1)", raising)
    with observed_request() as record:
        record.answered = answered
        with pytest.raises(SystemExit), stage(VIEW, "v"):
            raising["leave"]()
    view = receiver.one("view")
    assert view.attributes["error.type"] == "SystemExit"
    assert view.attributes.get("gatescope.died") is died
