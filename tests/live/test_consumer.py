"""What one viewer is sent: a snapshot, numbered frames, no more than it acknowledges, and everything in the end."""

import asyncio
import json
from typing import Any

import pytest
from channels.layers import get_channel_layer
from channels.testing import WebsocketCommunicator

from dashboard.access.guards import VISITOR
from dashboard.access.keys import PRESENTER, Visitor
from dashboard.live.consumer import Viewer
from dashboard.live.hub import VIEWERS, Hub
from dashboard.live.limits import HubLimits
from dashboard.live.places import Places
from tests.live.conftest import Page, Visit
from tests.support.spans import make_open, make_span


async def lose_frames(hub: Hub, *spans: Any) -> None:
    """Publish while nobody is in the group: the layer loses it."""
    layer = get_channel_layer()
    members = layer.groups.pop(VIEWERS)
    hub.receive(spans)
    await asyncio.sleep(0.1)
    layer.groups[VIEWERS] = members


async def test_a_snapshot_comes_first_then_numbered_frames(hub: Hub, visit: Visit) -> None:
    hub.receive([make_open(1)])
    page = await visit()
    first = await page.frame()
    assert (first["snapshot"], first["seq"], first["part"], first["parts"], first["missed"]) == (True, 0, 1, 1, 0)
    assert len(first["spans"]) == 1
    assert first["kept"]["spans"] == 1
    assert first["losses"] == {}
    hub.receive([make_span(2)])
    assert [(await page.frame())["seq"] for _ in range(3)] == [1, 2, 3]


async def test_an_empty_snapshot_is_a_snapshot(visit: Visit) -> None:
    page = await visit()
    frame = await page.frame()
    assert (frame["snapshot"], frame["spans"], frame["parts"]) == (True, [], 1)


async def test_a_large_snapshot_comes_in_parts_as_the_viewer_takes_them(hub: Hub, visit: Visit) -> None:
    hub.receive(make_span(number) for number in range(300))
    page = await visit(unacked_frames=2)
    first, second = await page.frame(), await page.frame()
    assert first["parts"] > 4
    assert await page.receive_nothing(0.3)
    spans = first["spans"] + second["spans"]
    seq = 1
    while len(spans) < 300:
        await page.acknowledge(seq)
        frame = await page.frame()
        seq = frame["seq"]
        spans += frame["spans"]
    assert frame["part"] == frame["parts"]


async def test_what_changes_while_a_snapshot_is_sent_follows_it(hub: Hub, visit: Visit) -> None:
    hub.receive(make_open(number) for number in range(300))
    page = await visit(unacked_frames=1)
    frame = await page.frame()
    hub.receive([make_span(0), make_span(999)])
    ended: set[str] = set()
    while not {"span 0", "span 999"} <= ended:
        ended |= {span["name"] for span in frame["spans"] if span["end_ns"]}
        await page.acknowledge(frame["seq"])
        frame = await page.frame()


async def test_a_viewer_that_stops_acknowledging_gets_nothing_and_later_a_snapshot_with_what_it_missed(
    hub: Hub, visit: Visit
) -> None:
    page = await visit(unacked_frames=4)
    last = 0
    for number in range(12):
        hub.receive([make_span(number)])
        await asyncio.sleep(0.05)
    while not await page.receive_nothing(0.1):
        last = (await page.frame())["seq"]
    assert last < 4
    await page.acknowledge(last)
    frame = await page.news()
    assert frame["snapshot"]
    assert frame["missed"] >= 8
    assert len(frame["spans"]) == 12
    assert frame["seq"] == last + 1


async def test_a_missed_count_is_told_once(hub: Hub, visit: Visit) -> None:
    page = await visit(unacked_frames=1)
    first = await page.frame()
    hub.receive([make_span(1)])
    await asyncio.sleep(0.1)
    await page.acknowledge(first["seq"])
    second = await page.news()
    await lose_frames(hub, make_span(2))
    await page.acknowledge(second["seq"])
    hub.receive([make_span(3)])
    third = await page.news()
    assert (second["missed"], third["missed"]) == (1, 0)


async def test_a_frame_that_the_layer_lost_is_mended_with_a_snapshot(hub: Hub, visit: Visit) -> None:
    page = await visit()
    await page.frame()
    await lose_frames(hub, make_span(1))
    hub.receive([make_span(2)])
    frame = await page.news()
    assert frame["snapshot"]
    assert len(frame["spans"]) == 2


async def test_a_viewer_that_the_layer_forgot_is_whole_again_within_two_seconds(hub: Hub, visit: Visit) -> None:
    page = await visit()
    await page.frame()
    get_channel_layer().groups.clear()
    hub.receive([make_span(1)])
    async with asyncio.timeout(3):
        frame = await page.news()
    assert frame["snapshot"]
    hub.receive([make_span(2)])
    assert [span["name"] for span in (await page.news())["spans"]] == ["span 2"]


async def test_a_hub_that_stopped_is_started_again(hub: Hub, visit: Visit) -> None:
    page = await visit()
    await page.frame()
    await hub.stop()
    async with asyncio.timeout(4):
        assert (await page.frame())["spans"] == []


async def test_a_silent_viewer_is_closed(visit: Visit) -> None:
    page = await visit(silence_s=0.3)
    async with asyncio.timeout(5):
        while (message := await page.receive_output(5))["type"] != "websocket.close":
            pass
    assert message["code"] == 4408


async def test_a_viewer_that_acknowledges_stays(visit: Visit) -> None:
    page = await visit(silence_s=0.5)
    for _ in range(3):
        frame = await page.frame()
        await page.acknowledge(frame["seq"])


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "[]",
        "17",
        "null",
        "{}",
        '{"ack": null}',
        '{"ack": "0"}',
        '{"ack": -1}',
        '{"ack": true}',
        '{"ack": 1e3}',
        '{"ack": 99999999999999999999}',
        "[" * 900,
        '{"HEADERS": {}, "command": "fire"}',
    ],
)
async def test_what_is_no_acknowledgement_is_ignored(hub: Hub, visit: Visit, text: str) -> None:
    page = await visit()
    await page.frame()
    await page.send_to(text_data=text)
    hub.receive([make_span(1)])
    assert len((await page.news())["spans"]) == 1


async def test_binary_messages_close_the_socket(visit: Visit) -> None:
    page = await visit()
    await page.frame()
    await page.send_to(bytes_data=b"\x00")
    assert await closing_code(page) == 4415


async def test_large_messages_close_the_socket(visit: Visit) -> None:
    page = await visit()
    await page.frame()
    await page.send_to(text_data=json.dumps({"ack": 0, "x": "y" * 5_000}))
    assert await closing_code(page) == 4413


async def closing_code(page: Page) -> int:
    while (message := await page.receive_output(5))["type"] != "websocket.close":
        pass
    code: int = message["code"]
    return code


async def test_hostile_text_is_passed_on_literally(hub: Hub, visit: Visit) -> None:
    page = await visit()
    await page.frame()
    hub.receive([make_span(1, name="<img src=x onerror=alert(1)>\x00\u202e", attributes={"</script>": "'\"&"})])
    [span] = (await page.news())["spans"]
    assert span["name"] == "<img src=x onerror=alert(1)>\x00\u202e"
    assert span["attributes"] == {"</script>": "'\"&"}


async def test_a_viewer_beyond_the_last_place_is_refused_until_somebody_leaves(hub: Hub, visit: Visit) -> None:
    hub.places = Places(HubLimits(viewers=2, presenter_viewers=0))
    first, _ = await visit(), await visit()
    refused = WebsocketCommunicator(Viewer.as_asgi(source=hub), "/live")
    assert (await refused.connect())[0] is False
    await first.disconnect()
    await visit()


async def test_each_sees_the_fragments_that_are_meant_for_them(hub: Hub) -> None:
    hub.show_fragment("run", "<p>with a button</p>", "<p>without</p>", owner="one")
    seen = {}
    for visitor in (PRESENTER, Visitor("member", "one"), Visitor("member", "other"), Visitor("member", "")):
        page = WebsocketCommunicator(Viewer.as_asgi(source=hub), "/live")
        page.scope[VISITOR] = visitor
        assert (await page.connect())[0]
        while not (text := await page.receive_from(5)).startswith("<"):
            pass
        seen[visitor.id or visitor.role] = text
        await page.disconnect()
    whole, less = "<p>with a button</p>", "<p>without</p>"
    assert seen == {"presenter": whole, "one": whole, "other": less, "member": less}
