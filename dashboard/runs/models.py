"""Finished runs, kept in the database so that a link to one outlives the process that fired it."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models

DEFAULT_OPTIONS: Mapping[str, Any] = {"via": "", "protocol": "1.1", "leave": None}
"""How runs were fired before these fields existed."""


class Run(models.Model):
    """One run as it ended. `servers` holds, per server name, what `results.ServerResult.as_json()` gives."""

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

    def as_json(self) -> dict[str, Any]:
        """The contract's form of GET /runs/ID."""
        return {
            "id": self.id,
            "state": self.state,
            "scenario": self.scenario,
            "count": self.count,
            "concurrency": self.concurrency,
            "seconds": self.seconds,
            **DEFAULT_OPTIONS,
            **self.options,
            "note": self.note,
            "servers": self.servers,
        }

    @classmethod
    def of_json(cls, run: Mapping[str, Any]) -> "Run":
        """The row for what `as_json` gives."""
        columns = {field.name for field in cls._meta.get_fields()}
        options = {name: value for name, value in run.items() if name not in columns}
        return cls(options=options, **{name: value for name, value in run.items() if name in columns})
