"""Finished runs, kept in the database so that a link to one outlives the process that fired it."""

from typing import Any, ClassVar

import msgspec
from django.db import models

from dashboard.runs.results import RunResult


class Run(models.Model):
    """One run as it ended. `servers` holds the JSON of a `ServerResult` by server name."""

    id = models.CharField(max_length=16, primary_key=True)
    scenario = models.CharField(max_length=40)
    count = models.PositiveIntegerField()
    concurrency = models.PositiveIntegerField()
    seconds = models.FloatField(null=True)
    options = models.JSONField(default=dict)
    """Every further field of the order, by name: one that was added later is missing in older rows."""
    state = models.CharField(max_length=10)
    note = models.TextField(blank=True)
    servers = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.scenario} × {self.count} at {', '.join(self.servers)}"

    @classmethod
    def of_result(cls, result: RunResult) -> "Run":
        """Return the row for a finished run."""
        columns = {field.name for field in cls._meta.get_fields()}
        form = msgspec.to_builtins(result)
        options = {name: value for name, value in form.items() if name not in columns}
        return cls(options=options, **{name: value for name, value in form.items() if name in columns})

    def result(self) -> RunResult:
        """Return the run as it ended; what a row of an older version lacks has its default."""
        columns = ("id", "scenario", "count", "concurrency", "seconds", "state", "note")
        servers = {name: _as_of_today(server) for name, server in self.servers.items()}
        form = {**self.options, **{name: getattr(self, name) for name in columns}, "servers": servers}
        return msgspec.convert(form, RunResult)


def _as_of_today(server: dict[str, Any]) -> dict[str, Any]:
    """Drop the threads of requests that were kept before it was known when each of them was needed."""
    requests = [
        {name: value for name, value in request.items() if name != "all_threads" or isinstance(value, dict)}
        for request in server["requests"]
    ]
    return {**server, "requests": requests}
