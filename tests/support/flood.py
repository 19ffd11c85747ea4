"""Senders at full speed, in a process of their own: python -m tests.support.flood SENDERS SECONDS URL...

The senders are spread over the URLs: http://… is OTLP/HTTP, grpc://HOST:PORT is OTLP/gRPC. Each sends a message of
4,000 new spans again and again, and waits as long as it is told to when it is refused. In the end the process prints
how many messages were taken, how many were refused, and how many were answered otherwise.
"""

import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from itertools import cycle, islice
from threading import Thread

import grpc
import httpx

from tests.ingest.requests import proto_request

SPANS = 4_000
SPANS_A_TRACE = 20
EXPORT = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"
MARK = b"newtrace"
"""Where a trace id begins that each message replaces."""
TAKEN, REFUSED, OTHER = range(3)

Send = Callable[[bytes], int]
"""Sends a message and returns TAKEN, REFUSED or OTHER; waits before it returns when it is told to."""


def main(senders: int, seconds: float, urls: list[str]) -> None:
    """Send until the time is over."""
    until = time.monotonic() + seconds
    answers: Counter[int] = Counter()

    def run(send: Send) -> None:
        while time.monotonic() < until:
            # Traces that were never there: what is known already costs the receiver next to nothing.
            answers[send(body.replace(MARK, os.urandom(len(MARK))))] += 1

    body = _message()
    sends = [_over_grpc(url) if url.startswith("grpc:") else _over_http(url) for url in islice(cycle(urls), senders)]
    threads = [Thread(target=run, args=(send,)) for send in sends]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(answers[TAKEN], answers[REFUSED], answers[OTHER])


def _message() -> bytes:
    request = proto_request(SPANS)
    for number, span in enumerate(request.resource_spans[0].scope_spans[0].spans):
        span.trace_id = MARK + (1 + number // SPANS_A_TRACE).to_bytes(8, "big")
    return request.SerializeToString()


def _over_http(url: str) -> Send:
    http = httpx.Client(trust_env=False, timeout=60, headers={"content-type": "application/x-protobuf"})

    def send(body: bytes) -> int:
        try:
            answer = http.post(url, content=body)
        except httpx.TransportError:  # refused at the headers, and hung up on while it went on sending
            time.sleep(1)
            return REFUSED
        time.sleep(int(answer.headers.get("retry-after", 0)))
        return {200: TAKEN, 503: REFUSED}.get(answer.status_code, OTHER)

    return send


def _over_grpc(url: str) -> Send:
    channel = grpc.insecure_channel(url.removeprefix("grpc://"))
    export: grpc.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(EXPORT)

    def send(body: bytes) -> int:
        try:
            export(body, timeout=60)
        except grpc.RpcError as error:
            if error.code() is not grpc.StatusCode.UNAVAILABLE:
                return OTHER
            time.sleep(1)
            return REFUSED
        return TAKEN

    return send


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3:])
