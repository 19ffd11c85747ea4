"""The stages `send` and `task`: a Celery task is sent by a request, and a worker executes it in the same trace.

The message carries the trace in its headers, as every instrumentation of Celery has it. In a worker the task is the
root of what that process shows of the trace; executed on the spot (`task_always_eager`), a stage of the request.
"""

import functools
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from opentelemetry.context import Context

from .. import attributes
from ..failsafe import harmless
from ..outgoing_call import inject
from ..patches import Patch, apply
from ..propagation import HEADER, extract_parent
from ..recording import NO_STAGE, Stage
from ..request import begin_task, finish_request
from ..settings import read_settings
from ..stage_kinds import TASK
from ..stages import current_request, current_stage, enter, leave, open_stage, stage
from ..tracing import instrument
from .execution import EXECUTIONS_KEPT, SEND, Execution

SYSTEM = "celery"

_running: OrderedDict[str, Execution] = OrderedDict()


def observe() -> None:
    """Patch Celery's sending, and listen to what its worker says."""
    if read_settings().disabled:
        return
    from celery import signals

    apply([Patch(SEND, "celery.app.base:Celery.send_task", _observe_send)])
    signals.task_prerun.connect(_begin, weak=False)
    signals.task_retry.connect(_note_retry, weak=False)
    signals.task_postrun.connect(_end, weak=False)
    signals.worker_process_shutdown.connect(_flush, weak=False)


def _observe_send(send_task: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap `Celery.send_task`."""

    @functools.wraps(send_task)
    def wrapper(self: Any, name: Any, *args: Any, **options: Any) -> Any:
        if current_request() is None:
            return send_task(self, name, *args, **options)
        with stage(SEND, str(name), {attributes.MESSAGING_SYSTEM: SYSTEM}) as opened:
            options["headers"] = _with_trace(options.get("headers"), opened)
            result = send_task(self, name, *args, **options)
            opened.set(attributes.MESSAGE_ID, str(getattr(result, "id", "")))
            return result

    return wrapper


def _with_trace(given: Any, opened: Stage) -> Any:
    """Return the message's headers with the trace in them, unless the application has put one there."""
    if given is not None and (not isinstance(given, dict) or HEADER in given):
        return given
    carried: dict[str, str] = {}
    inject(carried, opened if opened.recording else current_stage())
    return {**(given or {}), **carried} if carried else given


@harmless(None)
def _begin(task_id: str = "", task: Any = None, **_: object) -> None:
    described: dict[str, str | int] = {attributes.MESSAGING_SYSTEM: SYSTEM, attributes.MESSAGE_ID: str(task_id)}
    retries = getattr(task.request, "retries", 0)
    if retries:
        described[attributes.RETRIES] = retries
    record = None
    if current_request() is None:
        record = begin_task(str(task.name), described, _parent(task.request))
        opened = record.server
    else:
        opened = open_stage(TASK, str(task.name), described)
        if opened is NO_STAGE:
            return
    _running[task_id] = Execution(opened, enter(opened), record)
    if len(_running) > EXECUTIONS_KEPT:
        _running.popitem(last=False)


def _parent(request: Any) -> Context:
    carried = getattr(request, HEADER, None) or (getattr(request, "headers", None) or {}).get(HEADER)
    return extract_parent([carried] if isinstance(carried, str) else []) or Context()


@harmless(None)
def _note_retry(request: Any = None, reason: object = None, **_: object) -> None:
    execution = _running.get(getattr(request, "id", ""))
    if execution is not None:
        execution.stage.set(attributes.TASK_RETRY_REASON, str(reason))


@harmless(None)
def _end(task_id: str = "", retval: object = None, state: object = None, **_: object) -> None:
    execution = _running.pop(task_id, None)
    if execution is None:
        return
    execution.stage.set(attributes.TASK_STATE, str(state))
    # A retry is an exception, too, and no failure: the task is going to be tried again.
    error = retval if state == "FAILURE" and isinstance(retval, BaseException) else None
    leave(execution.token)
    if execution.record is None:
        execution.stage.close(error)
    else:
        finish_request(execution.record, None, error)


@harmless(None)
def _flush(**_: object) -> None:
    # A worker's child process ends without `atexit`.
    instrument().live.force_flush()
