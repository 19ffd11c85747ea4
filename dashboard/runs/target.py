"""Where a request goes: the socket to connect to, and the name to ask there, which need not be the same."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from dashboard.fleet.certificate import unverified_context

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(frozen=True, slots=True)
class Target:
    """An address that is listened on. `authority` is the host named in the request, by default the address itself."""

    host: str
    port: int
    authority: str = ""
    tls: bool = False

    @classmethod
    def of_url(cls, url: str, localhost: str = "127.0.0.1") -> "Target":
        """Return the target of a base URL. Names below localhost lead to the host `localhost`.

        Raise ValueError for a URL without host or port.
        """
        parts = urlsplit(url)
        if not parts.hostname or not parts.port:
            raise ValueError(f"{url!r} names no host and port: expected something like http://127.0.0.1:8105.")
        # Few resolvers know these names (RFC 6761); they tell nginx which way to go, wherever it runs.
        host = localhost if parts.hostname.endswith(".localhost") else parts.hostname
        return cls(host, parts.port, parts.netloc, tls=parts.scheme == "https")

    @property
    def asked_host(self) -> str:
        """The value of `Host` or `:authority`."""
        return self.authority or f"{self.host}:{self.port}"

    @property
    def scheme(self) -> str:
        """The scheme of its URLs."""
        return "https" if self.tls else "http"

    def tls_context(self, alpn: str) -> ssl.SSLContext | None:
        """Return the TLS context of a connection that offers `alpn`; None for one in clear text."""
        return unverified_context(alpn) if self.tls else None

    @asynccontextmanager
    async def connection(self, alpn: str) -> AsyncIterator[Streams]:
        """Yield a connection to this address and to no other, whatever the answer says; over TLS it offers `alpn`."""
        context = self.tls_context(alpn)
        name = self.asked_host.partition(":")[0] if self.tls else None
        reader, writer = await asyncio.open_connection(self.host, self.port, ssl=context, server_hostname=name)
        try:
            yield reader, writer
        finally:
            if not writer.is_closing() and writer.transport.get_write_buffer_size():
                # The rest of a body whose answer nobody waits for: a server that does not read keeps it for ever.
                writer.transport.abort()
            writer.close()
