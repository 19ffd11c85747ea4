"""Compares the servers that GATESCOPE_SERVERS names with the table."""

from collections.abc import Mapping

from dashboard.fleet.table import SERVERS


def find_problems(urls: Mapping[str, str]) -> list[str]:
    """Return one sentence for each name that is not in the table and each URL with another scheme than the server's.

    `urls` holds base URLs by name.
    """
    schemes = {entry.name: entry.scheme for entry in SERVERS}
    return [
        f"GATESCOPE_SERVERS has {f'{name}={url}'[:80]!r}: expected NAME={schemes.get(name, 'http')}://HOST:PORT with "
        f"a NAME of {', '.join(schemes)}."
        for name, url in urls.items()
        if not url.startswith(f"{schemes.get(name)}://")
    ]
