"""What a form offers to choose from, where strangers decide how much there is. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Offer(Generic[T]):
    """The first of some things, and how many others there are."""

    first: Sequence[T] = ()
    others: int = 0

    def __iter__(self) -> Iterator[T]:
        return iter(self.first)

    def __bool__(self) -> bool:
        return bool(self.first)

    @classmethod
    def of(cls, found: Sequence[T], most: int) -> "Offer[T]":
        """Return the first `most` of what was found."""
        return cls(found[:most], max(0, len(found) - most))
