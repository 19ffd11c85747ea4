"""A journey over HTTP/1.1: one connection a request, as a browser's first request has it."""

import asyncio
import time
from dataclasses import dataclass

import h11

from dashboard.runs.client_request import CONNECTED, CONNECTION, LAST_BYTE, READ_BYTES, SENT, Journey


@dataclass(slots=True)
class Http1Journey(Journey):
    """One request on a connection of its own."""

    async def _exchange(self) -> None:
        async with self.spec.target.connection("http/1.1") as (reader, writer):
            self._steps[CONNECTION] = "{}:{}".format(*writer.get_extra_info("sockname"))
            self._reached(CONNECTED)
            protocol = h11.Connection(h11.CLIENT)
            # Beside the reading: a server may answer before it has the whole body.
            sending = asyncio.create_task(self._send(protocol, writer))
            try:
                await self._read_answer(protocol, reader)
            except h11.RemoteProtocolError as error:
                raise ConnectionResetError(str(error)) from error
            finally:
                sending.cancel()
                # What kept the body from being sent also broke the answer off, which says it better.
                await asyncio.gather(sending, return_exceptions=True)
            self._steps[LAST_BYTE] = time.time_ns()

    async def _send(self, protocol: h11.Connection, writer: asyncio.StreamWriter) -> None:
        async def send(piece: bytes) -> None:
            writer.write(protocol.send(h11.Data(data=piece)) or b"")
            await writer.drain()

        headers = [("host", self.spec.target.asked_host), ("connection", "close"), *self._headers()]
        head = h11.Request(method=self.spec.method, target=self.spec.path, headers=headers)
        writer.write(protocol.send(head) or b"")
        if self.spec.body_bytes:
            await self._send_slowly(send)
        writer.write(protocol.send(h11.EndOfMessage()) or b"")
        await writer.drain()
        self._reached(SENT)

    async def _read_answer(self, protocol: h11.Connection, reader: asyncio.StreamReader) -> None:
        """Read to the end of the answer. Raises OSError or h11.RemoteProtocolError when it breaks off."""
        while True:
            event = protocol.next_event()
            if event is h11.NEED_DATA:
                self._report_chunks()
                data = await reader.read(READ_BYTES)
                if not data and protocol.their_state is h11.SEND_RESPONSE:
                    # h11 would say it in the terms of its state machine.
                    raise ConnectionResetError("it closed the connection without an answer")
                protocol.receive_data(data)
            elif isinstance(event, h11.Response):
                self._answered(event.status_code, event.http_version.decode())
            elif isinstance(event, h11.Data):
                if not self._chunk(len(event.data)):
                    return
            elif isinstance(event, h11.EndOfMessage):
                return
