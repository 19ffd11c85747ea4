"""Ids are the operating system's, and no process or thread gives one that another has given."""

import os
import threading

import pytest

from probes.ids import IDS_AT_ONCE, SystemIds, new_span_id, new_trace_id

MORE_THAN_ONE_DRAW = IDS_AT_ONCE + 10


def test_ids_have_their_sizes_and_do_not_repeat() -> None:
    spans = [new_span_id() for _ in range(MORE_THAN_ONE_DRAW)]
    traces = [new_trace_id() for _ in range(MORE_THAN_ONE_DRAW)]
    assert {len(span_id) for span_id in spans} == {8}
    assert {len(trace_id) for trace_id in traces} == {16}
    assert len(set(spans)) == len(set(traces)) == MORE_THAN_ONE_DRAW


def test_the_sdk_gets_the_same_kind() -> None:
    ids = SystemIds()
    assert 0 < ids.generate_span_id() < 2**64
    assert 0 < ids.generate_trace_id() < 2**128
    assert ids.is_trace_id_random()


def test_threads_share_none() -> None:
    taken: list[bytes] = []

    def take() -> None:
        taken.extend(new_span_id() for _ in range(MORE_THAN_ONE_DRAW))

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(taken)) == 4 * MORE_THAN_ONE_DRAW


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
@pytest.mark.parametrize("hooks", ["with fork hooks", "as uWSGI forks"])
def test_a_forked_child_draws_its_own(hooks: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """uWSGI's fork runs no hooks: nothing but the process id tells the child that its stock is its parent's."""
    parents = [new_span_id(), new_trace_id()]
    pid = os.getpid()
    if hooks == "as uWSGI forks":
        monkeypatch.setattr(os, "getpid", lambda: pid + 1)
        children = [new_span_id(), new_trace_id()]
        monkeypatch.undo()
    else:
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            os.write(write, new_span_id() + new_trace_id())
            os._exit(0)
        os.waitpid(child, 0)
        said = os.read(read, 24)
        os.close(read)
        os.close(write)
        children = [said[:8], said[8:]]
    following = [new_span_id() for _ in range(IDS_AT_ONCE)] + [new_trace_id() for _ in range(IDS_AT_ONCE)]
    assert not set(children) & {*parents, *following}
