"""What gets into dashboard and servers from the environment of whoever starts them: what the reference names."""

import re

import pytest

from dashboard.lib.environment import DASHBOARD, INSTRUMENT, OURS, SAMPLES, WITHHELD, for_dashboard, for_servers
from dashboard.lib.installation import ROOT

REFERENCE = (ROOT / "docs" / "reference.md").read_text()
MADE_FOR_EACH = {"OTEL_SERVICE_NAME", "GATESCOPE_SERVICE"}
"""The fleet gives each server its own name, and so does `gatescope run` to each project."""

FOREIGN = [
    *("DJANGO_SETTINGS_MODULE", "DJANGO_CONFIGURATION", "DJANGO_SECRET_KEY"),
    *("OTEL_SDK_DISABLED", "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "OTEL_TRACES_SAMPLER", "OTEL_RESOURCE_ATTRIBUTES"),
    *("OTEL_PROPAGATORS", "OTEL_PYTHON_CONTEXT", "GATESCOPE_DISABLED"),
    *("PYTHONDEVMODE", "PYTHONSAFEPATH", "PYTHONHOME", "PYTHONSTARTUP", "PYTHONPATH", "PYTHONASYNCIODEBUG"),
    *("PYTHONOPTIMIZE", "PYTHONWARNINGS", "PYTHONHASHSEED", "PYTHONMALLOC", "PYTHONTRACEMALLOC", "PYTHONIOENCODING"),
    *("VIRTUAL_ENV", "CONDA_PREFIX", "LD_PRELOAD", "LD_LIBRARY_PATH", "LD_BIND_NOW", "DYLD_INSERT_LIBRARIES"),
    *("WEB_CONCURRENCY", "GUNICORN_CMD_ARGS", "UVICORN_WORKERS", "UVICORN_RELOAD", "UWSGI_PROCESSES"),
    *("FORWARDED_ALLOW_IPS", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "SSLKEYLOGFILE", "OPENSSL_CONF"),
    *("LISTEN_FDS", "LISTEN_PID", "NOTIFY_SOCKET", "SERVER_SOFTWARE", "APACHE_CONFDIR", "NGINX"),
    *(
        "MALLOC_ARENA_MAX",
        "GLIBC_TUNABLES",
        "BASH_ENV",
        "ENV",
        "IFS",
        "COVERAGE_PROCESS_START",
        "PYTEST_CURRENT_TEST",
    ),
]


def _table(title: str) -> set[str]:
    """The variables in the table below this title of the reference."""
    section = REFERENCE.partition(f"## {title}\n")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    return set(re.findall(r"`([A-Z_]+)`", " ".join(rows)))


@pytest.mark.parametrize("name", FOREIGN)
def test_what_the_reference_does_not_name_gets_in_nowhere(name: str) -> None:
    assert for_dashboard({name: "1"}) == {}
    assert for_servers({name: "1"}) == {}


@pytest.mark.parametrize("name", ["PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "PYTHONUNBUFFERED"])
def test_where_and_for_whom_they_run_gets_in(name: str) -> None:
    assert for_dashboard({name: "x"}) == for_servers({name: "x"}) == {name: "x"}


def test_the_dashboards_settings_are_those_of_the_reference() -> None:
    named = _table("Settings of the dashboard")
    assert len(named) > 10
    assert {name for name in named if not name.startswith(OURS)} == DASHBOARD
    assert set(for_dashboard(dict.fromkeys(named, "x"))) == named


def test_the_instruments_settings_are_those_of_the_reference_but_for_its_switch() -> None:
    assert _table("Settings of the instrument") == INSTRUMENT | WITHHELD | MADE_FOR_EACH


def test_the_dashboards_secrets_do_not_get_into_its_servers() -> None:
    named = _table("Settings of the dashboard")
    assert set(for_servers(dict.fromkeys(named, "secret"))) == named & (INSTRUMENT | SAMPLES)
    assert named & (INSTRUMENT | SAMPLES) == {"ALLOWED_HOSTS", "GATESCOPE_SEND_KEY"}
