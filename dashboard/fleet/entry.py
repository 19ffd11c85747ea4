"""An entry of the fleet's table: a server, what it needs, and the command line that starts it."""

import importlib.util
import os
import shutil
import sys
import sysconfig
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from dashboard.fleet.processes import privilege
from dashboard.lib.installation import ROOT

Interface = Literal["wsgi", "asgi", "proxy", "store"]
OBSERVED: tuple[Interface, ...] = ("wsgi", "asgi")
"""These serve an application that can be fired at; a proxy and a store only help others."""

SYSTEM_PROGRAMS = "/usr/local/sbin:/usr/sbin:/sbin"
"""Where web servers are installed; the PATH of an ordinary user often lacks these folders."""


def program_path(name: str) -> str | None:
    """Return the path of the system's program of this name; None when it is not installed."""
    return shutil.which(name, path=os.pathsep.join((os.environ.get("PATH", os.defpath), SYSTEM_PROGRAMS)))


@dataclass(frozen=True, slots=True)
class Needs:
    """What must be installed before a server can start: a Python module or a system's program."""

    install: str
    """The command that brings it."""
    module: str = ""
    program: str = ""
    beyond: Callable[[], str] = str
    """Says in one sentence what else keeps an installed program from being used here; empty when nothing does."""

    def why_absent(self) -> str:
        """Say in one sentence what is missing and how to get it; return "" when everything is there."""
        if self.module and importlib.util.find_spec(self.module) is None:
            return f"The Python package {self.module} is not installed. To install it: {self.install}"
        if self.program and program_path(self.program) is None:
            return f"The program {self.program} is not installed. To install it: {self.install}"
        return self.beyond()


@dataclass(frozen=True, slots=True)
class ServerEntry:
    """One server of the fleet. `command` holds {python}, {scripts}, {program}, {folder}, {tls}, {host}, {port} and
    {more_ports[0]} for `command_on` to fill in.
    """

    name: str
    title: str
    interface: Interface
    port_offset: int
    """Added to the fleet's first port."""
    why: str
    """The one sentence that says what this server teaches."""
    needs: Needs
    command: tuple[str, ...]
    scenarios: tuple[str, ...] = ()
    """The scenarios that its application has; empty for the shop, which has all of them."""
    on_demand: bool = False
    """Not started with the others, to save memory: the first order fired at it starts it."""
    more_port_offsets: tuple[int, ...] = ()
    """Those of further ports that it listens on."""
    configured_by: Literal["", "apache", "nginx", "redis"] = ""
    """The module that writes its configuration into a folder of its own, where it then runs."""
    runs_as: str = ""
    """The user that it runs as where root starts it."""
    tls: bool = False
    """Whether it speaks TLS, with certificate.pem and key.pem in the folder {tls}."""
    settings: str = "samples.settings"
    """The Django settings of its application."""
    beside: tuple[str, ...] = ()
    """Servers of the table that it uses, and that are started before it."""
    instrumented: bool = True
    """Whether its application has the instrument, as all of the table have."""
    speaks_uwsgi: bool = False
    """Whether the first of its further ports speaks the uwsgi protocol, which nginx then uses."""

    def ports_from(self, port: int) -> tuple[int, ...]:
        """Return every port that this server listens on when its own is `port`, that one first."""
        return (port, *(port - self.port_offset + offset for offset in self.more_port_offsets))

    def command_on(
        self, port: int, *, folder: Path = ROOT, tls: Path = ROOT, host: str = "127.0.0.1"
    ) -> tuple[str, ...]:
        """Return the command line that makes this server listen on `port` of `host`, to be run in `folder`.

        Interpreter and scripts are those of this process, since PATH may lead to those of another environment.
        """
        places = {
            "python": sys.executable,
            "scripts": sysconfig.get_path("scripts"),
            "program": program_path(self.needs.program) or self.needs.program,
            "folder": folder,
            "tls": tls,
            "host": host,
            "port": port,
            "more_ports": self.ports_from(port)[1:],
        }
        return (*self._user_prefix(folder), *(word.format(**places) for word in self.command))

    def _user_prefix(self, folder: Path) -> tuple[str, ...]:
        """Return what comes before the command line where root runs it. Apache imports the application."""
        if not self.runs_as:
            return ()
        packages = Path(sysconfig.get_path("purelib"))
        applications = (ROOT / "samples" / "wsgi.py", packages / "django" / "__init__.py", folder.parent.parent)
        return privilege.prefix(self.runs_as, applications if self.configured_by == "apache" else ())

    def folder_in(self, data: Path) -> Path:
        """Return where this server runs: where `samples` can be imported, or where its configuration is."""
        return data.absolute() / self.name if self.configured_by else ROOT

    @property
    def scheme(self) -> str:
        """The scheme of its URL."""
        if self.interface == "store":
            return "redis"
        return "https" if self.tls else "http"

    @property
    def behind_nginx(self) -> bool:
        """Whether the routes through nginx lead to it."""
        return self.interface in OBSERVED and not self.tls

    def answers(self, scenario: str) -> bool:
        """Return whether its application has this scenario."""
        return not self.scenarios or scenario in self.scenarios

    def why_missing(self) -> str:
        """Say in one sentence why this server cannot be started here; return "" when it can."""
        return self.needs.why_absent()
