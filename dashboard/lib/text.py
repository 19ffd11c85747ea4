"""Text from outside, fit for a message of ours."""

MOST_SHOWN = 40
"""How many characters of it a message repeats."""


def abridge(text: str) -> str:
    """Return `text` in quotes, short enough for one sentence."""
    return repr(text if len(text) <= MOST_SHOWN else text[:MOST_SHOWN] + "…")
