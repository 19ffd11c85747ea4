"""A task of Django's is linked to the request that sent it, whichever way it is executed."""

from __future__ import annotations

import importlib
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest
from django.test import override_settings

from probes.company.install import install as observe_company
from tests.probes.observed_request import observed_request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from probes.tracing import Instrument
    from tests.probes.receiver import Receiver

PACKAGES = [name for name in ("django_tasks", "django.tasks") if find_spec(name)]
"""The backport is always there; Django's own from 6.0 on."""
IMMEDIATE, DUMMY = "backends.immediate.ImmediateBackend", "backends.dummy.DummyBackend"


@pytest.fixture(params=PACKAGES)
def package(request: pytest.FixtureRequest) -> Iterator[str]:
    observe_company()
    name: str = request.param
    tasks = {
        "default": {"BACKEND": f"{name}.{IMMEDIATE}"},
        "queue": {"BACKEND": f"{name}.{DUMMY}"},
    }
    with override_settings(TASKS=tasks):
        yield name


def add(a: int, b: int) -> int:
    return a + b


def fail() -> None:
    raise ValueError("broken on purpose")


@pytest.fixture
def task(package: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    def decorated(function: Any, backend: str = "default") -> Any:
        made = importlib.import_module(package).task(function, backend=backend)
        # As the decorator leaves it: Django finds a task by the name of its function.
        monkeypatch.setattr(sys.modules[__name__], function.__name__, made)
        return made

    return decorated


def work_off(package: str, result: Any) -> None:
    """Execute a task that waits in a queue, as a worker's process does."""
    signals = importlib.import_module(f"{package}.signals")
    result.worker_ids.append("worker")
    signals.task_started.send(sender=object, task_result=result)
    result.task.call(*result.args, **result.kwargs)
    object.__setattr__(result, "status", "SUCCESSFUL")
    signals.task_finished.send(sender=object, task_result=result)


def test_a_task_that_is_executed_on_the_spot_is_a_stage_of_the_request(
    task: Callable[..., Any], instrument: Instrument, receiver: Receiver
) -> None:
    with observed_request():
        assert task(add).enqueue(1, 2).return_value == 3
    send, done = receiver.one("send"), receiver.one("task")
    assert send.parent_id == receiver.one("server").span_id
    assert done.parent_id == send.span_id
    assert done.name.endswith(".add")
    assert done["gatescope.task.state"] == "SUCCESSFUL"
    assert done["messaging.message.id"] == send["messaging.message.id"]
    assert "gatescope.task.trace" not in send.attributes


async def test_so_is_one_that_is_sent_from_a_coroutine(
    task: Callable[..., Any], instrument: Instrument, receiver: Receiver
) -> None:
    with observed_request():
        result = await task(add).aenqueue(1, 2)
    assert result.return_value == 3
    assert receiver.one("send")["messaging.system"] == receiver.one("task")["messaging.system"] == "django"


def test_a_task_that_fails_says_so(task: Callable[..., Any], instrument: Instrument, receiver: Receiver) -> None:
    with observed_request():
        task(fail).enqueue()
    done = receiver.one("task")
    assert (done["error.type"], done["gatescope.task.state"]) == ("ValueError", "FAILED")
    assert not receiver.one("server").failed


def test_a_task_that_a_worker_executes_is_a_trace_that_its_sender_links_to(
    package: str, task: Callable[..., Any], instrument: Instrument, receiver: Receiver
) -> None:
    with observed_request():
        result = task(add, "queue").enqueue(1, 2)
    work_off(package, result)
    work_off(package, result)
    receiver.until(lambda: len(receiver.ended("task")) == 2)
    send, (first, again) = receiver.one("send"), receiver.ended("task")
    assert first.trace_id == again.trace_id == send["gatescope.task.trace"] != send.trace_id
    assert first.parent_id == again.parent_id == ""
    assert again["gatescope.task.retries"] == 1
    (link,) = next(span.links for one in receiver.messages for span in spans_of(one) if span.links)
    assert (link.trace_id.hex(), link.span_id.hex()) == (first.trace_id, first.span_id)


def spans_of(message: Any) -> Iterator[Any]:
    for resource in message.resource_spans:
        for scope in resource.scope_spans:
            yield from scope.spans


def test_outside_a_request_sending_is_no_stage(
    task: Callable[..., Any], instrument: Instrument, receiver: Receiver
) -> None:
    task(add, "queue").enqueue(1, 2)
    with observed_request():
        pass
    receiver.one("server")
    assert receiver.ended("send") == []
