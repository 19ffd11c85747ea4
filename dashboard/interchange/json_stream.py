"""Streams JSON: walks a document of any size and builds only what is asked for, within bounds."""

from collections.abc import Iterator
from typing import Any, BinaryIO

import ijson  # type: ignore[import-untyped]

from dashboard.interchange.refusal import ImportRefusedError
from dashboard.types import JsonValue

BUFFER_BYTES = 64 * 1024
FEW_BYTES = 3
OPENS, CLOSES = {"start_map", "start_array"}, {"end_map", "end_array"}
KINDS = {"start_map": "an object", "start_array": "an array", "null": "null", "boolean": "true or false"}
EXPECTED = "Expected a file of OTLP/JSON as a Collector, Jaeger, Tempo or Gatescope writes it"


class ValueTooLargeError(Exception):
    """A value has more parts or deeper nesting than is allowed; it was skipped."""


class JsonStream:
    """A walk through one or more consecutive documents.

    All methods raise ImportRefusedError where the file is not JSON or is truncated.
    """

    def __init__(self, file: BinaryIO, depth: int) -> None:
        _expect_content(file)
        self.depth = depth
        self._events = _events(file)
        self.kind = ""
        self._value: Any = None

    def next(self) -> bool:
        """Go to the next event and set `kind` to its name. Return False at the end of the file."""
        event = next(self._events, None)
        if event is not None:
            self.kind, self._value = event
        return event is not None

    def members(self) -> Iterator[str]:
        """Yield the keys of the object that was just opened.

        The walk is then at the key's value, which the caller must build or skip.
        """
        while self.next() and self.kind == "map_key":
            key = str(self._value)
            self.next()
            yield key

    def items(self, name: str) -> Iterator[None]:
        """Yield for each element of the array that the walk is at; not at all for null. Raise for anything else."""
        if self.kind == "null":
            return
        if self.kind != "start_array":
            raise ImportRefusedError(f"{EXPECTED}: an array as {name!r}; got {self.what}.")
        while self.next() and self.kind != "end_array":
            yield

    @property
    def what(self) -> str:
        """What the walk is at, in words."""
        return KINDS.get(self.kind, f"a {self.kind}")

    def skip(self) -> None:
        """Skip the value that the walk is at."""
        open_now = int(self.kind in OPENS)
        while open_now and self.next():
            open_now += (self.kind in OPENS) - (self.kind in CLOSES)

    def build(self, values: int) -> JsonValue:
        """Return the value that the walk is at. Raise ValueTooLargeError if it has more than `values` parts."""
        if self.kind not in OPENS:
            scalar: JsonValue = self._value
            return scalar
        found: Any = [] if self.kind == "start_array" else {}
        # One loop instead of a method for each part, or ijson's builder: this is where the time goes.
        inside, key = found, ""
        around: list[tuple[Any, str]] = []
        for kind, value in self._events:
            values -= 1
            if values <= 0 or len(around) > self.depth:
                self._leave(len(around) + 1 + (kind in OPENS) - (kind in CLOSES))
                raise ValueTooLargeError
            if kind == "map_key":
                key = value
                continue
            if kind in CLOSES:
                if not around:
                    break
                inside, key = around.pop()
                continue
            part = ({} if kind == "start_map" else []) if kind in OPENS else value
            if type(inside) is list:
                inside.append(part)
            else:
                inside[key] = part
            if kind in OPENS:
                around.append((inside, key))
                inside = part
        built: JsonValue = found
        return built

    def _leave(self, open_now: int) -> None:
        while open_now and self.next():
            open_now += (self.kind in OPENS) - (self.kind in CLOSES)


def _events(file: BinaryIO) -> Iterator[tuple[str, Any]]:
    # With `use_float` numbers are those of C. Without it ijson 3.6 crashes on an integer of 5,000 digits.
    try:
        yield from ijson.basic_parse(file, multiple_values=True, use_float=True, buf_size=BUFFER_BYTES)
    except (ijson.JSONError, ValueError) as error:
        raise _unreadable(str(error)) from error


def _expect_content(file: BinaryIO) -> None:
    begin = file.tell()
    start = file.read(FEW_BYTES)
    if not start.strip():
        raise ImportRefusedError(f"{EXPECTED}; got an empty file. Export it again.")
    file.seek(begin)


def _unreadable(error: str) -> ImportRefusedError:
    reason = error.removeprefix("b'").replace("\\n", "\n").partition("\n")[0].strip()
    if "premature EOF" in error:
        return ImportRefusedError(f"{EXPECTED}; the file is cut off. Export or copy it again in full.")
    if "overflow" in error:
        return ImportRefusedError(f"{EXPECTED}; a number in it has more than 64 bits. Write it as a string.")
    return ImportRefusedError(f"{EXPECTED}; this is not JSON ({reason}). Choose another file.")
