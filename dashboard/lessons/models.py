"""Finished runs, kept in the database so that a link to one outlives the process that fired it."""

from typing import Any, ClassVar

from django.db import models


class Run(models.Model):
    """One run as it ended. `servers` holds, per server name, what `results.ServerResult.as_json()` gives."""

    id = models.CharField(max_length=16, primary_key=True)
    scenario = models.CharField(max_length=40)
    count = models.PositiveIntegerField()
    concurrency = models.PositiveIntegerField()
    seconds = models.FloatField(null=True)
    via = models.CharField(max_length=40, blank=True, default="")
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
            "via": self.via,
            "note": self.note,
            "servers": self.servers,
        }
