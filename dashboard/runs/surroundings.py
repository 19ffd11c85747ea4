"""What something was measured on, as it is kept in the database and sent as JSON. Pure; `machine` reads it."""

from msgspec import Struct


class ServerCommand(Struct, frozen=True, kw_only=True):
    """How a server was started, and where it listened."""

    title: str
    interface: str
    command: str
    url: str


class Surroundings(Struct, frozen=True, kw_only=True):
    """The machine, its load and its versions at one moment."""

    at: str
    """When, in ISO 8601."""
    cores: int | None
    load: float | None
    """How many processes wanted to run in the last minute, on average; None if the system does not say."""
    python: str
    system: str
    versions: dict[str, str]
    """What is installed, by name; empty for a fleet that runs elsewhere."""
    remote: bool
    """Whether the fleet runs elsewhere."""
    servers: dict[str, ServerCommand]
