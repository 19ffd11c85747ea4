"""Everything of a film but its spans, as one member of an exported file; reading it back trusts nothing. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypedDict, TypeGuard

from dashboard.recordings.film import BacklogSteps, FilmJson, ServerFacts, ServerFactsJson
from dashboard.types import JsonObject, JsonValue

INTERFACES = ("wsgi", "asgi")
LONGEST_TEXT = 2_000
MOST_SERVERS = 100
MOST_STEPS = 100_000
"""Of all accept queues together."""
LATEST_NS = 2**63


class MetadataJson(TypedDict):
    """The member of an exported file."""

    title: str
    run: JsonObject | None
    servers: list[ServerFactsJson]
    backlog: BacklogSteps


@dataclass(frozen=True, slots=True)
class FilmMetadata:
    """What is known of a film where it was recorded. What cannot be read is left out."""

    title: str = ""
    run: JsonObject | None = None
    servers: tuple[ServerFacts, ...] = ()
    backlog: BacklogSteps = field(default_factory=dict)

    @classmethod
    def parse(cls, form: JsonObject) -> "FilmMetadata":
        """Read the member of a file."""
        run = form.get("run")
        return cls(
            title=_text(form.get("title")),
            run=run if isinstance(run, dict) else None,
            servers=tuple(_servers(form.get("servers"))),
            backlog=_backlog(form.get("backlog")),
        )


def export_metadata(title: str, film: FilmJson) -> MetadataJson:
    """Return the member for a film."""
    return {"title": title, "run": film["run"], "servers": film["servers"], "backlog": film["backlog"]}


def _servers(form: JsonValue) -> Iterator[ServerFacts]:
    for item in (form if isinstance(form, list) else [])[:MOST_SERVERS]:
        if not isinstance(item, dict):
            continue
        name, interface = item.get("name"), item.get("interface")
        if isinstance(name, str) and isinstance(interface, str) and interface in INTERFACES:
            title, why, command = (_text(item.get(key)) for key in ("title", "why", "command"))
            yield ServerFacts(name, title, interface, why, command)


def _backlog(form: JsonValue) -> BacklogSteps:
    found: dict[str, list[tuple[int, int]]] = {}
    left = MOST_STEPS
    for server, steps in (form if isinstance(form, dict) else {}).items():
        kept = [(step[0], step[1]) for step in (steps if isinstance(steps, list) else [])[:left] if _is_step(step)]
        left -= len(kept)
        found[server] = kept
    return {server: steps for server, steps in found.items() if steps}


def _is_step(step: JsonValue) -> TypeGuard[list[int]]:
    """Return whether it is (unix ns, connections)."""
    return (
        isinstance(step, list)
        and len(step) == 2  # noqa: PLR2004 - a pair
        and all(isinstance(number, int) and 0 <= number < LATEST_NS for number in step)
    )


def _text(value: JsonValue) -> str:
    return value[:LONGEST_TEXT] if isinstance(value, str) else ""
