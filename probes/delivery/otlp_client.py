"""Posts messages to an OTLP/HTTP receiver over a persistent connection and returns the outcome of each.

Used by the sender's thread only. Proxies from the environment are ignored. It writes and reads HTTP/1.1 itself:
`http.client` makes an object of every header, which cost more than everything else about a small message.
"""

import enum
import secrets
from dataclasses import dataclass
from time import monotonic
from urllib.parse import quote, urlsplit

from ..runtime.native import connect

CONNECT_S = 0.5
"""Longest wait for a connection."""
ANSWER_S = 2.0
"""Longest wait for the answer to one message."""
LONGEST_ANSWER = 65_536
"""Bytes of an answer that are read; a connection with a longer answer is closed."""
LONGEST_LINE = 8_192
MOST_HEADERS = 100
RETRIABLE = {408, 429, 500, 502, 503, 504}
"""Status codes after which the same message may be sent again (OTLP/HTTP specification)."""
FIRST_FINAL = 200
"""Answers below it, such as 100 Continue, are followed by another one."""
TAKEN = range(200, 300)
WITHOUT_BODY = {204, 304}
KEPT_IN_PATHS = "/?&=%:@!$'()*+,;~"
"""Characters of a path or query that are sent as they are."""
HEADERS = {"Content-Type": "application/x-protobuf", "User-Agent": "gatescope-probes"}
SENDER = "X-Gatescope-Sender"
"""A random number of this process, told to the receiver alone: of a span that it has opened, nobody else is believed
the end.
"""


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
    status: int = 0
    """Of HTTP; 0 when there was no answer."""
    retry_after_s: float = 0.0
    stale: bool = False
    """True when the receiver had closed the idle connection: a new one may do better."""


class _Connection:
    """One open connection. Raises OSError or ValueError for whatever goes wrong, TimeoutError after `answer_s`."""

    def __init__(self, host: str, port: int, *, secure: bool, timeout_s: float) -> None:
        self._socket = connect(host, port, timeout_s, secure=secure)
        self._file = self._socket.makefile("rb")
        self._deadline = 0.0
        self.reusable = True

    def ask(self, request: bytes, answer_s: float) -> tuple[int, dict[bytes, bytes], bytes]:
        """Send a request; return status, headers and body of its answer."""
        self._deadline = monotonic() + answer_s
        self._socket.settimeout(answer_s)
        self._socket.sendall(request)
        status, headers = self._read_head()
        while status < FIRST_FINAL:
            status, headers = self._read_head()
        body = b"" if status in WITHOUT_BODY else self._read_body(headers)
        return status, headers, body

    def close(self) -> None:
        self._file.close()
        self._socket.close()

    def _line(self) -> bytes:
        if monotonic() > self._deadline:
            raise TimeoutError("the answer came too slowly")
        line = self._file.readline(LONGEST_LINE)
        if not line.endswith(b"\n"):
            raise ConnectionError("the answer ended early")
        return line.rstrip(b"\r\n")

    def _read_head(self) -> tuple[int, dict[bytes, bytes]]:
        version, _, rest = self._line().partition(b" ")
        digits = rest[:3]
        if not version.startswith(b"HTTP/1.") or not digits.isdigit():
            raise ValueError("expected the status line of an HTTP/1 answer")
        headers: dict[bytes, bytes] = {}
        for _ in range(MOST_HEADERS):
            line = self._line()
            if not line:
                break
            name, _, value = line.partition(b":")
            headers[name.strip().lower()] = value.strip()
        else:
            raise ValueError(f"expected at most {MOST_HEADERS} headers")
        said = headers.get(b"connection", b"").lower()
        self.reusable = b"close" not in said and (version != b"HTTP/1.0" or b"keep-alive" in said)
        return int(digits), headers

    def _read_body(self, headers: dict[bytes, bytes]) -> bytes:
        if b"chunked" in headers.get(b"transfer-encoding", b"").lower():
            return self._read_chunks()
        length = headers.get(b"content-length", b"")
        if length.isdigit() and int(length) <= LONGEST_ANSWER:
            body = self._read(int(length))
            self.reusable = self.reusable and len(body) == int(length)
            return body
        self.reusable = False  # it ends with the connection, or is longer than what is read of it
        return self._read(LONGEST_ANSWER)

    def _read_chunks(self) -> bytes:
        chunks: list[bytes] = []
        left = LONGEST_ANSWER
        while size := int(self._line().partition(b";")[0], 16):
            if not 0 < size <= left:
                self.reusable = False
                return b"".join(chunks)
            chunks.append(self._read(size))
            left -= size
            self._line()
        while self._line():
            pass  # trailers
        return b"".join(chunks)

    def _read(self, size: int) -> bytes:
        """Return up to ``size`` bytes: fewer when the answer ends early, which its status is not affected by."""
        body = bytearray()
        while len(body) < size and monotonic() <= self._deadline:
            piece = self._file.read1(size - len(body))
            if not piece:
                break
            body += piece
        return bytes(body)


class OTLPClient:
    """A client of one endpoint, with at most one open connection. `key` is the receiver's key for sending."""

    def __init__(self, endpoint: str, key: str = "") -> None:
        parts = urlsplit(endpoint)
        headers = {**HEADERS, SENDER: secrets.token_hex(16)}
        if key:
            headers["Authorization"] = f"Bearer {key}"
        self._secure = parts.scheme == "https"
        self._host = parts.hostname or "127.0.0.1"
        self._port = parts.port or (443 if self._secure else 80)
        path = quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), KEPT_IN_PATHS)
        lines = [f"POST {path} HTTP/1.1", f"Host: {_authority(self._host, parts.port)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self.target = _authority(self._host, parts.port), parts.path
        """Host and path as whoever receives a message reads them."""
        self._head = "\r\n".join([*lines, "Content-Length: "]).encode("utf-8", "replace")
        self._connection: _Connection | None = None
        self.connections = 0
        """Connections made so far: behind a new one may be a receiver that has restarted."""

    @property
    def connected(self) -> bool:
        """Whether the next message goes the way of the last one."""
        return self._connection is not None

    def post(self, body: bytes, answer_s: float = ANSWER_S) -> Answer:
        """Send ``body`` and wait at most ``answer_s`` seconds for the answer. Never raises an OSError."""
        connection, reused = None, self.connected
        try:
            connection = self._open_connection(min(CONNECT_S, answer_s))
            status, headers, answered = connection.ask(b"%b%d\r\n\r\n%b" % (self._head, len(body), body), answer_s)
        except TimeoutError:
            self.close()
            return Answer(Outcome.UNCERTAIN if connection else Outcome.UNREACHABLE)
        except (OSError, ValueError):  # ValueError: an invalid host name, or an answer that is not HTTP
            self.close()
            return Answer(Outcome.UNREACHABLE, stale=reused)
        if not connection.reusable:
            self.close()
        if status in RETRIABLE:
            wait_s = _parse_retry_after(headers.get(b"retry-after", b""))
            return Answer(Outcome.UNREACHABLE, answered, status, wait_s)
        return Answer(Outcome.DELIVERED if status in TAKEN else Outcome.REFUSED, answered, status)

    @property
    def address(self) -> str:
        """The endpoint for a message to people, without what may be secret in its URL."""
        authority, path = self.target
        return f"{'https' if self._secure else 'http'}://{authority}{path}"

    def close(self) -> None:
        """Close the connection; the next message opens a new one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _open_connection(self, timeout_s: float) -> _Connection:
        if self._connection is None:
            self._connection = _Connection(self._host, self._port, secure=self._secure, timeout_s=timeout_s)
            self.connections += 1
        return self._connection


def _authority(host: str, port: int | None) -> str:
    name = f"[{host}]" if ":" in host else host
    return name if port is None else f"{name}:{port}"


def _parse_retry_after(header: bytes) -> float:
    """Return the seconds that a Retry-After header asks for; 1 for a date or no header."""
    return float(header) if header.isdigit() else 1.0
