"""Where the phones of one announcement meet: nothing is said before all are in, nobody goes before all have heard it.

One room for a whole run, whatever servers its phones are connected to. It belongs to the runner's event loop.
"""

import asyncio

ENOUGH_FOR_A_SLOW_ONE = 3
"""With fewer phones there would be no two quick ones left to compare."""


class Room:
    """So many `phones` are expected, each named by its trace id. One that cannot come must be counted as `missing`,
    or all wait for it.
    """

    def __init__(self, phones: int, text: str) -> None:
        self.text = text
        """What is said: nothing that another run would say."""
        self._awaited = phones
        self._inside: list[str] = []
        self._to_hear: set[str] = set()
        self._full = asyncio.Event()
        self._told = asyncio.Event()

    async def enter(self, phone: str) -> None:
        """Come in, and wait until nobody is awaited any more."""
        self._inside.append(phone)
        self._to_hear.add(phone)
        self._arrived()
        await self._full.wait()

    def missing(self, phone: str) -> None:
        """A phone's journey is over, at the latest: if it never came in, or has not heard it, nobody waits for it."""
        if phone not in self._inside:
            self._arrived()
        self._done(phone)

    @property
    def speaker(self) -> str:
        """The first that came in, once all are."""
        return self._inside[0]

    @property
    def slow(self) -> str | None:
        """The last that came in, once all are; None among too few."""
        return self._inside[-1] if len(self._inside) >= ENOUGH_FOR_A_SLOW_ONE else None

    async def heard(self, phone: str) -> None:
        """The phone has heard it: wait for the others, but not for the slow one, so that no farewell delays them."""
        self._done(phone)
        await self._told.wait()

    def _arrived(self) -> None:
        self._awaited -= 1
        if self._awaited <= 0:
            self._full.set()

    def _done(self, phone: str) -> None:
        self._to_hear.discard(phone)
        if self._full.is_set() and self._to_hear <= {self.slow}:
            self._told.set()
