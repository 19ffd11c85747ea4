"""What crosses says why: derived from Django's own functions as they are in the installed version."""

from __future__ import annotations

import functools
from typing import Any

import pytest
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.base import BaseHandler
from django.core.handlers.exception import response_for_exception
from django.db.models import Manager, QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.middleware.security import SecurityMiddleware
from django.template.response import SimpleTemplateResponse
from django.utils.log import log_response

from probes import attributes
from probes.django.labels import label
from probes.django.reason import qualified_name, reason_to_loop, reason_to_thread
from probes.stage_kinds import HANDLER, MIDDLEWARE, VIEW, StageKind
from tests.probes.django.in_process import ask_asgi, request_observed


def labelled(kind: StageKind) -> Any:
    return label(lambda: None, kind)


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (labelled(VIEW), "sync view"),
        (labelled(MIDDLEWARE), "sync middleware"),
        (SecurityMiddleware(lambda _request: HttpResponse()).process_request, "sync middleware"),
        (BaseHandler().process_exception_by_middleware, "exception handling"),
        (response_for_exception, "exception handling"),
        (log_response, "exception handling"),
        (QuerySet().get, "ORM"),
        (functools.partial(QuerySet().count), "ORM"),
        (Manager().create, "ORM"),
        (HttpResponse().close, "response close"),
        (SimpleTemplateResponse("x.html").render, "template response"),
        (SessionBase().get, "application"),
        (len, "application"),
        (list, "application"),
        (object(), "application"),
    ],
)
def test_reason_of_a_hop_to_a_thread(function: Any, reason: str) -> None:
    assert reason_to_thread(function, ()) == reason


def test_body_made_by_a_sync_iterator_is_fetched_in_a_thread() -> None:
    body = StreamingHttpResponse(iter([b"x"])).streaming_content
    assert reason_to_thread(list, (body,)) == "streaming body"


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (labelled(VIEW), "async view"),
        (labelled(MIDDLEWARE), "async middleware"),
        (labelled(HANDLER), "async handler"),
        (len, "application"),
    ],
)
def test_reason_of_a_hop_to_a_loop(function: Any, reason: str) -> None:
    assert reason_to_loop(function) == reason


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (functools.partial(len), "builtins.len"),
        (QuerySet().get, "django.db.models.query.QuerySet.get"),
        (object(), "builtins.object"),
    ],
)
def test_what_crosses_has_a_dotted_name(function: Any, name: str) -> None:
    assert qualified_name(function) == name


def test_static_files_of_runserver_are_no_middleware() -> None:
    handler = ASGIStaticFilesHandler(ASGIHandler())
    assert reason_to_thread(handler.serve, ()) == "static files"


async def test_hop_to_a_sync_middleware_names_the_middleware(instrument: None) -> None:
    with request_observed() as trace:
        await ask_asgi("/hello-async/", ["SyncOnly"])
    hops = {(hop.name, hop[attributes.CROSSING_FUNCTION]) for hop in trace.all("crossing")}
    assert ("sync middleware", "tests.probes.django.site.SyncOnly") in hops
    assert not [name for _, name in hops if name.startswith("probes.") or "<locals>" in name]


async def test_hop_to_a_middleware_that_a_function_made_names_the_function(instrument: None) -> None:
    with request_observed() as trace:
        await ask_asgi("/hello-async/", ["function_middleware"])
    hops = {hop[attributes.CROSSING_FUNCTION] for hop in trace.all("crossing")}
    assert "tests.probes.django.site.function_middleware" in hops
