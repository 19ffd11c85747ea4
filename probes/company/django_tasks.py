"""The stages `send` and `task` of Django's tasks: `django.tasks` from Django 6.0 on, and its backport `django_tasks`.

A task has an id, and nothing in which a trace could travel along. So a task that a worker executes is a trace of its
own whose ids follow from the task's id: the stage that sent it links to it without either knowing of the other. One
that is executed on the spot is a stage of the request.
"""

import functools
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Any

from opentelemetry.context import Context
from opentelemetry.trace import Link, SpanContext, TraceFlags

from .. import attributes
from ..failsafe import harmless
from ..ids import SPAN_ID_BYTES, TRACE_ID_BYTES, trace_ids_from
from ..patches import Patch, apply
from ..recording import NO_STAGE, Stage
from ..request import begin_task, finish_request
from ..settings import read_settings
from ..stage_kinds import TASK
from ..stages import current_request, enter, leave, open_stage, stage
from .execution import EXECUTIONS_KEPT, SEND, Execution

PACKAGES = ("django.tasks", "django_tasks")
SYSTEM = "django"
FAILED = "FAILED"

_running: OrderedDict[str, Execution] = OrderedDict()


def observe_sending(package: str) -> None:
    """Patch the sending of the tasks of ``package``, once its module `base` is there."""
    if not read_settings().disabled:
        base = f"{package}.base:Task"
        apply([Patch(SEND, f"{base}.enqueue", _observe_send), Patch(SEND, f"{base}.aenqueue", _observe_async_send)])


def listen(package: str) -> None:
    """Listen to what the backends of ``package`` say of tasks, once its module `signals` is there."""
    if read_settings().disabled:
        return
    signals = import_module(f"{package}.signals")
    signals.task_started.connect(_begin, weak=False)
    signals.task_finished.connect(_end, weak=False)


def _observe_send(enqueue: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap `Task.enqueue`."""

    @functools.wraps(enqueue)
    def wrapper(self: Any, *args: Any, **kwargs: Any) -> Any:
        __traceback_hide__ = True
        if current_request() is None:
            return enqueue(self, *args, **kwargs)
        with stage(SEND, _name(self), {attributes.MESSAGING_SYSTEM: SYSTEM}) as opened:
            result = enqueue(self, *args, **kwargs)
            _note_sent(opened, result)
            return result

    return wrapper


def _observe_async_send(enqueue: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Wrap `Task.aenqueue`."""

    @functools.wraps(enqueue)
    async def wrapper(self: Any, *args: Any, **kwargs: Any) -> Any:
        __traceback_hide__ = True
        if current_request() is None:
            return await enqueue(self, *args, **kwargs)
        with stage(SEND, _name(self), {attributes.MESSAGING_SYSTEM: SYSTEM}) as opened:
            result = await enqueue(self, *args, **kwargs)
            _note_sent(opened, result)
            return result

    return wrapper


@harmless("task")
def _name(task: Any) -> str:
    return str(task.module_path)


@harmless(None)
def _note_sent(opened: Stage, result: Any) -> None:
    opened.set(attributes.MESSAGE_ID, str(result.id))
    if opened.recording and not result.is_finished:
        trace_id, span_id = _ids_of(result.id)
        flags = TraceFlags(TraceFlags.SAMPLED)
        opened.links = (Link(SpanContext(trace_id, span_id, is_remote=True, trace_flags=flags)),)
        opened.set(attributes.TASK_TRACE, f"{trace_id:032x}")


@harmless(None)
def _begin(task_result: Any = None, **_: object) -> None:
    task_id = str(task_result.id)
    described: dict[str, str | int] = {attributes.MESSAGING_SYSTEM: SYSTEM, attributes.MESSAGE_ID: task_id}
    attempts = len(task_result.worker_ids)
    if attempts > 1:
        described[attributes.RETRIES] = attempts - 1
    name, record = _name(task_result.task), None
    if current_request() is None:
        trace_id, span_id = _ids_of(task_id)
        # A span's id is used once: a later attempt is in the same trace, and another span.
        with trace_ids_from(lambda: trace_id, (lambda: span_id) if attempts <= 1 else None):
            record = begin_task(name, described, Context())
        opened = record.server
    else:
        opened = open_stage(TASK, name, described)
        if opened is NO_STAGE:
            return
    _running[task_id] = Execution(opened, enter(opened), record)
    if len(_running) > EXECUTIONS_KEPT:
        _running.popitem(last=False)


@harmless(None)
def _end(task_result: Any = None, **_: object) -> None:
    execution = _running.pop(str(task_result.id), None)
    if execution is None:
        return
    execution.stage.set(attributes.TASK_STATE, str(task_result.status))
    if str(task_result.status) == FAILED and task_result.errors:
        execution.stage.fail(str(task_result.errors[-1].exception_class_path).removeprefix("builtins."))
    leave(execution.token)
    if execution.record is None:
        execution.stage.close()
    else:
        finish_request(execution.record, None, None)


def _ids_of(task_id: object) -> tuple[int, int]:
    """Return the ids of the trace and of the span of a task, as sender and worker both find them."""
    digest = hashlib.sha256(f"gatescope task {task_id}".encode()).digest()
    trace, span = digest[:TRACE_ID_BYTES], digest[TRACE_ID_BYTES : TRACE_ID_BYTES + SPAN_ID_BYTES]
    return int.from_bytes(trace) or 1, int.from_bytes(span) or 1
