"""Posts messages to an OTLP/HTTP receiver over a persistent connection and returns the outcome of each.

Used by the sender's thread only. Proxies from the environment are ignored.
"""

import enum
import http.client
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

CONNECT_S = 0.5
"""Longest wait for a connection."""
ANSWER_S = 2.0
"""Longest wait for the answer to one message."""
LONGEST_ANSWER = 65_536
"""Bytes of an answer that are read; a connection with a longer answer is closed."""
RETRIABLE = {408, 429, 500, 502, 503, 504}
"""Status codes after which the same message may be sent again (OTLP/HTTP specification)."""
HEADERS = {"Content-Type": "application/x-protobuf", "User-Agent": "gatescope-probes"}


class Outcome(enum.Enum):
    """The outcome of one message."""

    DELIVERED = enum.auto()
    REFUSED = enum.auto()
    """The receiver rejected this message; sending it again would not help."""
    UNREACHABLE = enum.auto()
    """The message did not arrive, or the receiver asked for it later."""
    UNCERTAIN = enum.auto()
    """No answer came in time; the message may have arrived."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome of one message and what the receiver said about it."""

    outcome: Outcome
    body: bytes = b""
    retry_after_s: float = 0.0


class OTLPClient:
    """A client of one endpoint, with at most one open connection."""

    def __init__(self, endpoint: str, token: str = "") -> None:
        parts = urlsplit(endpoint)
        self._headers = {**HEADERS, **({"Authorization": f"Bearer {token}"} if token else {})}
        self._host = parts.hostname or "127.0.0.1"
        self._port = parts.port
        self._secure = parts.scheme == "https"
        self._path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._connection: http.client.HTTPConnection | None = None
        self.connections = 0
        """Connections made so far: behind a new one may be a receiver that has restarted."""

    def post(self, body: bytes, answer_s: float = ANSWER_S) -> Answer:
        """Send ``body`` and wait at most ``answer_s`` seconds for the answer. Never raises an OSError."""
        reused = self._connection is not None
        answer = self._try(body, answer_s)
        if reused and answer.outcome is Outcome.UNREACHABLE and not answer.retry_after_s:
            return self._try(body, answer_s)  # the receiver had closed the idle connection
        return answer

    def _try(self, body: bytes, answer_s: float) -> Answer:
        try:
            connection = self._open_connection(answer_s)
            connection.request("POST", self._path, body, self._headers)
            return self._read_answer(connection.getresponse())
        except TimeoutError:
            sent = self._connection is not None
            self.close()
            return Answer(Outcome.UNCERTAIN if sent else Outcome.UNREACHABLE)
        except (OSError, http.client.HTTPException, ValueError):  # ValueError: an invalid host name
            self.close()
            return Answer(Outcome.UNREACHABLE)

    def close(self) -> None:
        """Close the connection; the next message opens a new one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _open_connection(self, answer_s: float) -> http.client.HTTPConnection:
        connection = self._connection
        if connection is None:
            connection = self._connect(min(CONNECT_S, answer_s))
        if connection.sock is not None:
            connection.sock.settimeout(answer_s)
        self._connection = connection
        return connection

    def _connect(self, timeout_s: float) -> http.client.HTTPConnection:
        connection: http.client.HTTPConnection
        if self._secure:
            context = ssl.create_default_context()
            connection = http.client.HTTPSConnection(self._host, self._port, timeout=timeout_s, context=context)
        else:
            connection = http.client.HTTPConnection(self._host, self._port, timeout=timeout_s)
        connection.connect()
        self.connections += 1
        return connection

    def _read_answer(self, response: http.client.HTTPResponse) -> Answer:
        body = response.read(LONGEST_ANSWER)
        if not response.isclosed() or response.will_close:
            self.close()
        if response.status in RETRIABLE:
            return Answer(Outcome.UNREACHABLE, body, _parse_retry_after(response.getheader("Retry-After")))
        return Answer(Outcome.DELIVERED if 200 <= response.status < 300 else Outcome.REFUSED, body)  # noqa: PLR2004


def _parse_retry_after(header: str | None) -> float:
    """Return the seconds that a Retry-After header asks for; 1 for a date or no header."""
    return float(header) if header is not None and header.strip().isdecimal() else 1.0
