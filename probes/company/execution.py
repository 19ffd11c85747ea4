"""What the task queues have in common: a task is handed over, and executed by whoever takes it."""

from contextvars import Token
from dataclasses import dataclass

from opentelemetry.trace import SpanKind

from ..recording import RequestRecord, Stage
from ..stage_kinds import StageKind

SEND = StageKind("send", SpanKind.PRODUCER)
"""A task is handed to a queue."""

EXECUTIONS_KEPT = 10_000
"""Executions that began and whose end is awaited; beyond it the oldest is forgotten."""


@dataclass(frozen=True, slots=True)
class Execution:
    """A task that is being executed."""

    stage: Stage
    token: Token[Stage]
    record: RequestRecord | None
    """None when the task is part of a request that this process handles."""
