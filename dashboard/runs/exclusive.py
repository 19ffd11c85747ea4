"""Who measures at the moment: one at a time, since two at once would distort each other. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

MEASURING = "{title} is being measured, and two at once would distort each other: wait until it ends, or stop it."
FIRING = "Another run is in progress and would distort the measurement: wait until it ends, or stop it."


class BusyError(Exception):
    """Something is being measured or fired already; the message says what, and what to do."""


@dataclass(frozen=True, slots=True, eq=False)
class Claim:
    """What somebody measures. A queue's claim leaves room for those of its steps, which are made one by one."""

    title: str
    is_queue: bool = False


class Exclusive:
    """Owns the claims. `is_firing` says whether a run of the presenter's is in progress.

    `leftover` is a sentence about servers that still work for a run that was stopped; empty when none does.
    `make_way` is called when somebody begins to measure, to end what may not hold that up: the runs of the class.
    """

    def __init__(
        self,
        is_firing: Callable[[], bool],
        leftover: Callable[[], str] = str,
        make_way: Callable[[], object] = lambda: None,
    ) -> None:
        self._is_firing = is_firing
        self._leftover = leftover
        self._make_way = make_way
        self._claims: list[Claim] = []

    def claim(self, title: str, *, is_queue: bool = False) -> Claim:
        """Begin to measure; whoever claims has to release. Raise BusyError while something else is in the way."""
        if why := self._obstacle(for_queue=is_queue):
            raise BusyError(why)
        claim = Claim(title, is_queue)
        self._claims.append(claim)
        self._make_way()
        return claim

    def release(self, claim: Claim) -> None:
        """Let others measure again."""
        self._claims.remove(claim)

    def measuring(self) -> str:
        """Say what is being measured, for whoever has to wait for it; empty when nothing is."""
        return MEASURING.format(title=self._claims[0].title) if self._claims else ""

    def obstacle(self) -> str:
        """Say why the next step of a queue cannot be measured yet; empty when it can."""
        return self._obstacle(for_queue=False) or self._leftover()

    def _obstacle(self, *, for_queue: bool) -> str:
        rival = next((claim for claim in self._claims if for_queue or not claim.is_queue), None)
        if rival:
            return MEASURING.format(title=rival.title)
        return FIRING if self._is_firing() else ""
