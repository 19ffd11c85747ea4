"""Begins and finishes the record of one request; shared by the WSGI and the ASGI probe.

Decides from the budget how much is recorded, continues the trace of the caller, and opens the
`queue` and `server` stages.
"""

from time import perf_counter_ns

from opentelemetry.context import Context

from . import attributes
from .arrival import Arrival
from .budget import Detail
from .failsafe import harmless
from .own_cost import own_cost
from .propagation import extract_parent
from .protocol_log import ProtocolLog
from .queue_wait import find_wait
from .recording import NO_STAGE, RequestRecord, Stage, start_stage, without_span
from .redaction import redact_query
from .server_stage import start_server_stage
from .stage_kinds import TASK, StageKind
from .stages import current_request, current_stage
from .tracing import Instrument, instrument
from .types import Attributes

QUEUE = StageKind("queue")
"""The wait before the application, since the proxy or client handed the request over."""

FIRST_SERVER_ERROR = 500

UNHEARD = without_span(None, 0)
"""The current stage of a request that is only counted."""


def is_observed(request_token: object, arrival: Arrival) -> bool:
    """Return whether an outer probe already observes the request that ``request_token`` belongs to.

    An object of the request is compared instead of adding a key to it, so that the application sees nothing. Behind
    an adapter from one interface to the other there is no such object: there it is the same request if the same is
    asked for and the answer has not begun. The context alone would not do: servers start a pipelined request inside
    its predecessor's context.
    """
    record = current_request()
    if record is None or record.finished:
        return False
    return record.request_token is request_token or (record.asked is not None and record.asked.is_adapted(arrival))


@harmless(False)
def is_unheard() -> bool:
    """Return whether a request that arrives now is only counted, because nobody listens; count it once.

    Whoever gets True calls the application inside of `UNHEARD`, by which an inner probe knows that it is counted.
    """
    tools = instrument()
    if tools.settings.disabled or tools.live.exporter.sender.is_delivering():
        return False
    if current_stage() is not UNHEARD:
        tools.live.exporter.outbox.add_losses(counted_requests=1)
    return True


def is_message(sender: str, authority: str, path: str) -> bool:
    """Return whether a request is the message of a probe, which is never observed. ``sender`` is the header's value.

    It comes here when an endpoint is wrong: where it is that of this process, the sender learns that it is its own.
    """
    if not sender:
        return False
    instrument().live.exporter.sender.note_message(authority, path)
    return True


def begin_request(arrival: Arrival, request_token: object, around: Context | None = None) -> RequestRecord:
    """Open the first stages of a request; everything else opens inside the record's `server`.

    ``around`` is the context of the span that surrounds it in this process, where there is one.
    """
    begun = perf_counter_ns()
    tools = instrument()
    detail = _choose_detail(tools)
    record = RequestRecord(request_token, reduced=detail is not Detail.FULL)
    record.asked = arrival
    if detail is Detail.COUNTED:
        record.server = without_span(record, arrival.arrived_ns)
        return record
    parent = around or extract_parent(arrival.traceparents, arrival.tracestates) or Context()
    record.server = _open_server(arrival, record, parent)
    if not record.reduced:
        _add_queue(arrival, record)
    record.server.add_overhead(begun)
    return record


def begin_task(name: str, described: Attributes, context: Context) -> RequestRecord:
    """Open the `task` stage of a task that a worker executes, in the trace of whoever sent it."""
    detail = _choose_detail(instrument())
    record = RequestRecord(object(), reduced=detail is not Detail.FULL)
    if detail is Detail.COUNTED:
        record.server = without_span(record, 0)
    else:
        record.server = start_server_stage(record, name, described, context=context, kind=TASK)
    return record


def start_log(record: RequestRecord) -> ProtocolLog:
    """Return a new protocol log for the request; it is part of the `server` stage unless the request is reduced."""
    server = record.server
    log = ProtocolLog(server.start_ns, is_kept=server.recording and not record.reduced)
    if log.is_kept:
        server.attach(log)
    return log


def finish_request(record: RequestRecord, status: int | None, error: BaseException | None) -> None:
    """Close the request's `server` stage with its outcome; once, later calls do nothing."""
    if record.finished:
        return
    record.finished = True
    server = record.server
    try:
        _describe_outcome(record, status, error)
    finally:
        server.close(error)
        # What waits to be sent keeps the record: it must keep neither the request's input nor itself alive.
        record.request_token = record.asked = None
        record.server = NO_STAGE
    if not record.reduced:
        instrument().live.exporter.budget.learn(record.spans)


def _choose_detail(tools: Instrument) -> Detail:
    exporter = tools.live.exporter
    detail = exporter.budget.admit() if exporter.sender.is_delivering() else Detail.COUNTED
    if detail is Detail.REDUCED:
        exporter.outbox.add_losses(reduced_requests=1)
    elif detail is Detail.COUNTED:
        exporter.outbox.add_losses(counted_requests=1)
    return detail


def _open_server(arrival: Arrival, record: RequestRecord, context: Context) -> Stage:
    described: dict[str, str | bool] = {
        attributes.INTERFACE: arrival.interface,
        attributes.METHOD: arrival.method,
        attributes.PATH: arrival.path,
        attributes.SCHEME: arrival.scheme,
        attributes.PROTOCOL_VERSION: arrival.protocol_version,
    }
    if arrival.query:
        described[attributes.QUERY] = redact_query(arrival.query)
    if record.reduced:
        described[attributes.REDUCED] = True
    return start_server_stage(record, arrival.method, described, context=context, start_ns=arrival.arrived_ns)


@harmless(None)
def _add_queue(arrival: Arrival, record: RequestRecord) -> None:
    """Add the wait before the application as a sibling of `server`: a child of the caller, or a second root."""
    waited = find_wait(arrival.request_start, arrival.server_notes, arrival.arrived_ns)
    if waited is None:
        return
    described: dict[str, str | int] = {attributes.QUEUE_SOURCE: waited.source, **waited.notes}
    server = record.server
    queue = start_stage(
        record,
        QUEUE,
        QUEUE.name,
        described,
        trace_id=server.trace_id,
        parent_id=server.parent_id,
        start_ns=waited.start_ns,
    )
    queue.parent_is_remote = server.parent_is_remote
    queue.close(end_ns=arrival.arrived_ns)


def _describe_outcome(record: RequestRecord, status: int | None, error: BaseException | None) -> None:
    outcome = {
        attributes.SPANS: record.spans,
        attributes.OVERHEAD: own_cost(record.overhead_ns, record.server),
        **record.describe_cut(),
    }
    if status is not None:
        outcome[attributes.STATUS] = status
        if status >= FIRST_SERVER_ERROR and error is None and record.server.failure is None:
            record.server.fail(str(status))
    record.server.update(outcome)
