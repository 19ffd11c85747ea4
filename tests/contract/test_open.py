"""`manage.py open`: a file on a disk becomes a recording, whose address is printed."""

import json
from pathlib import Path

import httpx

from tests.support.demo import Gatescope

FILES = Path(__file__).parents[1] / "interchange" / "files"


def test_a_file_is_imported_and_its_address_printed(demo: Gatescope) -> None:
    opened = demo.command("open", str(FILES / "six-kinds.json"), "--url", demo.url, "--no-browser")
    assert opened.returncode == 0, opened.stderr
    answer = httpx.get(f"{opened.stdout.strip()}/otlp.json", trust_env=False, follow_redirects=True)
    [group] = json.loads(answer.text)["resourceSpans"]
    assert len(group["scopeSpans"][0]["spans"]) == 6
    assert {pair["key"] for pair in group["resource"]["attributes"]} >= {"service.version", "host.name"}
    kinds = [span["kind"] for span in group["scopeSpans"][0]["spans"]]
    assert kinds == [0, 1, 2, 3, 4, 5]


def test_what_is_left_out_is_said_and_a_refusal_is_one_sentence(demo: Gatescope) -> None:
    opened = demo.command("open", str(FILES / "junk-line.jsonl"), "--url", demo.url, "--no-browser")
    assert "Line 2 is no JSON and left out." in opened.stderr
    refused = demo.command("open", __file__, "--url", demo.url, "--no-browser")
    assert refused.returncode == 2
    assert "this is not JSON" in refused.stderr
    missing = demo.command("open", "no such file", "--url", demo.url, "--no-browser")
    assert missing.returncode == 2
    assert "Traceback" not in missing.stderr
