"""Settings from the environment: what is understood, and the one sentence about what is not."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from dashboard.env import addresses, data_folder, origins, otlp_ports, remote_servers, secret_key

ROOT = Path(__file__).parent.parent


def test_servers_that_run_elsewhere_are_read_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATESCOPE_SERVERS", "uvicorn=http://uvicorn:8000, daphne-tls=https://[::1]:81/,")
    assert remote_servers() == {"uvicorn": "http://uvicorn:8000", "daphne-tls": "https://[::1]:81"}


def test_the_receivers_of_a_log_are_hosts_and_ports(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATESCOPE_ACCESS_LOG_TO", "dashboard-1:8514, dashboard-2:8514")
    assert addresses("GATESCOPE_ACCESS_LOG_TO") == [("dashboard-1", 8514), ("dashboard-2", 8514)]


@pytest.mark.parametrize("text", ["dashboard-1", ":8514", "dashboard-1:0", "a b:1;", "http://h:1", "u@h:1"])
def test_a_receiver_that_is_none_is_one_sentence(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATESCOPE_ACCESS_LOG_TO", text)
    with pytest.raises(ImproperlyConfigured) as refused:
        addresses("GATESCOPE_ACCESS_LOG_TO")
    assert str(refused.value) == f"GATESCOPE_ACCESS_LOG_TO has {text!r}: expected HOST:PORT."


@pytest.mark.parametrize(
    ("text", "ports"), [("", (4318, 4317)), ("0", None), ("off", None), ("14318, 14317", (14318, 14317))]
)
def test_otlp_has_its_usual_ports_others_or_none(
    text: str, ports: tuple[int, int] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GATESCOPE_OTLP_PORTS", text)
    assert otlp_ports() == ports


@pytest.mark.parametrize("text", ["4318", "4318,", "1,2,3", "0,1", "a,b", "4318,70000"])
def test_ports_that_are_none_are_one_sentence(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATESCOPE_OTLP_PORTS", text)
    with pytest.raises(ImproperlyConfigured, match="expected HTTP,GRPC such as 4318,4317, or 0"):
        otlp_ports()


def test_origins_are_read_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATESCOPE_CORS_ORIGINS", "https://shop.example, http://[2001:db8::1]:8080")
    assert origins("GATESCOPE_CORS_ORIGINS") == ["https://shop.example", "http://[2001:db8::1]:8080"]


@pytest.mark.parametrize(
    "text", ["*", "shop.example", "https://shop.example/", "https://u@shop.example", "http://[::"]
)
def test_an_origin_that_is_none_is_one_sentence(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATESCOPE_CORS_ORIGINS", text)
    with pytest.raises(ImproperlyConfigured, match="expected origins such as"):
        origins("GATESCOPE_CORS_ORIGINS")


def test_without_the_setting_no_server_runs_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GATESCOPE_SERVERS", raising=False)
    assert remote_servers() == {}


@pytest.mark.parametrize(
    "text",
    [
        "uvicorn",
        "=http://127.0.0.1:1",
        "uvicorn=http://127.0.0.1",
        "uvicorn=http://127.0.0.1:0",
        "uvicorn=ftp://127.0.0.1:1",
        "uvicorn=http://a@b:1",
        "uvicorn=http://[::1",
        "uvicorn=http://h:1/path",
    ],
)
def test_a_server_that_is_none_is_one_sentence(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATESCOPE_SERVERS", text)
    with pytest.raises(ImproperlyConfigured) as refused:
        remote_servers()
    shown = text.replace("a@", "…@")
    assert str(refused.value).startswith(f"GATESCOPE_SERVERS has {shown!r}: expected NAME=http://HOST:PORT")
    assert "\n" not in str(refused.value)


def test_settings_load_neither_the_table_of_servers_nor_cryptography() -> None:
    code = "import sys, dashboard.settings; print(sorted({'dashboard.fleet', 'cryptography'} & set(sys.modules)))"
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert told.stdout == "[]\n"


def test_a_data_folder_that_may_not_be_written_to_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GATESCOPE_DATA", "SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    # A file stands where the folder should be: root may write to any folder.
    (tmp_path / "file").touch()
    with pytest.raises(ImproperlyConfigured, match="with GATESCOPE_DATA, or set SECRET_KEY"):
        secret_key(tmp_path / "file")
    with pytest.raises(ImproperlyConfigured, match="cannot be made"):
        data_folder(tmp_path / "file" / "data")
