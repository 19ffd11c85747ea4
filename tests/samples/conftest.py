"""The shop behind one WSGI and one ASGI server, without the instrument: here only the shop is tested."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.probes.django.servers import Server, migrate, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def shop_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("shop")
    migrate(data)
    return data


@pytest.fixture(scope="session")
def upstream(shop_data: Path) -> Iterator[str]:
    """The URL of the service that the shop calls."""
    with serving("upstream", shop_data, GATESCOPE_DISABLED="1") as server:
        yield server.url


@pytest.fixture(scope="session")
def uvicorn(shop_data: Path, upstream: str) -> Iterator[Server]:
    with serving("uvicorn", shop_data, GATESCOPE_DISABLED="1", UPSTREAM_URL=upstream) as server:
        yield server


@pytest.fixture(scope="session")
def gunicorn(shop_data: Path, upstream: str) -> Iterator[Server]:
    with serving("gunicorn-gthread", shop_data, GATESCOPE_DISABLED="1", UPSTREAM_URL=upstream) as server:
        yield server


@pytest.fixture(params=["gunicorn", "uvicorn"])
def shop(request: pytest.FixtureRequest) -> Server:
    server: Server = request.getfixturevalue(request.param)
    return server
