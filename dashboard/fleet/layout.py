"""How a fleet is laid out on this machine: ports, folders, and the environment of each server."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dashboard.fleet import certificate, chat_redis
from dashboard.fleet.entry import ServerEntry
from dashboard.fleet.on_demand import CHAT_REDIS, UPSTREAM
from dashboard.fleet.processes.guard import TAG_VARIABLE
from dashboard.fleet.table import HIGHEST_PORT_OFFSET, SERVERS
from dashboard.lib.environment import for_servers
from dashboard.lib.installation import DATA

FLEET_PORTS_ABOVE = 100
"""The fleet's first port minus the dashboard's."""
HIGHEST_DASHBOARD_PORT = 65_535 - FLEET_PORTS_ABOVE - HIGHEST_PORT_OFFSET

UNINSTRUMENTED_SETTINGS = "samples.uninstrumented"
"""The settings that SAMPLES_SETTINGS names, without the instrument."""

ENTRIES = {entry.name: entry for entry in SERVERS}


@dataclass(frozen=True, slots=True)
class FleetLayout:
    """The dashboard's address and its data folder."""

    host: str = "127.0.0.1"
    port: int = 8484
    data: Path = DATA

    @property
    def local_host(self) -> str:
        """The address at which programs on this machine reach the dashboard; 0.0.0.0 and :: are not one."""
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 -- only compared

    @property
    def dashboard_url(self) -> str:
        """The dashboard for programs on this machine, without a slash at the end."""
        host = f"[{self.local_host}]" if ":" in self.local_host else self.local_host
        return f"http://{host}:{self.port}"

    def port_of(self, entry: ServerEntry) -> int:
        """Return the port on 127.0.0.1 that belongs to this server."""
        return self.port + FLEET_PORTS_ABOVE + entry.port_offset

    def ports_of(self, entry: ServerEntry) -> tuple[int, ...]:
        """Return every port on 127.0.0.1 that belongs to this server, that of its URL first."""
        return entry.ports_from(self.port_of(entry))

    def folder_of(self, entry: ServerEntry) -> Path:
        """Return the working folder of this server."""
        return entry.folder_in(self.data)

    def command_of(self, entry: ServerEntry) -> tuple[str, ...]:
        """Return the command line of this server."""
        return entry.command_on(self.port_of(entry), folder=self.folder_of(entry), tls=self.tls_folder)

    @property
    def tls_folder(self) -> Path:
        """Where the certificate of the servers that speak TLS is."""
        return certificate.folder_in(self.data)

    def url_of(self, entry: ServerEntry) -> str:
        """Return the base URL of this server."""
        return f"{entry.scheme}://127.0.0.1:{self.port_of(entry)}"

    def environment_of(self, entry: ServerEntry, tag: str) -> Mapping[str, str]:
        """Return the environment of the server's process."""
        return observed_environment(entry, self.data) | {
            TAG_VARIABLE: tag,
            "GATESCOPE_ENDPOINT": f"{self.dashboard_url}/v1/traces",
            "UPSTREAM_URL": self.url_of(ENTRIES[UPSTREAM]),
            **({"SAMPLES_REDIS_URL": self._chat_redis_url()} if CHAT_REDIS in entry.beside else {}),
        }

    def _chat_redis_url(self) -> str:
        redis = ENTRIES[CHAT_REDIS]
        return chat_redis.with_password(self.url_of(redis), chat_redis.ensure_password(self.folder_of(redis)))


def samples_folder_in(data: Path) -> Path:
    """Return where the observed applications keep their data, apart from the dashboard's."""
    return data.absolute() / "samples"


def observed_environment(entry: ServerEntry, data: Path) -> dict[str, str]:
    """Return the environment of an observed server: what `for_servers` lets in, and what the table says of it."""
    watched = {"DJANGO_SETTINGS_MODULE": entry.settings}
    bare = {"DJANGO_SETTINGS_MODULE": UNINSTRUMENTED_SETTINGS, "SAMPLES_SETTINGS": entry.settings}
    return for_servers(os.environ) | {
        **(watched if entry.instrumented else bare),
        "GATESCOPE_DATA": str(samples_folder_in(data)),
        "OTEL_SERVICE_NAME": entry.name,
        "PYTHONUNBUFFERED": "1",
    }
