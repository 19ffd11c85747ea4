"""A database that really takes time: the SQL function `sleep(seconds)`.

SQLite has none, so each new connection is given one. The wait happens inside `execute`, as with a slow query
on any database, and it releases the interpreter lock as a network driver does.
"""

import time
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import FloatField, Func


class Sleep(Func):
    """`SLEEP(seconds)` in a query: waits once for each row that is evaluated, and returns the seconds."""

    function = "SLEEP"
    arity = 1
    output_field = FloatField()


def add_sleep_function(connection: BaseDatabaseWrapper, **_signal: Any) -> None:
    """Define `sleep` on a new SQLite connection; a receiver of `connection_created`."""
    connection.connection.create_function("SLEEP", 1, sleep)


def sleep(seconds: float) -> float:
    """Wait inside the database, and return how long, in seconds."""
    time.sleep(seconds)
    return seconds
