"""Requests over HTTP/2: those of a run to one server are streams of one connection."""

import asyncio
import time
from collections.abc import Iterable
from typing import Any

from h2.events import DataReceived, ResponseReceived, StreamEnded, StreamReset
from h2.exceptions import ProtocolError

from dashboard.runs.client_request import ClientRequest
from dashboard.runs.http2_connection import Http2Connection, Http2Stream
from dashboard.traces.attributes import CONNECTED, CONNECTION, LAST_BYTE, SENT, STREAM_ID


async def exchange(request: ClientRequest, connection: Http2Connection) -> None:
    """Send the request as a stream of the connection and read the answer. Raise OSError when it breaks off."""
    try:
        await connection.wait_for_room()
        request.notes[CONNECTION] = connection.name
        request.reach(CONNECTED)
        stream = connection.open_stream(_head(request), ends=not request.spec.body_bytes)
        request.notes[STREAM_ID] = stream.number
        sending = asyncio.create_task(_send_body(request, stream))
        try:
            await _read_answer(request, stream)
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
            stream.close()
    except ProtocolError as error:
        raise ConnectionResetError(str(error)) from error
    request.notes[LAST_BYTE] = time.time_ns()


def _head(request: ClientRequest) -> list[tuple[str, str]]:
    spec = request.spec
    return [
        (":method", spec.method),
        (":scheme", spec.target.scheme),
        (":authority", spec.target.asked_host),
        (":path", spec.path),
        *request.headers(),
    ]


async def _send_body(request: ClientRequest, stream: Http2Stream) -> None:
    if request.spec.body_bytes:
        await request.send_body(stream.send)
        await stream.end()
    request.reach(SENT)


async def _read_answer(request: ClientRequest, stream: Http2Stream) -> None:
    while True:
        if stream.events.empty():
            request.report_chunks()
        match await stream.events.get():
            case ResponseReceived(headers=headers):
                request.take_status(_status(headers), "2")
            case DataReceived(data=data):
                if data and not request.take_chunk(len(data)):
                    return
            case StreamEnded():
                return
            case StreamReset(error_code=code):
                raise ConnectionResetError(f"it reset the stream (code {code})")
            case OSError() as error:
                raise error


def _status(headers: Iterable[tuple[Any, Any]] | None) -> int:
    """Return the status of an answer; h2 lets none through that has not exactly one."""
    return next(int(value) for name, value in headers or () if name == ":status")
