"""The lines of a file that are left out: what is no JSON, and a last line that is cut."""

from collections.abc import Iterator

LINES_NAMED = 5


class BadLines:
    """Their numbers, counted from 1."""

    def __init__(self) -> None:
        self._numbers: list[int] = []
        self._cut = 0
        """The number of the last line if the file ends within it."""

    def add(self, number: int, *, is_cut: bool) -> None:
        """Note a line."""
        if is_cut:
            self._cut = number
        else:
            self._numbers.append(number)

    def notes(self) -> Iterator[str]:
        """Yield what there is to say of them."""
        if self._numbers:
            named = [f"{number:,}" for number in self._numbers[:LINES_NAMED]]
            if more := len(self._numbers) - len(named):
                named.append(f"{more:,} more")
            listed = " and ".join(filter(None, (", ".join(named[:-1]), named[-1])))
            one = len(self._numbers) == 1
            yield f"Line{'' if one else 's'} {listed} {'is' if one else 'are'} no JSON and left out."
        if self._cut:
            yield f"The file ends within line {self._cut:,}, which is left out."
