"""Recordings in the database: the film itself, what the list says of it, and which traces are in it."""

from typing import ClassVar, NotRequired, TypedDict

from django.db import models

RUN, TAKE, IMPORT = "run", "take", "import"
SOURCES = {RUN: "run", TAKE: "kept take", IMPORT: "import"}
"""Where a film came from: fired here, fired by others and kept by hand, or brought from elsewhere."""

DELETED, EVICTED = "deleted", "evicted"
"""Why a film is no longer shown: it was deleted, or newer ones needed its room."""


class RecordedServer(TypedDict):
    """One of `Recording.servers`: `film.ServerFacts`, and how it did in the run if there was one."""

    name: str
    title: str
    interface: str
    why: str
    command: str
    last_s: NotRequired[float | None]
    failed: NotRequired[int]


class RecordingJson(TypedDict):
    """What the list says of a recording, for scripts."""

    id: str
    source: str
    kept: bool
    title: str
    scenario: str
    lesson: int | None
    servers: list[str]
    requests: int
    failed: int
    spans: int
    bytes: int
    duration_s: float
    started_at: str
    created_at: str


class Recording(models.Model):
    """One film. A run's recording has the run's id.

    A deleted one stays whole until `film` is emptied, so that it can be restored. What is left then is a stub, which
    tells those who have a link what became of it.
    """

    id = models.CharField(max_length=32, primary_key=True)
    kept = models.BooleanField(default=False, db_index=True)
    """Whether somebody pinned it: a take, an import, or a run that was. The others come and go by themselves."""
    source = models.CharField(max_length=6, choices=list(SOURCES.items()))
    title = models.CharField(max_length=200)
    scenario = models.CharField(max_length=80, blank=True)
    lesson = models.PositiveSmallIntegerField(null=True, db_index=True)
    """The number of the lesson that it was fired for."""
    servers = models.JSONField(default=list)
    """Each a `RecordedServer`, in the order of the rows."""
    requests = models.PositiveIntegerField()
    failed = models.PositiveIntegerField(db_index=True)
    spans = models.PositiveIntegerField()
    bytes = models.PositiveBigIntegerField()
    """Size of the packed film; 0 when it is gone."""
    duration_s = models.FloatField(db_index=True)
    started_at = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    gone = models.CharField(max_length=7, blank=True, choices=[(DELETED, DELETED), (EVICTED, EVICTED)])
    gone_at = models.DateTimeField(null=True)
    film = models.BinaryField(null=True)
    text = models.TextField(blank=True)
    """What a search looks through, in lower case."""

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.title

    @property
    def names(self) -> list[str]:
        """The names of its servers."""
        return [server["name"] for server in self.servers]

    @property
    def can_be_restored(self) -> bool:
        """Whether it was deleted and its film is still there."""
        return bool(self.gone) and self.bytes > 0

    def as_json(self) -> RecordingJson:
        """Return what the list says of it."""
        return {
            "id": self.id,
            "source": self.source,
            "kept": self.kept,
            "title": self.title,
            "scenario": self.scenario,
            "lesson": self.lesson,
            "servers": self.names,
            "requests": self.requests,
            "failed": self.failed,
            "spans": self.spans,
            "bytes": self.bytes,
            "duration_s": self.duration_s,
            "started_at": self.started_at.isoformat(),
            "created_at": self.created_at.isoformat(),
        }


class RecordedTrace(models.Model):
    """That a trace is in a recording, and which server it went to."""

    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="traces")
    trace_id = models.CharField(max_length=32, db_index=True)
    server = models.CharField(max_length=200, db_index=True)

    def __str__(self) -> str:
        return self.trace_id
