"""A process that handles requests on threads and then waits on its main thread, as Waitress and Cheroot do."""

import signal
import sys
import threading
import time

from probes.wsgi import WSGIProbe
from tests.probes.apps.short_life import bare, handle


def on_a_thread(number: int) -> None:
    thread = threading.Thread(target=handle, args=(number, application))
    thread.start()
    thread.join()


if __name__ == "__main__":
    if "ignoring" in sys.argv:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    application = WSGIProbe(bare)
    if "asking" in sys.argv:
        found = signal.getsignal(signal.SIGTERM)
        replaced = signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))
        print(found is signal.SIG_DFL, replaced is signal.SIG_DFL)
    if "main" in sys.argv:
        handle(1, application)
    on_a_thread(20)
    print("done", flush=True)
    time.sleep(60)
