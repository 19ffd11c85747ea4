"""Text from outside, fit for a message of ours."""

from collections.abc import Sequence

MOST_SHOWN = 40
"""How many characters of it a message repeats."""
MOST_LISTED = 8
"""How many names a sentence lists."""


def abridge(text: str) -> str:
    """Return `text` in quotes, short enough for one sentence."""
    return repr(text if len(text) <= MOST_SHOWN else text[:MOST_SHOWN] + "…")


def list_some(names: Sequence[str], most: int = MOST_LISTED) -> str:
    """Return the first names, separated by commas, "and N others" if there are more."""
    listed = ", ".join(names[:most])
    others = len(names) - most
    return listed if others <= 0 else f"{listed} and {others} other{'' if others == 1 else 's'}"
