"""Round numbers along an axis. Pure."""

import math
from collections.abc import Sequence

MOST_STEPS = 6
FACTORS = (1.0, 2.0, 2.5, 5.0, 10.0)
EPSILON = 1e-9
"""Keeps a number that is a multiple of the step, but for rounding, from being counted one further."""


def round_step(length: float, factors: Sequence[float] = FACTORS) -> float:
    """Return the smallest round step of which at most `MOST_STEPS` fit into a length, which is above 0."""
    power = 10.0 ** math.floor(math.log10(length / MOST_STEPS))
    return next(factor * power for factor in factors if factor * power * MOST_STEPS >= length * (1 - EPSILON))


def ticks_up_to(most: float) -> list[float]:
    """Return round numbers from 0 to the first that is not below `most`."""
    if most <= 0:
        return [0.0, 1.0]
    step = round_step(most)
    return [round(step * position, 10) for position in range(math.ceil(most / step - EPSILON) + 1)]


def ticks_between(least: float, most: float, factors: Sequence[float] = FACTORS) -> list[float]:
    """Return the round numbers from `least` to `most`."""
    step = round_step(most - least, factors)
    first, last = math.ceil(least / step - EPSILON), math.floor(most / step + EPSILON)
    return [round(step * position, 10) for position in range(first, last + 1)]
