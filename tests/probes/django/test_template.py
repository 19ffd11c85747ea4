"""The stage `template` stands where a template is rendered, at once or later."""

from __future__ import annotations

import pytest
from django.template import TemplateDoesNotExist, engines

from tests.probes.django.in_process import ask_asgi, ask_wsgi, request_observed


def test_template_rendered_in_a_view_stands_inside_the_view(instrument: None) -> None:
    with request_observed() as trace:
        assert ask_wsgi("/templated/").content == b"1 page"
    assert trace.parent(trace.one("template")) is trace.one("view")
    assert trace.one("template").name == "template from a string"


async def test_template_response_is_rendered_after_the_view_in_a_thread(instrument: None) -> None:
    with request_observed() as trace:
        assert (await ask_asgi("/template-response/")).content == b"later"
    crossing = trace.parent(trace.one("template"))
    assert crossing["gatescope.crossing.reason"] == "template response"


def test_failing_template_fails_its_stage(instrument: None) -> None:
    template = engines["django"].from_string("{% include 'no-such.html' %}")
    with request_observed() as trace, pytest.raises(TemplateDoesNotExist):
        template.render()
    assert trace.one("template").failed
