"""The shapes of which charts consist, in the units of their SVG's view box. Pure: templates draw what they say."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis."""

    at: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One number as a bar that begins at its row's left end."""

    server: str
    interface: str
    y: float
    length: float
    label: str
