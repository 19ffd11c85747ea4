"""A request over HTTP/1.1: one connection each, as a browser's first request has it."""

import asyncio
import time

import h11

from dashboard.runs.client_request import READ_BYTES, ClientRequest
from dashboard.traces.attributes import CONNECTED, CONNECTION, LAST_BYTE, SENT


async def exchange(request: ClientRequest) -> None:
    """Send the request on a connection of its own and read the answer. Raise OSError when it breaks off."""
    async with request.spec.target.connection("http/1.1") as (reader, writer):
        request.notes[CONNECTION] = "{}:{}".format(*writer.get_extra_info("sockname"))
        request.reach(CONNECTED)
        protocol = h11.Connection(h11.CLIENT)
        # In a task of its own: a server may answer before it has the whole body.
        sending = asyncio.create_task(_send(request, protocol, writer))
        try:
            await _read_answer(request, protocol, reader)
        except h11.RemoteProtocolError as error:
            raise ConnectionResetError(str(error)) from error
        finally:
            sending.cancel()
            # What kept the body from being sent also broke the answer off, which says it better.
            await asyncio.gather(sending, return_exceptions=True)
        request.notes[LAST_BYTE] = time.time_ns()


async def _send(request: ClientRequest, protocol: h11.Connection, writer: asyncio.StreamWriter) -> None:
    async def send(piece: bytes) -> None:
        writer.write(protocol.send(h11.Data(data=piece)) or b"")
        await writer.drain()

    spec = request.spec
    headers = [("host", spec.target.asked_host), ("connection", "close"), *request.headers()]
    writer.write(protocol.send(h11.Request(method=spec.method, target=spec.path, headers=headers)) or b"")
    if spec.body_bytes:
        await request.send_body(send)
    writer.write(protocol.send(h11.EndOfMessage()) or b"")
    await writer.drain()
    request.reach(SENT)


async def _read_answer(request: ClientRequest, protocol: h11.Connection, reader: asyncio.StreamReader) -> None:
    while True:
        event = protocol.next_event()
        if event is h11.NEED_DATA:
            request.report_chunks()
            data = await reader.read(READ_BYTES)
            if not data and protocol.their_state is h11.SEND_RESPONSE:
                # h11 would say it in the terms of its state machine.
                raise ConnectionResetError("it closed the connection without an answer")
            protocol.receive_data(data)
        elif isinstance(event, h11.Response):
            request.take_status(event.status_code, event.http_version.decode())
        elif isinstance(event, h11.Data):
            if not request.take_chunk(len(event.data)):
                return
        elif isinstance(event, h11.EndOfMessage):
            return
