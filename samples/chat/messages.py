"""What a member says, parsed once from the text of a WebSocket message."""

import json
import math
from dataclasses import dataclass

LONGEST_TEXT = 1_000
LONGEST_S = 30.0


@dataclass(frozen=True, slots=True)
class Said:
    """One thing said; `seconds` is how long the consumer is asked to work on it before it tells the room."""

    text: str
    seconds: float


def read(message: str | None) -> Said:
    """Read `{"text": "hello", "seconds": 1.0}`. Raises ValueError with a sentence for the sender."""
    match _parsed(message):
        case {"text": str(text), **rest} if len(text) <= LONGEST_TEXT:
            return Said(text, _seconds(rest.get("seconds", 0)))
    raise ValueError(f'Say at most {LONGEST_TEXT:,} letters as JSON, such as {{"text": "hello", "seconds": 1}}.')


def _parsed(message: str | None) -> object:
    try:
        return json.loads(message or "")
    except (ValueError, RecursionError):
        return None


def _seconds(given: object) -> float:
    seconds = given if isinstance(given, int | float) else math.nan
    if not 0 <= seconds <= LONGEST_S:  # also false for NaN
        raise ValueError(f"seconds must be a number from 0 to {LONGEST_S:g}.")
    return float(seconds)
