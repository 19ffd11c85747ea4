"""A walk through JSON builds only what is asked for, and nothing beyond its bounds."""

import io
import json

import pytest

from dashboard.interchange.json_stream import JsonStream, ValueTooLargeError
from dashboard.interchange.refusal import ImportRefusedError
from dashboard.types import JsonValue


def at(value: JsonValue, depth: int = 64) -> JsonStream:
    """A walk that is at this value."""
    stream = JsonStream(io.BytesIO(json.dumps(value).encode()), depth)
    assert stream.next()
    return stream


@pytest.mark.parametrize(
    "value", [1, "x", None, True, 2.5, [], {}, [1, [2, {"a": None}]], {"a": {"b": [1]}, "c": "d"}]
)
def test_what_is_built_is_what_was_written(value: JsonValue) -> None:
    assert at(value).build(100) == value


def test_a_value_of_too_many_parts_is_skipped_and_the_walk_goes_on() -> None:
    stream = at({"large": list(range(100)), "small": [1]})
    found = {}
    for key in stream.members():
        try:
            found[key] = stream.build(10)
        except ValueTooLargeError:
            found[key] = "too large"
    assert found == {"large": "too large", "small": [1]}


def test_a_value_that_is_nested_too_deeply_is_skipped_and_the_walk_goes_on() -> None:
    stream = at([[[[[1]]]], 2], depth=2)
    found = []
    for _ in stream.items("list"):
        try:
            found.append(stream.build(100))
        except ValueTooLargeError:
            found.append("too deep")
    assert found == ["too deep", 2]


def test_members_that_nobody_wants_are_skipped() -> None:
    stream = at({"a": {"b": [1, 2, {"c": 3}]}, "d": 4})
    found = []
    for key in stream.members():
        if key == "d":
            found.append(stream.build(10))
        else:
            stream.skip()
    assert found == [4]


def test_what_is_not_an_array_has_no_items() -> None:
    assert list(at(None).items("spans")) == []
    with pytest.raises(ImportRefusedError, match="an array as 'spans'; got an object"):
        list(at({}).items("spans"))
