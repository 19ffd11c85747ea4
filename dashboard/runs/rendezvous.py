"""A meeting of the phones of an announcement: none speaks before all are in, none goes before all have heard.

One for a whole run, whatever servers its phones are connected to. It belongs to the runner's event loop.
"""

import asyncio

ENOUGH_FOR_A_SLOW_ONE = 3
"""With fewer phones there would be no two quick ones left to compare."""


class Rendezvous:
    """Waits for so many `phones`, each named by its trace id. One that cannot come must `leave`, or all wait."""

    def __init__(self, phones: int, text: str) -> None:
        self.text = text
        """What is said: nothing that another run would say."""
        self._awaited = phones
        self._inside: list[str] = []
        self._to_hear: set[str] = set()
        self._all_in = asyncio.Event()
        self._all_heard = asyncio.Event()

    async def enter(self, phone: str) -> None:
        """Come in, and wait until no phone is awaited any more."""
        self._inside.append(phone)
        self._to_hear.add(phone)
        self._count_in()
        await self._all_in.wait()

    def leave(self, phone: str) -> None:
        """Be over: a phone that never came in, or has not heard it, is not waited for any more."""
        if phone not in self._inside:
            self._count_in()
        self._count_heard(phone)

    @property
    def speaker(self) -> str:
        """The first that came in, once all are."""
        return self._inside[0]

    @property
    def slow(self) -> str | None:
        """The last that came in, once all are; None if there are too few."""
        return self._inside[-1] if len(self._inside) >= ENOUGH_FOR_A_SLOW_ONE else None

    async def hear(self, phone: str) -> None:
        """Have heard it: wait for the others, but not for the slow one, so that no farewell delays them."""
        self._count_heard(phone)
        await self._all_heard.wait()

    def _count_in(self) -> None:
        self._awaited -= 1
        if self._awaited <= 0:
            self._all_in.set()

    def _count_heard(self, phone: str) -> None:
        self._to_hear.discard(phone)
        if self._all_in.is_set() and self._to_hear <= {self.slow}:
            self._all_heard.set()
