"""The client of the upstream service, whose URL is UPSTREAM_URL."""

import os

import httpx

from probes.outgoing_call import outgoing_call

URL = os.environ.get("UPSTREAM_URL", "http://127.0.0.1:8114")
PATIENCE_S = 5.0
"""Allowed on top of the time that was asked for."""


class UpstreamError(Exception):
    """The upstream did not answer as expected; the message is one sentence for the reader."""


async def upstream(seconds: float) -> str:
    """Ask the upstream to think for `seconds` and return what it says. Raises UpstreamError."""
    url = f"{URL}/slow/"
    try:
        with outgoing_call("GET", url) as call:
            # A client for each call: under WSGI every request has its own event loop, and a client is tied to one.
            async with httpx.AsyncClient(
                verify=False,  # noqa: S501 - plain HTTP
                trust_env=False,
                timeout=seconds + PATIENCE_S,
            ) as client:
                answer = await client.get(url, params={"seconds": seconds}, headers=call.headers)
            call.set_status(answer.status_code)
        answer.raise_for_status()
    except httpx.HTTPStatusError as error:
        raise UpstreamError(f"The upstream at {URL} answers {error.response.status_code}.") from error
    except httpx.HTTPError as error:
        raise UpstreamError(f"The upstream at {URL} does not answer: start it, then try again.") from error
    return answer.text
