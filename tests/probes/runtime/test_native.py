"""Under gevent, however late it patches, the sender is a thread of the system: it stops nobody, nobody stops it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.probes.receiver import Receiver
from tests.probes.servers import run

ROOT = Path(__file__).parents[3]
PATCH = "from gevent import monkey; monkey.patch_all()\n"
IMPORT = "from probes.wsgi import WSGIProbe\n"
REQUEST = """
import gevent
from tests.probes.apps.short_life import handle

def beat():
    while True:
        beats.append(1)
        gevent.sleep(0.01)

beats = []
gevent.spawn(beat)
gevent.spawn(handle, 1).join()
"""
ORDERS = {"early": PATCH + IMPORT, "late": IMPORT + PATCH}


@pytest.mark.parametrize("order", ORDERS)
def test_the_other_greenlets_go_on(order: str, receiver: Receiver) -> None:
    script = ORDERS[order] + REQUEST + "gevent.sleep(0.5); print(len(beats), flush=True)"
    with run([sys.executable, "-c", script], receiver.endpoint, stdout=subprocess.PIPE) as process:
        printed, _ = process.communicate(timeout=30)
    assert int(printed) > 5
    receiver.one("server")


@pytest.mark.parametrize("order", ORDERS)
def test_what_ended_arrives_while_a_greenlet_computes(order: str, receiver: Receiver) -> None:
    script = ORDERS[order] + REQUEST + "while True: pass"
    with run([sys.executable, "-c", script], receiver.endpoint):
        receiver.one("server")


def test_the_libraries_that_gevent_patched_stay_patched(receiver: Receiver) -> None:
    script = PATCH + REQUEST + "import queue, socket; print(socket.socket.__module__, queue.SimpleQueue.__module__)"
    given = {**os.environ, "GATESCOPE_ENDPOINT": receiver.endpoint, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", script], env=given, capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.split() == ["gevent._socket3", "gevent._gevent_cqueue"]
