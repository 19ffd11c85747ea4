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

MODULES = Path("/usr/lib/apache2/modules")
"""Where Debian and Ubuntu install Apache's modules."""
INSTALL = "apt-get install apache2 libapache2-mod-wsgi-py3"
CONFIGURATION = "apache.conf"

_EMBEDDED = re.compile(rb"libpython(3\.\d+)")


def why_absent(modules: Path = MODULES) -> str:
    """Why an installed Apache cannot serve the samples, in one sentence; empty when it can."""
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


def lay_out(folder: Path, port: int, project: Path, host: str = "127.0.0.1") -> None:
    """Write the configuration into `folder` for Apache on `port` of `host`. Raises ConfigurationError and OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    clean(folder)
    (folder / CONFIGURATION).write_text(configuration(folder, port, project, host))


def clean(folder: Path) -> None:
    """Remove what an Apache that was killed could not: a stale process id would keep the next one from starting."""
    for leftover in (*folder.glob("wsgi.*.sock"), folder / "apache.pid"):
        leftover.unlink(missing_ok=True)


def configuration(folder: Path, port: int, project: Path, host: str = "127.0.0.1") -> str:
    """Apache's configuration. It wants THREADS defined on the command line. Raises ConfigurationError."""
    packages = sorted({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})
    python_path = ":".join([str(project), *packages])
    if python_path.count(":") != len(packages):
        raise ConfigurationError(
            f"mod_wsgi cannot be told of a folder with a colon in its name ({python_path}): move it to another one."
        )
    modules = "\n".join(
        f"LoadModule {name}_module {_quoted(MODULES / f'mod_{name}.so')}"
        for name in ("mpm_event", "authz_core", "wsgi")
    )
    return f"""\
# Made by Gatescope at each start; changes are lost.
ServerName localhost
ServerRoot {_quoted(folder)}
DefaultRuntimeDir {_quoted(folder)}
PidFile {_quoted(folder / "apache.pid")}
ErrorLog /dev/stderr
LogLevel warn
{modules}
# In memory that dies with the processes; files and semaphores of the system would stay after SIGKILL.
Mutex pthread default

Listen {host}:{port}
# One process holds the connections; whoever finds no thread in it waits in the kernel's backlog.
StartServers 1
ServerLimit 1
ThreadLimit 256
ThreadsPerChild 256
MaxRequestWorkers 256
MinSpareThreads 1
MaxSpareThreads 256
ThreadStackSize 262144
# Far above the longest lesson.
Timeout 900
GracefulShutdownTimeout 2

# Below the working folder, which is this one: a socket's whole path may have 107 bytes.
WSGISocketPrefix /proc/self/cwd/wsgi
WSGIRestrictEmbedded On
WSGIDaemonProcess shop processes=1 threads=${{THREADS}} listen-backlog=1024 shutdown-timeout=2 \\
    home={_quoted(project)} python-path={_quoted(python_path)}
WSGIProcessGroup shop
# The main interpreter: extensions in C need it.
WSGIApplicationGroup %{{GLOBAL}}
WSGIScriptAlias / {_quoted(project / "samples" / "wsgi.py")}
<Directory {_quoted(project / "samples")}>
    Require all granted
</Directory>
"""


def _quoted(path: Path | str) -> str:
    """A word of Apache's configuration. Raises ConfigurationError for a name that it cannot express."""
    text = str(path)
    if "\n" in text or "${" in text:
        raise ConfigurationError(f"Apache cannot be told of {text!r}: move it to a folder with a plainer name.")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
