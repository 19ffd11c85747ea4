"""What holds for every test."""

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings as django_settings
from django.db import connections
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadScopeScheduling

from dashboard.fleet.table import SERVERS
from tests.support.programs import IN_CI, lacking

# How long an example takes says nothing on a machine that does other things as well.
settings.register_profile("gatescope", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("gatescope")

SHARING = {"browser", "contract"}
"""Folders whose tests share a demo that each worker starts once; elsewhere what is shared is shared within a file."""
LONG = [Path(__file__).parent / name for name in ("long", "faults")]
"""Folders of which every test is marked as long."""
APART = "test_proofs.py"
"""Tests that each last long and share nothing but the demo of their worker."""

# Dashboards of tests run side by side, and beside a developer's own.
os.environ.setdefault("GATESCOPE_OTLP_PORTS", "0")

# A shell that runs the tests in the background has them ignore Ctrl-C, and what they start would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_report_header() -> list[str]:
    """Say which servers are not here, so that nobody takes a green run for more than it is."""
    missing = [] if IN_CI else [f"{entry.name} is not tested: {entry.why_missing()}" for entry in SERVERS]
    return [line for line in missing if not line.endswith(": ")]


class _Together(LoadScopeScheduling):  # type: ignore[misc]  # xdist ships no types
    """Gives to one worker what shares something expensive: a demo, a file, in `long` a server.

    Groups by mark do not reach xdist 3.8 from pytest 9.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = PurePosixPath(nodeid.partition("::")[0])
        if file.name == APART:
            return nodeid
        if file.parent.name == "long":
            return nodeid.partition("[")[2]
        if file.parent.name == "browser":
            # Halves of about the same length.
            return f"browser {file.name < 'test_k'}"
        return file.parent.name if file.parent.name in SHARING else str(file)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """How the tests are shared out among workers."""
    return _Together(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what needs a program that is not installed, and mark what is long by its folder."""
    for item in items:
        if any(folder in item.path.parents for folder in LONG):
            item.add_marker(pytest.mark.long)
        if program := lacking(item.path):
            item.add_marker(pytest.mark.skip(reason=f"{program} is not installed"))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The tests' database is a file: a connection to one in memory cannot be closed."""
    for database in django_settings.DATABASES.values():
        database.setdefault("TEST", {})["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """No connection is left to a test that may not use the database: Django would look after it there."""
    try:
        return (yield)
    finally:
        if item.get_closest_marker("django_db"):
            connections.close_all()
            _on_a_loop_of_its_own(connections.close_all)


def _on_a_loop_of_its_own(work: Callable[[], None]) -> None:
    """Call it in the thread that async code does its sync work in. The policy's own loop stays as it is."""
    loop = asyncio.new_event_loop()
    try:
        loop.run_until_complete(sync_to_async(work)())
    finally:
        loop.close()
