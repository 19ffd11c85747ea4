"""Plays several recordings as one film: groups of them, a row of the stage each, that all begin together. Pure.

The recordings of one group keep the distance at which they were fired: a heartbeat and what was computed beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.diff.alignment import shift
from dashboard.recordings.film import FilmJson, ServerFactsJson, film_spans
from dashboard.traces.span import Span

GROUP_RUN = "one-clock"
"""The run that all requests are put into, which makes them one take on the stage."""


@dataclass(frozen=True, slots=True)
class Group:
    """Recordings that were made beside each other; `title` tells them from the other groups."""

    title: str
    films: Sequence[FilmJson]


def play_together(groups: Sequence[Group]) -> FilmJson:
    """Return all groups as one film, on the clock of the first.

    A server has a row in each of several groups: there they are called "uvicorn 1", "uvicorn 2". Raise ValueError
    when a group has no request.
    """
    merged: FilmJson = {"spans": [], "run": None, "servers": [], "backlog": {}}
    backlog: dict[str, Sequence[tuple[int, int]]] = {}
    start_ns = 0
    for position, group in enumerate(groups):
        spans = [span for film in group.films for span in film_spans(film)]
        began_ns = _began_ns(spans, group.title)
        start_ns = start_ns or began_ns
        names = _new_names(group, "" if len(groups) == 1 else f" {position + 1}")
        by_ns = start_ns - began_ns
        merged["spans"] += [span.as_json() for span in shift(spans, by_ns, GROUP_RUN, names)]
        merged["servers"] += _describe(group, names, is_alone=len(groups) == 1)
        for film in group.films:
            for server, steps in film["backlog"].items():
                moved = [(at_ns + by_ns, length) for at_ns, length in steps]
                backlog[names[server]] = sorted({*backlog.get(names[server], ()), *moved})
    merged["backlog"] = backlog
    return merged


def _began_ns(spans: Sequence[Span], title: str) -> int:
    began = [span.start_ns for span in spans if span.stage == "client"]
    if not began:
        raise ValueError(f"The recording of “{title}” has no request in it: fire again.")
    return min(began)


def _new_names(group: Group, suffix: str) -> dict[str, str]:
    names = {server["name"] for film in group.films for server in film["servers"]}
    names |= {server for film in group.films for server in film["backlog"]}
    return {name: f"{name}{suffix}" for name in sorted(names)}


def _describe(group: Group, names: dict[str, str], *, is_alone: bool) -> list[ServerFactsJson]:
    """Return each server once; where there are several groups its title says of which it is."""
    described: dict[str, ServerFactsJson] = {}
    for film in group.films:
        for server in film["servers"]:
            short = server["title"].partition(",")[0]
            title = server["title"] if is_alone else f"{short}, {group.title}"
            described[server["name"]] = {**server, "name": names[server["name"]], "title": title}
    return list(described.values())
