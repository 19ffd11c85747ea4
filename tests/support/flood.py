"""Senders at full speed, in a process of their own: python -m tests.support.flood URL SENDERS SECONDS

Each posts a message of 4,000 spans again and again, and waits as long as it is told to when it is refused. It prints
how many messages were taken and how many were refused.
"""

import sys
import time
from collections import Counter
from threading import Thread

import httpx

from tests.ingest.requests import proto_body

SPANS = 4_000


def main(url: str, senders: int, seconds: float) -> None:
    """Send until the time is over."""
    until = time.monotonic() + seconds
    answers: Counter[int] = Counter()

    def send() -> None:
        kind = {"content-type": "application/x-protobuf"}
        with httpx.Client(trust_env=False, timeout=60, headers=kind) as http:
            while time.monotonic() < until:
                try:
                    answer = http.post(url, content=body)
                except httpx.TransportError:  # refused at the headers, and hung up on while it went on sending
                    answers[503] += 1
                    time.sleep(1)
                else:
                    answers[answer.status_code] += 1
                    time.sleep(int(answer.headers.get("retry-after", 0)))

    body = proto_body(SPANS)
    threads = [Thread(target=send) for _ in range(senders)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(answers[200], sum(count for status, count in answers.items() if status == 503), sum(answers.values()))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))
