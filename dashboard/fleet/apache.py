"""Apache with mod_wsgi in daemon mode: what it needs on this machine, how it is run, and its configuration.

Apache accepts the connections and hands each request to a daemon process, which embeds the system's Python and
imports the samples from this environment's packages.
"""

import re
import sys
import sysconfig
from pathlib import Path

from dashboard.fleet.errors import ConfigurationError
from dashboard.fleet.processes import privilege
from dashboard.lib.private_file import write_private
from dashboard.lib.template_file import render_file

MODULES = Path("/usr/lib/apache2/modules")
"""Where Debian and Ubuntu install Apache's modules."""
INSTALL = "apt-get install apache2 libapache2-mod-wsgi-py3"
PYTHON_HOME = Path("/usr")
"""The home of the Python that Debian's mod_wsgi embeds. Without it the first Python in PATH would be taken for it."""
CONFIGURATION = "apache.conf"
TEMPLATE = Path(__file__).with_name("apache.conf.tpl")
PID_FILE = "apache.pid"

_EMBEDDED = re.compile(rb"libpython(3\.\d+)")


def why_absent(modules: Path = MODULES) -> str:
    """Say in one sentence why an installed Apache cannot serve the samples; return "" when it can."""
    module = modules / "mod_wsgi.so"
    if not module.exists():
        return f"Apache's module mod_wsgi is not installed ({module} is not there). To install it: {INSTALL}"
    here = f"3.{sys.version_info.minor}"
    embedded = _EMBEDDED.search(module.read_bytes())
    if embedded is None or embedded[1].decode() != here:
        found = f"Python {embedded[1].decode()}" if embedded else "no Python that we can tell"
        return (
            f"Apache's mod_wsgi embeds {found}, but this environment is made with Python {here}: "
            "make the environment with the system's own Python (PYTHON=/usr/bin/python3 after `make clean`)."
        )
    return privilege.why_absent()


def write_configuration(folder: Path, port: int, project: Path, host: str = "127.0.0.1") -> None:
    """Write the configuration into `folder` for Apache on `port` of `host`. Raises ConfigurationError and OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    remove_leftovers(folder)
    write_private(folder / CONFIGURATION, render_configuration(folder, port, project, host).encode())


def remove_leftovers(folder: Path) -> None:
    """Remove what an Apache that was killed could not: a stale process id would keep the next one from starting."""
    for leftover in (*folder.glob("wsgi.*.sock"), folder / PID_FILE):
        leftover.unlink(missing_ok=True)


def render_configuration(folder: Path, port: int, project: Path, host: str = "127.0.0.1") -> str:
    """Return Apache's configuration, which wants THREADS defined on the command line. Raises ConfigurationError."""
    samples = project / "samples"
    values = {
        "folder": _quote(folder),
        "pid_file": _quote(folder / PID_FILE),
        "modules": [(name, _quote(MODULES / f"mod_{name}.so")) for name in ("mpm_event", "authz_core", "wsgi")],
        "host": host,
        "port": port,
        "project": _quote(project),
        "python_home": _quote(PYTHON_HOME),
        "python_path": _quote(_python_path(project)),
        "script": _quote(samples / "wsgi.py"),
        "samples": _quote(samples),
    }
    return render_file(TEMPLATE, values)


def _python_path(project: Path) -> str:
    packages = sorted({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})
    python_path = ":".join([str(project), *packages])
    if python_path.count(":") != len(packages):
        raise ConfigurationError(
            f"mod_wsgi cannot be told of a folder with a colon in its name ({python_path}): move it to another one."
        )
    return python_path


def _quote(path: Path | str) -> str:
    """Return a word of Apache's configuration. Raises ConfigurationError for a name that it cannot express."""
    text = str(path)
    if "\n" in text or "${" in text:
        raise ConfigurationError(f"Apache cannot be told of {text!r}: move it to a folder with a plainer name.")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
