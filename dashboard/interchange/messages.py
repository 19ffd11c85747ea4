"""What the process that reads a file prints, one JSON object a line: progress, then how it ended."""

from typing import TypeAlias, TypedDict, final

from dashboard.types import JsonObject


@final
class Progress(TypedDict):
    """How many spans have been read."""

    spans: int


@final
class Refused(TypedDict):
    """The file is refused; the sentence says why."""

    refused: str


@final
class Finished(TypedDict):
    """All spans are in the result file."""

    notes: list[str]
    metadata: JsonObject


Message: TypeAlias = Progress | Refused | Finished
