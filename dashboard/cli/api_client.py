"""Talks to a running dashboard as a script does; the commands of the terminal are built on it.

Every refusal is a `RefusedError` with one sentence: the dashboard's own where it gave one.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from dashboard import __version__
from dashboard.lib.installation import IS_CHECKOUT, command_line
from dashboard.lib.printable import printable
from dashboard.types import JsonObject

START = "make demo" if IS_CHECKOUT else command_line("demo")
"""How a dashboard is started here."""

EXAMPLE_URL = "http://127.0.0.1:8484"
TIMEOUT_S = 60.0
UPLOAD_TIMEOUT_S = 360.0
"""Reading a large file takes minutes."""
MOST_OF_A_VERSION = 40
NOT_ALLOWED = {401, 403}


class RefusedError(Exception):
    """The dashboard does not answer, or refused; the message says why and what to do."""


class Dashboard:
    """A dashboard that answers, together with its CSRF token."""

    def __init__(self, http: httpx.Client, url: str) -> None:
        self._http = http
        self._url = url

    def get(self, path: str) -> JsonObject:
        """Return the JSON of a page. Raises RefusedError."""
        return _read(self._http.get(path))

    def post(self, path: str, data: Mapping[str, str] | None = None) -> JsonObject:
        """Send a form and return the JSON of the answer. Raises RefusedError."""
        token = self._http.cookies.get("csrftoken") or ""
        return _read(
            self._http.post(path, data=dict(data or {}), headers={"x-csrftoken": token, "referer": self._url})
        )

    def upload(self, path: str, file: Path) -> JsonObject:
        """Send a file in a form and return the JSON of the answer. Raises RefusedError."""
        token = self._http.cookies.get("csrftoken") or ""
        try:
            with file.open("rb") as content:
                headers = {"x-csrftoken": token, "referer": self._url}
                form = {"file": (file.name, content)}
                return _read(self._http.post(path, files=form, headers=headers, timeout=UPLOAD_TIMEOUT_S))
        except OSError as error:
            raise RefusedError(f"{file} cannot be read: {error.strerror}.") from error


@contextmanager
def dashboard_at(url: str) -> Iterator[Dashboard]:
    """Connect to the dashboard at this URL. Raises RefusedError, also for what goes wrong while it is used."""
    if not _is_url(url):
        raise RefusedError(f"--url is {url!r}: it must look like {EXAMPLE_URL}.")
    try:
        with httpx.Client(base_url=url, headers=_headers(), trust_env=False, timeout=TIMEOUT_S) as http:
            http.get("/", headers={"accept": "text/html"}).raise_for_status()
            _expect_this_version(http, url)
            yield Dashboard(http, url)
    except httpx.HTTPStatusError as error:
        status = error.response.status_code
        # A wrong or missing token is the one cause that the reader can fix.
        advice = ": set GATESCOPE_TOKEN to the token that it was started with" if status in NOT_ALLOWED else ""
        raise RefusedError(f"The dashboard at {url} answers {status}{advice}.") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise RefusedError(
            f"No dashboard answers at {url} ({error}): start one with `{START}`, or give another URL with --url."
        ) from error


def _expect_this_version(http: httpx.Client, url: str) -> None:
    """Raise RefusedError where another program answers, or a dashboard of another version."""
    version = _read_version(http.get("/healthz"))
    if not version:
        raise RefusedError(f"What answers at {url} is not a dashboard: give the address that `{START}` prints.")
    if version != __version__:
        raise RefusedError(
            f"The dashboard at {url} is Gatescope {version}, and this command is of {__version__}: use the command "
            "that belongs to it, or end it and start this one's."
        )


def dashboard_version(url: str, within_s: float = TIMEOUT_S) -> str:
    """Return the version of the dashboard that answers at this URL; "" where none does."""
    try:
        return _read_version(httpx.get(f"{url}/healthz", trust_env=False, timeout=within_s))
    except (httpx.HTTPError, httpx.InvalidURL):
        return ""


def _read_version(answer: httpx.Response) -> str:
    try:
        data = answer.json()
    except ValueError:
        return ""
    is_ours = isinstance(data, dict) and "servers" in data and isinstance(data.get("version"), str)
    return printable(data["version"])[:MOST_OF_A_VERSION] if is_ours else ""


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _headers() -> dict[str, str]:
    """Return headers that ask for JSON, with the presenter's token, which a dashboard beyond loopback wants."""
    token = os.environ.get("GATESCOPE_TOKEN")
    return {"accept": "application/json", **({"authorization": f"Bearer {token}"} if token else {})}


def _read(response: httpx.Response) -> JsonObject:
    """Return the JSON of an answer. Raises RefusedError with the dashboard's own sentence when it refused."""
    try:
        data = response.json()
    except ValueError:
        data = {}
    if response.is_success and isinstance(data, dict) and data:
        return data
    sentence = data.get("error") if isinstance(data, dict) else None
    raise RefusedError(sentence or f"{response.url} answers {response.status_code}.")
