"""A whole number from text that somebody typed, within bounds, and the one sentence for anything else."""

from dashboard.lib.text import abridge

MOST_DIGITS = 20
"""Longer texts are not even converted: int() takes quadratic time."""


class WholeNumberError(ValueError):
    """The text is not such a number. The message continues "The count is ": `'x': expected a whole number …`."""


def whole_number(text: str, *, least: int = 1, most: int) -> int:
    """Return the number that `text` holds, from `least` to `most`; blanks around it do not matter.

    Signs, underscores and digits of other scripts, all of which int() takes, are refused. Raises WholeNumberError.
    """
    digits = text.strip()
    if digits.isascii() and digits.isdigit() and len(digits) <= MOST_DIGITS and least <= int(digits) <= most:
        return int(digits)
    raise WholeNumberError(f"{abridge(text)}: expected a whole number from {least:,} to {most:,}.")
