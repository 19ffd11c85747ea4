"""How long a scenario is asked to take: one rule and one sentence for the samples of all frameworks."""

import math

LONGEST_S = 30.0


def duration(given: str | None, default: float = 1.0) -> float:
    """Return the seconds that the query parameter `seconds` asks for, from 0 to 30; `default` without it.

    Raises ValueError with a sentence for the reader when it is anything else.
    """
    if given is None:
        return default
    try:
        seconds = float(given)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds <= LONGEST_S:  # also false for "nan"
        raise ValueError(f"seconds must be a number from 0 to {LONGEST_S:g}, not {given[:40]!r}.")
    return seconds
