"""The part of a film that is no span, both ways: as the member of an exported file, and from one that nobody vouches
for. Pure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dashboard.recordings.film import ServerFacts, Steps

INTERFACES = {"wsgi", "asgi"}
LONGEST_WORDS = 2_000
SERVERS = 100
STEPS = 100_000
"""Of all accept queues together."""
LATEST_NS = 2**63


@dataclass(frozen=True, slots=True)
class About:
    """What was said of a film where it was recorded. What cannot be read is as if it had not been said."""

    title: str = ""
    run: Mapping[str, Any] | None = None
    servers: tuple[ServerFacts, ...] = ()
    backlog: Steps = field(default_factory=dict)

    @classmethod
    def of_json(cls, form: Mapping[str, Any]) -> "About":
        """From the member of a file."""
        run = form.get("run")
        return cls(
            title=_text(form.get("title")),
            run=run if isinstance(run, dict) else None,
            servers=tuple(_servers(form.get("servers"))),
            backlog=_backlog(form.get("backlog")),
        )


def about_json(title: str, film: Mapping[str, Any]) -> dict[str, Any]:
    """The member for a film in its JSON form."""
    return {"title": title, **{name: value for name, value in film.items() if name != "spans"}}


def _servers(form: Any) -> Iterable[ServerFacts]:
    for item in (form if isinstance(form, list) else [])[:SERVERS]:
        if isinstance(item, dict) and isinstance(item.get("name"), str) and item.get("interface") in INTERFACES:
            words = {name: _text(item.get(name)) for name in ("title", "why", "command")}
            yield ServerFacts(name=item["name"], interface=item["interface"], **words)


def _backlog(form: Any) -> Steps:
    found: dict[str, list[tuple[int, int]]] = {}
    left = STEPS
    for server, steps in (form if isinstance(form, dict) else {}).items():
        kept = [(step[0], step[1]) for step in (steps if isinstance(steps, list) else [])[:left] if _is_step(step)]
        left -= len(kept)
        found[server] = kept
    return {server: steps for server, steps in found.items() if steps}


def _is_step(step: Any) -> bool:
    """Whether it is (unix ns, connections)."""
    return (
        isinstance(step, list)
        and len(step) == 2  # noqa: PLR2004 - a pair
        and all(isinstance(number, int) and 0 <= number < LATEST_NS for number in step)
    )


def _text(value: Any) -> str:
    return value[:LONGEST_WORDS] if isinstance(value, str) else ""
