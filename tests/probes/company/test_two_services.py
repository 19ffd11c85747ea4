"""Two services on real servers of both interfaces: what one asks of the other is one trace."""

from __future__ import annotations

import http.client
from urllib.parse import quote

import pytest

from tests.probes.observed_request import PARENT, TRACE
from tests.probes.receiver import Receiver
from tests.probes.servers import serving


@pytest.mark.parametrize("flags", ["01", "00"])
def test_a_request_through_two_services_is_one_trace(receiver: Receiver, flags: str) -> None:
    with (
        serving("uvicorn", receiver.endpoint, OTEL_SERVICE_NAME="stock") as stock,
        serving("gunicorn-sync", receiver.endpoint, OTEL_SERVICE_NAME="shop") as shop,
    ):
        connection = http.client.HTTPConnection("127.0.0.1", shop.port, timeout=20)
        connection.request(
            "GET", f"/ask?url={quote(f'{stock.url}/')}", headers={"traceparent": f"00-{TRACE}-{PARENT}-{flags}"}
        )
        assert connection.getresponse().read()
        connection.close()
        receiver.until(lambda: len(receiver.ended("server")) == 2)
        call = receiver.one("call")
    shop_server, stock_server = sorted(receiver.ended("server"), key=lambda span: span.start_ns)
    assert {span.trace_id for span in (shop_server, call, stock_server)} == {TRACE}
    assert (shop_server.parent_id, call.parent_id) == (PARENT, shop_server.span_id)
    assert stock_server.parent_id == call.span_id
    assert call["http.response.status_code"] == stock_server["http.response.status_code"] == 200
    assert (shop_server["gatescope.interface"], stock_server["gatescope.interface"]) == ("wsgi", "asgi")
