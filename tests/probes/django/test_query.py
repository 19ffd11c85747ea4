"""The stage `query`: each statement with its text but never its values, and each connection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.db.utils import OperationalError

from probes import attributes
from tests.probes.django.in_process import request_observed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def database(instrument: None, django_db_blocker: Any, tmp_path: Path) -> Iterator[DatabaseWrapper]:
    """A database of its own, not connected yet."""
    settings = {"NAME": tmp_path / "own.sqlite3", "OPTIONS": {}, "CONN_HEALTH_CHECKS": False, "CONN_MAX_AGE": 0}
    settings |= {"AUTOCOMMIT": True, "TIME_ZONE": None, "ATOMIC_REQUESTS": False, "TEST": {}}
    wrapper = DatabaseWrapper(settings, alias="own")
    with django_db_blocker.unblock():
        yield wrapper
        wrapper.close()


def test_statement_is_shown_without_its_values(database: DatabaseWrapper) -> None:
    with request_observed() as trace, database.cursor() as cursor:
        cursor.execute("SELECT %s AS secret", ["s3cret"])
    connect, query = trace.all("query")
    assert (connect[attributes.QUERY_KIND], query[attributes.QUERY_KIND]) == ("connect", "query")
    assert query[attributes.DB_QUERY] == "SELECT %s AS secret"
    assert query[attributes.DB_SYSTEM] == "sqlite"
    assert not any("s3cret" in str(span.attributes) for span in trace.spans)


def test_failing_statement_fails_its_stage_and_raises_as_ever(database: DatabaseWrapper) -> None:
    with request_observed() as trace, database.cursor() as cursor, pytest.raises(OperationalError, match="nothing"):
        cursor.execute("SELECT * FROM nothing")
    assert trace.all("query")[-1].failed


def test_many_rows_in_one_call_are_one_stage(database: DatabaseWrapper) -> None:
    with request_observed() as trace, database.cursor() as cursor:
        cursor.execute("CREATE TABLE t (n)")
        cursor.executemany("INSERT INTO t VALUES (%s)", [[1], [2]])
    assert [span.name for span in trace.all("query")] == ["CONNECT", "CREATE t", "INSERT t"]


def test_wrapper_of_the_project_that_connects_inside_its_block_is_removed_as_ever(database: DatabaseWrapper) -> None:
    def theirs(execute: Any, *call: Any) -> Any:
        return execute(*call)

    with database.execute_wrapper(theirs), database.cursor() as cursor:
        cursor.execute("SELECT 1")
    assert theirs not in database.execute_wrappers
    assert len(database.execute_wrappers) == 1


def test_reconnecting_does_not_observe_twice(database: DatabaseWrapper) -> None:
    for _ in range(2):
        database.close()
        database.connect()
    assert len(database.execute_wrappers) == 1


def test_failing_connection_raises_as_ever(database: DatabaseWrapper) -> None:
    database.settings_dict["NAME"] = "/nowhere/at/all.sqlite3"
    with request_observed() as trace, pytest.raises(OperationalError):
        database.ensure_connection()
    assert trace.one("query").failed


def test_statement_that_cannot_be_described_is_executed_as_ever(
    database: DatabaseWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("probes.django.query.summarize", lambda _sql: 1 / 0)
    with request_observed(), database.cursor() as cursor:
        assert cursor.execute("SELECT 7").fetchone() == (7,)
