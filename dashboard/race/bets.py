"""The bets on the next race: one for each browser, until the race begins. In memory, and bounded. Pure."""

from collections import Counter, OrderedDict

MOST_BETTORS = 1_000


class BettingBook:
    """The server that each browser bet on, for the next race and in the last one."""

    def __init__(self) -> None:
        self._open: OrderedDict[str, str] = OrderedDict()
        self._closed: dict[str, str] = {}
        self._race = ""

    def place(self, bettor: str, server: str) -> None:
        """Place a bet, or change it; the oldest bet makes room when there are too many."""
        self._open.pop(bettor, None)
        self._open[bettor] = server
        while len(self._open) > MOST_BETTORS:
            self._open.popitem(last=False)

    def close(self, race: str) -> dict[str, int]:
        """Close the bets as a race begins, and return how many there are on each server."""
        self._closed, self._open, self._race = dict(self._open), OrderedDict(), race
        return dict(Counter(self._closed.values()))

    def counts(self) -> dict[str, int]:
        """Return the number of bets on each server for the next race."""
        return dict(Counter(self._open.values()))

    def open_bet(self, bettor: str) -> str:
        """Return the server that someone bets on for the next race; empty without a bet."""
        return self._open.get(bettor, "")

    def closed_bet(self, bettor: str, race: str) -> str:
        """Return the server that someone bet on in this race; empty without a bet, and for a race before the last."""
        return self._closed.get(bettor, "") if race == self._race else ""
