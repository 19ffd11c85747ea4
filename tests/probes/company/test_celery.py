"""A Celery task is linked to the request that sent it, and what came of it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from celery import Celery
from celery.app.trace import build_tracer

from probes.company.install import install as observe_company
from tests.probes.observed_request import TRACEPARENT, observed_request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from probes.tracing import Instrument
    from tests.probes.receiver import Receiver


@pytest.fixture
def app() -> Iterator[Celery]:
    observe_company()
    app = Celery("shop", broker="memory://", backend="cache+memory://", set_as_current=False)

    def add(a: int, b: int) -> int:
        return a + b

    def fail() -> None:
        raise ValueError("broken on purpose")

    def again(self: Any) -> None:
        raise self.retry(countdown=0, exc=ValueError("not yet"))

    app.task(shared=False, name="add")(add)
    app.task(shared=False, name="fail")(fail)
    app.task(shared=False, name="again", bind=True, max_retries=3)(again)
    yield app
    app.close()


def delivered(app: Celery) -> Any:
    """Take the message that waits in the queue of the memory broker."""
    with app.connection_for_read() as connection, connection.SimpleQueue("celery") as queue:
        message = queue.get(timeout=2)
        message.ack()
        return message


def execute(app: Celery, message: Any) -> Any:
    """Execute the task of a message as a worker's process does."""
    headers = message.headers
    args, kwargs, _ = message.payload
    task = app.tasks[headers["task"]]
    request = {**headers, "hostname": "w", "is_eager": False, "delivery_info": {}, "args": args, "kwargs": kwargs}
    return build_tracer(task.name, task, app=app)(headers["id"], args, kwargs, request)


def test_sending_is_a_stage_whose_place_the_message_carries(
    app: Celery, instrument: Instrument, receiver: Receiver
) -> None:
    with observed_request():
        sent = app.tasks["add"].delay(1, 2)
    stage = receiver.one("send")
    assert stage.name == "add"
    assert stage.attributes["messaging.message.id"] == sent.id
    assert stage.parent_id == receiver.one("server").span_id
    assert delivered(app).headers["traceparent"] == f"00-{stage.trace_id}-{stage.span_id}-01"


def test_the_worker_executes_the_task_in_the_trace_of_the_request(
    app: Celery, instrument: Instrument, receiver: Receiver
) -> None:
    with observed_request():
        app.tasks["add"].delay(1, 2)
    execute(app, delivered(app))
    task, send = receiver.one("task"), receiver.one("send")
    assert (task.trace_id, task.parent_id) == (send.trace_id, send.span_id)
    assert task.attributes["gatescope.task.state"] == "SUCCESS"


def test_a_task_that_fails_says_so(app: Celery, instrument: Instrument, receiver: Receiver) -> None:
    app.tasks["fail"].delay()
    execute(app, delivered(app))
    task = receiver.one("task")
    assert task.attributes["error.type"] == "ValueError"
    assert task.attributes["gatescope.task.state"] == "FAILURE"


def test_a_task_that_is_tried_again_is_no_failure_and_sends_itself(
    app: Celery, instrument: Instrument, receiver: Receiver
) -> None:
    app.tasks["again"].delay()
    execute(app, delivered(app))
    task = receiver.one("task")
    assert task.attributes["gatescope.task.state"] == "RETRY"
    assert "error.type" not in task.attributes
    assert receiver.one("send").parent_id == task.span_id
    assert delivered(app).headers["traceparent"].startswith(f"00-{task.trace_id}-")


def test_a_trace_that_the_application_sends_itself_is_left_alone(app: Celery, instrument: Instrument) -> None:
    with observed_request():
        app.tasks["add"].apply_async((1, 2), headers={"traceparent": TRACEPARENT})
    assert delivered(app).headers["traceparent"] == TRACEPARENT


def test_outside_a_request_a_message_stays_as_it_is(app: Celery, instrument: Instrument) -> None:
    app.tasks["add"].delay(1, 2)
    assert "traceparent" not in delivered(app).headers


def test_a_task_that_is_executed_on_the_spot_is_a_stage_of_the_request(
    app: Celery, instrument: Instrument, receiver: Receiver
) -> None:
    app.conf.task_always_eager = True
    with observed_request():
        assert app.tasks["add"].delay(1, 2).get() == 3
    assert receiver.one("task").parent_id == receiver.one("server").span_id
