"""Fires at somebody's own service on this machine; its probes show the requests on the stage."""

import asyncio
import time
from collections import Counter
from statistics import median

import httpx
import msgspec

from dashboard.runs.own_order import OwnOrder

HOST = "127.0.0.1"
ANSWER_WITHIN_S = 30.0
ALL_WITHIN_S = 120.0


class OwnResult(msgspec.Struct, frozen=True):
    """What came of an order; times in seconds."""

    requests: int
    answers: dict[str, int]
    """How many by status, or by what went wrong instead."""
    fastest_s: float | None
    median_s: float | None
    slowest_s: float | None
    """Of those that were answered; None where none was."""


async def fire_at(port: int, order: OwnOrder) -> OwnResult:
    """Send what was ordered and return what came of it. No redirect is followed, and no proxy used."""
    answers: Counter[str] = Counter()
    times: list[float] = []
    waiting = iter(range(order.count))
    limits = httpx.Limits(max_connections=order.concurrency)

    async def client_of_many(http: httpx.AsyncClient) -> None:
        for _ in waiting:
            begun = time.perf_counter()
            answer = await _send(http, order)
            answers[answer] += 1
            if answer.isdigit():
                times.append(time.perf_counter() - begun)

    async with httpx.AsyncClient(
        base_url=f"http://{HOST}:{port}", trust_env=False, timeout=ANSWER_WITHIN_S, limits=limits
    ) as http:
        clients = [asyncio.ensure_future(client_of_many(http)) for _ in range(min(order.concurrency, order.count))]
        _, late = await asyncio.wait(clients, timeout=ALL_WITHIN_S)
        for client in late:
            client.cancel()
        await asyncio.gather(*clients, return_exceptions=True)
    if unanswered := order.count - answers.total():
        answers["not within time"] = unanswered
    return OwnResult(
        requests=order.count,
        answers=dict(sorted(answers.items())),
        fastest_s=min(times, default=None),
        median_s=median(times) if times else None,
        slowest_s=max(times, default=None),
    )


async def _send(http: httpx.AsyncClient, order: OwnOrder) -> str:
    """Return the status of the answer, or the name of what went wrong."""
    # So that the wait before the application is measured, as behind a proxy that says this.
    headers = {"x-request-start": f"t={time.time():.6f}", "connection": "close"}
    if order.content_type:
        headers["content-type"] = order.content_type
    try:
        async with http.stream(
            order.method, order.target, headers=headers, content=order.body.encode() or None
        ) as answer:
            async for _ in answer.aiter_raw():
                pass  # whatever it is, it has arrived
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return type(error).__name__
    return str(answer.status_code)
