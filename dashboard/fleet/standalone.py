"""What one server of the table needs when it runs by itself, without a supervisor: `manage.py serve NAME`.

Its configuration or certificate is written below the data folder; that of nginx names the servers behind it and the
dashboards that get its access log.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from dashboard.fleet import apache, certificate, chat_redis
from dashboard.fleet.entry import ServerEntry
from dashboard.fleet.errors import ConfigurationError
from dashboard.fleet.layout import samples_folder_in
from dashboard.fleet.nginx import configuration as nginx
from dashboard.fleet.nginx.log_listener import Address
from dashboard.fleet.processes import privilege
from dashboard.fleet.table import SERVERS
from dashboard.lib.installation import ROOT

RESOLVERS = Path("/etc/resolv.conf")


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What else there is: the URLs of the other servers, by name, and the receivers of nginx's access log."""

    servers: Mapping[str, str]
    logs: Sequence[Address]


def prepare_alone(entry: ServerEntry, host: str, port: int, data: Path, neighbours: Neighbours) -> None:
    """Write below `data` what the server needs to listen on `port` of `host`.

    Raises ConfigurationError and OSError.
    """
    folder = entry.folder_in(data)
    match entry.configured_by:
        case "apache":
            apache.write_configuration(folder, port, ROOT, host)
            privilege.give(folder, entry.runs_as)
            privilege.give(samples_folder_in(data), entry.runs_as)
        case "nginx":
            nginx.write_configuration(folder, _context(entry.ports_from(port), host, neighbours))
            privilege.give(folder, entry.runs_as)
        case "redis":
            given = chat_redis.password_in(os.environ.get("SAMPLES_REDIS_URL", ""))
            chat_redis.write_configuration(folder, host, port, given or chat_redis.ensure_password(folder))
            privilege.give(folder, entry.runs_as)
        case _ if entry.tls:
            certificate.ensure(certificate.folder_in(data))


def _context(ports: Sequence[int], host: str, neighbours: Neighbours) -> nginx.NginxContext:
    behind = [entry for entry in SERVERS if entry.behind_nginx and entry.name in neighbours.servers]
    upstreams = [_upstream(entry, neighbours.servers[entry.name]) for entry in behind]
    if not upstreams:
        raise ConfigurationError("nginx stands in front of other servers: say where they are with GATESCOPE_SERVERS.")
    logs = ["{}:{}".format(*address) for address in neighbours.logs]
    return nginx.NginxContext(ports, upstreams, logs, host, parse_resolvers(RESOLVERS.read_text().splitlines()))


def _upstream(entry: ServerEntry, url: str) -> nginx.Upstream:
    parts = urlsplit(url)
    return nginx.Upstream.of(entry, parts.hostname or "", parts.port or 0)


def parse_resolvers(lines: Iterable[str]) -> list[str]:
    """Return the name servers of a resolv.conf as nginx wants them, without IPv6 addresses that have a zone."""
    words = [line.split() for line in lines]
    found = [line[1] for line in words if len(line) > 1 and line[0] == "nameserver" and "%" not in line[1]]
    return [f"[{address}]" if ":" in address else address for address in found]
