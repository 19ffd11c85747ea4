"""What a chart is kept as in the database and sent as JSON. Pure."""

import msgspec
from msgspec import Struct

from dashboard.runs.surroundings import Surroundings


class SeriesResult(Struct, frozen=True, kw_only=True):
    """What a chart measured: one value and one run per point and server, None where nothing was measured."""

    chart: str
    unit: str
    points: tuple[str, ...]
    """The labels of the points."""
    servers: dict[str, str]
    """The servers' interfaces by their names."""
    values: dict[str, tuple[float | None, ...]]
    runs: dict[str, tuple[str | None, ...]]
    whole: bool
    """Whether everything was measured."""
    surroundings: Surroundings


def from_json(data: object) -> SeriesResult:
    """Return the series that JSON was made of. Raise msgspec.ValidationError for anything else."""
    return msgspec.convert(data, SeriesResult)
