"""Prepares what a server needs around its process: its folder, the configuration in it, a listener for nginx's log.

Most servers get everything on their command line and need nothing, or a certificate.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from dashboard.fleet import apache, certificate, chat_redis
from dashboard.fleet.entry import ServerEntry
from dashboard.fleet.errors import ConfigurationError
from dashboard.fleet.layout import FleetLayout, samples_folder_in
from dashboard.fleet.nginx import configuration as nginx
from dashboard.fleet.nginx.log_listener import Address, LogListener, Report
from dashboard.fleet.processes import privilege
from dashboard.fleet.table import SERVERS
from dashboard.lib.environment import for_servers
from dashboard.lib.installation import ROOT

CHECKS_WITHIN_S = 10.0


@asynccontextmanager
async def prepare(entry: ServerEntry, layout: FleetLayout, report: Report) -> AsyncIterator[None]:
    """Provide what `entry` needs while its process runs; `report` gets what a proxy measured.

    Raises ConfigurationError.
    """
    match entry.configured_by:
        case "apache":
            async with _apache(entry, layout):
                yield
        case "nginx":
            async with _nginx(entry, layout, report):
                yield
        case "redis":
            _configure_redis(entry, layout)
            yield
        case _:
            if entry.tls:
                _certify(layout.tls_folder)
            yield


def _certify(folder: Path) -> None:
    try:
        certificate.ensure(folder)
    except OSError as error:
        raise _cannot_write(folder, error) from error


def _configure_redis(entry: ServerEntry, layout: FleetLayout) -> None:
    folder = layout.folder_of(entry)
    try:
        password = chat_redis.ensure_password(folder)
        chat_redis.write_configuration(folder, nginx.LOOPBACK, layout.port_of(entry), password)
        privilege.give(folder, entry.runs_as)
    except OSError as error:
        raise _cannot_write(folder, error) from error


@asynccontextmanager
async def _apache(entry: ServerEntry, layout: FleetLayout) -> AsyncIterator[None]:
    folder = layout.folder_of(entry)
    try:
        apache.write_configuration(folder, layout.port_of(entry), ROOT)
        privilege.give(folder, entry.runs_as)
        privilege.give(samples_folder_in(layout.data), entry.runs_as)
    except OSError as error:
        raise _cannot_write(folder, error) from error
    try:
        await _check(entry, layout)
        yield
    finally:
        apache.remove_leftovers(folder)


@asynccontextmanager
async def _nginx(entry: ServerEntry, layout: FleetLayout, report: Report) -> AsyncIterator[None]:
    folder = layout.folder_of(entry)
    log = await LogListener.listen(entry.name, report)
    try:
        try:
            context = nginx.NginxContext(
                layout.ports_of(entry), upstreams(layout), logs=[f"{nginx.LOOPBACK}:{log.port}"]
            )
            nginx.write_configuration(folder, context)
            privilege.give(folder, entry.runs_as)
        except OSError as error:
            raise _cannot_write(folder, error) from error
        await _check(entry, layout)
        yield
    finally:
        log.close()


@asynccontextmanager
async def listen(entry: ServerEntry, address: Address | None, report: Report) -> AsyncIterator[None]:
    """Provide what we need while we watch a server elsewhere: for nginx a listener at `address`, if there is one.

    Raises ConfigurationError.
    """
    if entry.configured_by != "nginx" or address is None:
        yield
        return
    try:
        log = await LogListener.listen(entry.name, report, address)
    except OSError as error:
        where = "{}:{}".format(*address)
        raise ConfigurationError(
            f"What {entry.name} measures cannot be listened for at {where} ({error.strerror or error}): name a free "
            "port of this machine with GATESCOPE_ACCESS_LOG."
        ) from error
    try:
        yield
    finally:
        log.close()


def upstreams(layout: FleetLayout) -> list[nginx.Upstream]:
    """List the servers of the table that are behind nginx."""
    return [
        nginx.Upstream.of(entry, nginx.LOOPBACK, layout.port_of(entry)) for entry in SERVERS if entry.behind_nginx
    ]


async def _check(entry: ServerEntry, layout: FleetLayout) -> None:
    """Let the program check its configuration. Raises ConfigurationError with the program's reason."""
    process = await asyncio.create_subprocess_exec(
        *(*layout.command_of(entry), "-t"),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=for_servers(os.environ),
        cwd=layout.folder_of(entry),
    )
    try:
        async with asyncio.timeout(CHECKS_WITHIN_S):
            printed, _ = await process.communicate()
    except BaseException:
        process.kill()
        await process.wait()
        raise
    if process.returncode:
        raise ConfigurationError(
            f"{entry.title} refuses its configuration: {_reason(printed.decode('utf-8', 'replace'))}"
        )


def _reason(printed: str) -> str:
    """Return the line that says why, out of all that was printed."""
    lines = [line.strip() for line in printed.splitlines() if line.strip()]
    return next((line for line in lines if "[emerg]" in line), " ".join(lines[:2]) or "it does not say why.")


def _cannot_write(folder: Path, error: OSError) -> ConfigurationError:
    return ConfigurationError(
        f"{error.filename or folder} cannot be written ({error.strerror}): make room, or name another folder with "
        "GATESCOPE_DATA."
    )
