"""The HTTP half of the contract, used as a script would: healthz, runs, traces, and refusals in one sentence."""

import re
import time
from pathlib import Path

import httpx
import pytest

from tests.support.demo import Gatescope, gatescope

CONTRACT_SERVERS = (
    *("gunicorn-sync", "gunicorn-gthread", "uwsgi", "mod_wsgi"),
    *("daphne", "uvicorn", "hypercorn", "gunicorn-asgi"),
)


def test_healthz_names_every_server_of_the_contract(demo: Gatescope) -> None:
    answer = demo.http.get("/healthz").json()
    assert answer["status"] == "ok"
    for name in CONTRACT_SERVERS:
        assert set(answer["servers"][name]) == {"interface", "state", "url", "reason"}
    assert answer["servers"]["uvicorn"]["state"] == "running"
    assert httpx.get(answer["servers"]["uvicorn"]["url"] + "/hello/").status_code == 200


def test_a_run_has_the_fields_of_the_contract(demo: Gatescope) -> None:
    run = demo.run(["uvicorn"], "hello", count=2, concurrency=1)
    assert {"id", "state", "scenario", "servers"} <= set(run)
    result = run["servers"]["uvicorn"]
    assert {"wall_s", "first_s", "last_s", "requests"} <= set(result)
    for request in result["requests"]:
        assert {"trace_id", "status", "queue_s", "view_s", "total_s", "pid", "thread"} <= set(request)


def test_a_finished_run_is_kept_and_found_again(demo: Gatescope) -> None:
    run = demo.run(["uvicorn"], "hello")
    assert demo.http.get(f"/runs/{run['id']}").json() == run


def test_a_trace_has_the_fields_of_the_contract(demo: Gatescope) -> None:
    run = demo.run(["gunicorn-sync"], "hello")
    trace_id = run["servers"]["gunicorn-sync"]["requests"][0]["trace_id"]
    trace = demo.http.get(f"/traces/{trace_id}").json()
    assert trace["trace_id"] == trace_id
    for span in trace["spans"]:
        wanted = {"span_id", "parent_id", "name", "stage", "server", "start_ns", "end_ns", "attributes"}
        assert wanted <= set(span)


def test_a_browser_gets_the_trace_as_a_page(demo: Gatescope) -> None:
    run = demo.run(["uvicorn"], "hello")
    trace_id = run["servers"]["uvicorn"]["requests"][0]["trace_id"]
    page = demo.http.get(f"/traces/{trace_id}", headers={"accept": "text/html"})
    assert page.headers["content-type"].startswith("text/html")
    assert trace_id in page.text


@pytest.mark.parametrize(
    ("form", "status", "sentence"),
    [
        ({"server": "apache", "scenario": "hello"}, 400, "no server 'apache'"),
        ({"scenario": "hello"}, 400, "No server was named"),
        ({"server": "uvicorn", "scenario": "sing"}, 400, "no scenario 'sing'"),
        ({"server": "uvicorn", "scenario": "hello", "count": "0"}, 400, "(count) is '0'"),
        ({"server": "uvicorn", "scenario": "hello", "count": "-1"}, 400, "(count) is '-1'"),
        ({"server": "uvicorn", "scenario": "hello", "count": "1000000000"}, 400, "(count) is '1000000000'"),
        ({"server": "uvicorn", "scenario": "hello", "count": "x"}, 400, "(count) is 'x'"),
        ({"server": "uvicorn", "scenario": "hello", "concurrency": "0"}, 400, "(concurrency) is '0'"),
        ({"server": "uvicorn", "scenario": "wait", "seconds": "soon"}, 400, "The time (seconds) is 'soon'"),
        ({"server": "uvicorn", "scenario": "hello", "via": "http://evil"}, 400, "no way through"),
        ({"server": "nginx", "scenario": "hello"}, 400, "no server 'nginx'"),
    ],
)
def test_a_bad_order_is_refused_in_one_sentence_as_json_and_as_html(
    demo: Gatescope, form: dict[str, str], status: int, sentence: str
) -> None:
    refused = demo.post("/runs", form)
    assert refused.status_code == status
    assert sentence in refused.json()["error"]
    shown = demo.post("/runs", form, **{"hx-request": "true"})
    assert shown.status_code == status
    assert "<html" not in shown.text
    assert sentence.replace("'", "&#x27;") in shown.text


def test_a_stopped_server_is_refused_and_can_be_started_again(demo: Gatescope) -> None:
    demo.post("/fleet/hypercorn/stop").raise_for_status()
    refused = demo.post("/runs", {"server": "hypercorn", "scenario": "hello"})
    assert refused.status_code == 409
    assert "hypercorn is stopped" in refused.json()["error"]
    demo.post("/fleet/hypercorn/start").raise_for_status()
    assert demo.run(["hypercorn"], "hello")["servers"]["hypercorn"]["errors"] == 0


def test_unknown_servers_and_commands_of_the_fleet_are_refused(demo: Gatescope) -> None:
    assert "no server 'apache'" in demo.post("/fleet/apache/start").json()["error"]
    assert "no command 'explode'" in demo.post("/fleet/uvicorn/explode").json()["error"]


def test_unknown_runs_and_traces_are_not_found(demo: Gatescope) -> None:
    assert demo.http.get("/runs/none").status_code == 404
    missing = demo.http.get("/traces/" + "0" * 32)
    assert missing.status_code == 404
    assert "not kept here" in missing.json()["error"]


@pytest.mark.parametrize("path", ["/runs", "/fleet/uvicorn/stop", "/runs/none/stop"])
def test_whatever_changes_something_needs_the_csrf_token(demo: Gatescope, path: str) -> None:
    refused = httpx.post(demo.url + path, headers={"accept": "application/json"})
    assert refused.status_code == 403
    assert "CSRF token" in refused.json()["error"]


@pytest.mark.parametrize("path", ["/runs", "/fleet/uvicorn/stop", "/runs/none/stop"])
def test_nothing_changes_by_get(demo: Gatescope, path: str) -> None:
    assert demo.http.get(path).status_code in {404, 405}
    assert demo.states()["uvicorn"] == "running"


def test_a_page_of_another_host_name_is_refused(demo: Gatescope) -> None:
    refused = demo.http.get("/", headers={"host": "evil.example"})
    assert refused.status_code == 400
    assert "ALLOWED_HOSTS" in refused.json()["error"]
    page = demo.http.get("/", headers={"host": "evil.example", "accept": "text/html"})
    assert "<html" in page.text
    assert "ALLOWED_HOSTS" in page.text


@pytest.mark.parametrize("path", ["..%2fmanage.py", "%2e%2e/%2e%2e/etc/passwd", "js/../../manage.py", "%00", "js/"])
def test_nothing_beside_the_static_files_is_served(demo: Gatescope, path: str) -> None:
    refused = demo.http.send(httpx.Request("GET", f"{demo.url}/static/{path}", headers={"accept": "*/*"}))
    assert refused.status_code == 404
    assert "nothing at /" in refused.json()["error"]


@pytest.mark.parametrize(
    ("kind", "body", "sentence"),
    [
        ("application/x-www-form-urlencoded; charset=utf-7", b"server=uvicorn", "UTF-8"),
        ("application/x-www-form-urlencoded", b"&".join(b"f%d=1" % number for number in range(2000)), "too many"),
        ("application/json", b'{"server": "uvicorn"}', "No server was named"),
    ],
)
def test_a_form_that_cannot_be_read_is_refused_in_one_sentence(
    demo: Gatescope, kind: str, body: bytes, sentence: str
) -> None:
    token = demo.http.cookies.get("csrftoken") or ""
    refused = demo.http.post("/runs", content=body, headers={"content-type": kind, "x-csrftoken": token})
    assert refused.status_code == 400
    assert sentence in refused.json()["error"]
    assert demo.http.post("/runs", content=body, headers={"content-type": kind}).status_code in {400, 403}


def test_the_page_forbids_inline_code(demo: Gatescope) -> None:
    page = demo.http.get("/", headers={"accept": "text/html"})
    policy = page.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"(application/json|importmap)\")", page.text)
    assert not re.search(r"\sstyle=|\son[a-z]+=", page.text)


def test_an_order_for_a_server_that_is_about_to_start_waits_for_it(tmp_path: Path) -> None:
    with gatescope(tmp_path, "daphne", wait=False) as young:
        while True:
            try:
                young.http.get("/", headers={"accept": "text/html"}).raise_for_status()
                break
            except httpx.TransportError:
                time.sleep(0.05)
        assert young.states()["daphne"] == "starting"
        assert young.run(["daphne"], "hello")["servers"]["daphne"]["errors"] == 0
