"""Where a project has OpenTelemetry or Logfire a request is one trace; what they and Sentry export stays the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.probes.receiver import Receiver
from tests.probes.traces import SeenSpan

ROOT = Path(__file__).parents[3]
PROJECTS = ("opentelemetry", "opentelemetry-around", "logfire")
INTERFACES = ("wsgi", "asgi")
REQUESTS = 2


def ask(project: str, interface: str, **environment: str) -> Any:
    """Return what the project's own instrument exported."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("GATESCOPE_", "OTEL_"))}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.probes.company.own_project", project, interface],
        cwd=ROOT,
        env={**inherited, **environment},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "instrument failed" not in done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def shape(exported: list[dict[str, Any]]) -> list[tuple[Any, Any]]:
    """What was exported, without ids: each span with the name of its parent."""
    names = {span["span_id"]: span["told"]["name"] for span in exported}
    return [(span["told"], names.get(span["parent_id"], span["parent_id"])) for span in exported]


@pytest.mark.parametrize("interface", INTERFACES)
@pytest.mark.parametrize("project", PROJECTS)
def test_a_request_is_one_trace_and_the_project_s_spans_stand_inside_our_view(
    project: str, interface: str, receiver: Receiver
) -> None:
    with_probes = ask(project, interface, GATESCOPE_ENDPOINT=receiver.endpoint)
    assert shape(with_probes) == shape(ask(project, interface, GATESCOPE_DISABLED="1"))
    receiver.until(lambda: len(receiver.ended("server")) == REQUESTS)

    servers = sorted(receiver.ended("server"), key=lambda span: span.start_ns)
    exported_traces = [span["trace_id"] for span in with_probes if span["told"]["kind"] == "SpanKind.SERVER"]
    assert [server.trace_id for server in servers] == exported_traces
    for server in servers:
        check_trace(project, [span for span in receiver.ended() if span.trace_id == server.trace_id])


def check_trace(project: str, trace: list[SeenSpan]) -> None:
    by_id = {span.span_id: span for span in trace}
    [view] = [span for span in trace if span.attributes["gatescope.stage"] == "view"]
    own = {span.name: span for span in trace if span.attributes["gatescope.stage"] == "span"}
    [server] = [span for span in trace if span.attributes["gatescope.stage"] == "server"]
    outer, inner = own.pop("outer"), own.pop("inner")
    assert outer.parent_id == view.span_id
    assert inner.parent_id == outer.span_id
    assert outer.attributes["items"] == 3
    assert "secret" not in str(outer.attributes)
    [request] = own.values()
    if project == "opentelemetry-around":
        assert server.parent_id == request.span_id
    else:
        assert by_id[request.parent_id].attributes["gatescope.stage"] == "middleware"


@pytest.mark.parametrize("interface", INTERFACES)
def test_sentry_is_told_the_same(interface: str, receiver: Receiver) -> None:
    with_probes = ask("sentry", interface, GATESCOPE_ENDPOINT=receiver.endpoint)
    assert with_probes == ask("sentry", interface, GATESCOPE_DISABLED="1")
    assert len(with_probes) == REQUESTS
    receiver.until(lambda: len(receiver.ended("server")) == REQUESTS)
