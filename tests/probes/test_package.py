"""The package imports itself relatively, so that it also works as a part of another package."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import probes
from probes import attributes
from tests.probes.receiver import Receiver

PACKAGE = Path(str(probes.__file__)).parent
SOURCES = sorted(PACKAGE.rglob("*.py"))
ATTRIBUTE_NAMES = {value for name, value in vars(attributes).items() if name.isupper()}

PLAIN = """
import asyncio
import sys
from wsgiref.util import setup_testing_defaults

from gatescope.probes.asgi import ASGIProbe
from gatescope.probes.tracing import instrument
from gatescope.probes.wsgi import WSGIProbe


def wsgi(environ, start_response):
    start_response("200 OK", [])
    return [b"hello"]


async def asgi(scope, receive, send):
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"hello"})


async def receive():
    return {"type": "http.request", "body": b"", "more_body": False}


async def send(message):
    pass


environ = {}
setup_testing_defaults(environ)
body = WSGIProbe(wsgi)(environ, lambda *_: print)
assert list(body) == [b"hello"]
body.close()
scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": [(b"host", b"here")]}
asyncio.run(ASGIProbe(asgi)(scope, receive, send))
instrument().live.shutdown()
"""

DJANGO = """
import sys
from wsgiref.util import setup_testing_defaults

import django
from django.conf import settings
from django.http import HttpResponse
from django.urls import path

urlpatterns = [path("", lambda request: HttpResponse("hello"))]
settings.configure(ALLOWED_HOSTS=["*"], INSTALLED_APPS=["gatescope.probes.django"], ROOT_URLCONF=__name__)
django.setup()

from django.core.wsgi import get_wsgi_application
from gatescope.probes.tracing import instrument

environ = {}
setup_testing_defaults(environ)
body = get_wsgi_application()(environ, lambda *_: print)
assert b"".join(body) == b"hello"
body.close()
instrument().live.shutdown()
"""

ONLY_UNDER_THE_OTHER_NAME = """
assert not [name for name in sys.modules if name.partition(".")[0] == "probes"]
"""


def absolute_references(source: str) -> Iterator[str]:
    """Yield what names the package absolutely: imports, and text that is not a docstring."""
    tree = ast.parse(source)
    statements = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                found = [alias.name for alias in names]
            case ast.ImportFrom(module=str(module), level=0):
                found = [module]
            case ast.Constant(value=str(text)) if id(node) not in statements:
                found = [text]
            case _:
                found = []
        yield from (name for name in found if name.partition(".")[0] == "probes")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_every_import_of_our_own_is_relative(path: Path) -> None:
    assert list(absolute_references(path.read_text())) == []


@pytest.mark.parametrize(
    "source",
    [
        "import probes.wsgi",
        "from probes import attributes",
        "def late():\n    from probes.wsgi import WSGIProbe",
        'name = "probes.django"',
    ],
)
def test_an_absolute_import_is_found(source: str) -> None:
    assert list(absolute_references(source))


@pytest.mark.parametrize(
    "path",
    [path for path in SOURCES if path.name != "attributes.py"],
    ids=lambda path: path.relative_to(PACKAGE).as_posix(),
)
def test_attribute_names_stand_in_attributes_alone(path: Path) -> None:
    texts = {node.value for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant)}
    assert not texts & ATTRIBUTE_NAMES
    assert not [text for text in texts if isinstance(text, str) and text.startswith("gatescope.") and " " not in text]


@pytest.mark.parametrize(
    ("program", "stages"),
    [
        (PLAIN, ["server", "response", "server", "response"]),
        (DJANGO, ["server", "handler", "resolve", "view", "response"]),
    ],
    ids=["plain", "django"],
)
def test_the_package_works_under_another_name(
    program: str, stages: list[str], receiver: Receiver, tmp_path: Path
) -> None:
    shutil.copytree(PACKAGE, tmp_path / "gatescope" / "probes", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "gatescope" / "__init__.py").touch()
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program + ONLY_UNDER_THE_OTHER_NAME],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path), "GATESCOPE_ENDPOINT": receiver.endpoint},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 0
    (line,) = done.stderr.splitlines()
    assert line.startswith("Gatescope: the requests of ")
    assert sorted(span.stage for span in receiver.ended() if span.stage != "signal") == sorted(stages)
