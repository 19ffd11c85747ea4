"""A project's own tests, with pytest and Django's clients, pass as without the probes; what they ask is recorded."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.probes.receiver import Receiver
from tests.support.ports import free_port

ROOT = Path(__file__).parents[3]
TESTS = """
import asyncio
import os

import django
from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import path

def hello(request):
    return HttpResponse("hello")

async def hello_async(request):
    await asyncio.sleep(0)
    return HttpResponse("hello")

def stream(request):
    return StreamingHttpResponse(iter([b"one ", b"two"]))

def broken(request):
    raise LookupError("broken on purpose")

urlpatterns = [
    path("hello/", hello), path("hello-async/", hello_async), path("stream/", stream), path("broken/", broken),
]
settings.configure(
    ALLOWED_HOSTS=["*"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    INSTALLED_APPS=["probes.django"] if os.environ["OBSERVED"] == "yes" else [],
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
    MEDIA_URL="/media/",
    ROOT_URLCONF=__name__,
    STATIC_URL="/static/",
)
django.setup()

import pytest
from django.test import AsyncClient, Client, LiveServerTestCase, RequestFactory, SimpleTestCase

@pytest.mark.parametrize("page", ["hello", "hello-async"])
def test_client(page):
    answer = Client().get(f"/{page}/")
    assert answer.content == b"hello"
    assert answer.resolver_match.route == f"{page}/"

async def test_async_client():
    for page in ("hello", "hello-async"):
        assert (await AsyncClient().get(f"/{page}/")).content == b"hello"

def test_an_exception_of_a_view_reaches_the_test():
    with pytest.raises(LookupError, match="on purpose"):
        Client().get("/broken/")
    assert Client(raise_request_exception=False).get("/broken/").status_code == 500

def test_a_stream():
    assert b"".join(Client().get("/stream/").streaming_content) == b"one two"

def test_a_view_without_a_client():
    assert hello(RequestFactory().get("/hello/")).content == b"hello"

class OfDjango(SimpleTestCase):
    def test_assertions(self):
        self.assertContains(self.client.get("/hello/"), "hello")
        self.assertRedirects(self.client.get("/hello"), "/hello/", status_code=301)

    async def test_assertions_in_a_coroutine(self):
        self.assertContains(await self.async_client.get("/hello-async/"), "hello")

class Live(LiveServerTestCase):
    def test_a_live_server(self):
        from urllib.request import urlopen
        with urlopen(self.live_server_url + "/hello/") as answer:
            assert answer.read() == b"hello"
"""
PLUGINS = ("-W", "error", "-p", "no:cacheprovider", "-p", "no:django", "-p", "no:xdist")
OPTIONS = ("-o", "asyncio_mode=auto", "-o", "asyncio_default_fixture_loop_scope=function")


def outcome(folder: Path, endpoint: str, *, observed: bool) -> str:
    """What pytest says of the tests of a project."""
    (folder / "test_project.py").write_text(TESTS)
    given = {**os.environ, "OBSERVED": "yes" if observed else "no", "GATESCOPE_ENDPOINT": endpoint}
    given |= {"PYTHONPATH": str(ROOT)}
    given.pop("DJANGO_SETTINGS_MODULE", None)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-v",
        "--rootdir",
        ".",
        "-W",
        "error",
        *PLUGINS,
        *OPTIONS,
        "test_project.py",
    ]
    done = subprocess.run(command, cwd=folder, env=given, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return "\n".join(line.split(" [")[0] for line in done.stdout.splitlines() if "::" in line)


@pytest.fixture(scope="module")
def without(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What pytest says of them without the instrument."""
    said = outcome(tmp_path_factory.mktemp("without"), "", observed=False)
    assert said.count("PASSED") == TESTS.count("def test_") + 1  # one of them has two pages
    return said


def test_the_results_are_the_same_and_what_was_asked_is_recorded(
    tmp_path: Path, receiver: Receiver, without: str
) -> None:
    assert outcome(tmp_path, receiver.endpoint, observed=True) == without
    receiver.until(lambda: [span for span in receiver.ended("view") if span["code.function.name"].endswith("hello")])
    assert {span.failed for span in receiver.ended("server") if span["url.path"] == "/hello/"} == {False}


def test_the_results_are_the_same_when_nobody_listens(tmp_path: Path, without: str) -> None:
    assert outcome(tmp_path, f"http://127.0.0.1:{free_port()}/v1/traces", observed=True) == without
