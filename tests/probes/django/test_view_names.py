"""A view is called what the project calls it, and shows the project's code, whatever a framework made of it."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from django.test import override_settings

from probes import attributes
from tests.probes.django import views_site
from tests.probes.django.in_process import ask_asgi, ask_wsgi, request_observed

MODULE = "tests.probes.django.views_site"

VIEWS = [
    ("GET", "/plain/", "plain", views_site.plain),
    ("GET", "/bare/", "plain", views_site.plain),
    ("GET", "/bare-twice/", "plain", views_site.plain),
    ("GET", "/polite/", "plain", views_site.plain),
    ("GET", "/partial/", "plain", views_site.plain),
    ("GET", "/bare-async/", "plain_async", views_site.plain_async),
    ("GET", "/page/", "Page", views_site.Page),
    ("GET", "/bare-page/", "Page", views_site.Page),
    ("GET", "/partial-page/", "Page", views_site.Page),
    ("GET", "/decorated/", "Decorated", views_site.Decorated),
    ("GET", "/called/", "Answerer", views_site.Answerer),
    ("GET", "/desk/", "Desk.answer", views_site.Desk.answer),
    ("GET", "/counter/", "Counter.answer", views_site.Desk.answer),
    ("GET", "/prices/", "prices", "prices"),
    ("POST", "/prices/", "prices", "prices"),
    ("GET", "/bare-prices/", "prices", "prices"),
    ("GET", "/shelf/", "Shelf", views_site.Shelf),
    ("GET", "/api/orders/", "Orders.list", views_site.Orders.list),
    ("HEAD", "/api/orders/", "Orders.list", views_site.Orders.list),
    ("POST", "/api/orders/", "Orders.create", views_site.Orders.create),
    ("GET", "/api/orders/7/", "Orders.retrieve", views_site.Orders.retrieve),
    ("GET", "/api/orders/newest/", "Orders.newest", views_site.Orders.newest),
    ("GET", "/api/inherited/", "Inherited.list", views_site.Inherited.list),
    ("DELETE", "/api/inherited/7/", "Inherited.destroy", views_site.Inherited),
    ("GET", "/ninja/users", "list_users", views_site.list_users),
    ("POST", "/ninja/users", "add_user", views_site.add_user),
    ("GET", "/ninja/shop/stock", "stock", views_site.stock),
    ("POST", "/ninja/shop/stock", "fill", views_site.fill),
]


@pytest.mark.parametrize(("method", "path", "name", "source"), VIEWS)
def test_view_has_the_name_and_the_code_of_the_project(
    method: str, path: str, name: str, source: Any, instrument: None
) -> None:
    with request_observed() as trace:
        ask_wsgi(path, site=MODULE, REQUEST_METHOD=method)
    view = trace.one("view")
    assert view.name == name
    assert view[attributes.FUNCTION] == f"{MODULE}.{name}"
    assert view[attributes.CODE_FILE] == "tests/probes/django/views_site.py"
    if source == "prices":
        assert view[attributes.CODE].endswith("def prices(request: Any) -> Response:\n    return Response([1])")
    else:
        assert view[attributes.CODE_LINE] == inspect.getsourcelines(source)[1]


@pytest.mark.parametrize(("path", "name"), [("/bare/", "plain"), ("/api/orders/", "Orders.list"), ("/page/", "Page")])
async def test_hop_to_the_thread_of_a_view_names_the_view(path: str, name: str, instrument: None) -> None:
    with override_settings(REST_FRAMEWORK={"DEFAULT_AUTHENTICATION_CLASSES": []}), request_observed() as trace:
        await ask_asgi(path, site=MODULE)
    hops = {hop[attributes.CROSSING_FUNCTION] for hop in trace.all("crossing")}
    assert f"{MODULE}.{name}" in hops
