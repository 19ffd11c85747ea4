"""What comes with a film is read only as far as it makes sense."""

import json

from dashboard.interchange.metadata import FilmMetadata, export_metadata
from dashboard.recordings.film import FilmJson, ServerFacts
from dashboard.types import JsonObject
from tests.support.spans import make_span


def test_what_came_with_a_film_is_taken_only_where_it_can_be_read() -> None:
    hostile: JsonObject = {
        "title": 5,
        "run": [1],
        "servers": [
            5,
            {"name": "a"},
            {"name": "b", "interface": "wsgi", "title": 7},
            {"name": 1, "interface": "asgi"},
        ],
        "backlog": {"a": [[1, 2], [1], [1.5, 2], "x", [-1, 1]], "b": 7},
    }
    metadata = FilmMetadata.parse(hostile)
    assert metadata == FilmMetadata("", None, (ServerFacts("b", "", "wsgi"),), {"a": [(1, 2)]})
    assert FilmMetadata.parse({"servers": 5, "backlog": [1]}) == FilmMetadata()


def test_an_export_carries_everything_but_the_spans_and_is_read_back() -> None:
    film: FilmJson = {
        "spans": [make_span().as_json()],
        "run": {"id": "r1"},
        "servers": [{"name": "a", "title": "A", "interface": "asgi", "why": "w", "command": "c"}],
        "backlog": {"a": [(1, 2)]},
    }
    exported = export_metadata("one", film)
    assert list(exported) == ["title", "run", "servers", "backlog"]
    read = FilmMetadata.parse(json.loads(json.dumps(exported)))
    assert read == FilmMetadata("one", {"id": "r1"}, (ServerFacts("a", "A", "asgi", "w", "c"),), {"a": [(1, 2)]})
