"""Runs over HTTP: begun, followed, ended, gone on with."""

from __future__ import annotations

import json
import sqlite3
import struct
import threading
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.house.calling import ECHO
from tests.server.serving import PICTURE, TEXT, Server, one
from tests.standin import standin_in_thread

KEY = "sk-CANARY-0123456789-abcdefghijklm"


def events_of(
    server: Server, run_id: str, *, after: int | None = None, most: int | None = None
) -> list[dict[str, Any]]:
    """The events of a run as the stream sends them, checked line by line; stops after `most`."""
    found: list[dict[str, Any]] = []
    headers = {} if after is None else {"last-event-id": str(after)}
    with server.client() as http, http.stream("GET", f"/api/runs/{run_id}/events", headers=headers) as stream:
        assert stream.status_code == 200
        assert stream.headers["content-type"].startswith("text/event-stream")
        block: dict[str, str] = {}
        for line in stream.iter_lines():
            if line:
                name, _, value = line.partition(": ")
                block[name] = value
            elif "data" in block:
                event = json.loads(block["data"])
                assert block["id"] == str(event["seq"])
                assert block["event"] == event["kind"]
                found.append(event)
                block = {}
                if len(found) == most:
                    return found
            else:
                block = {}
    return found


def test_a_text_runs_to_the_display(server: Server) -> None:
    run = server.ended(server.run(TEXT))
    assert run["status"] == "succeeded"
    assert run["name"] == "A text"
    assert run["outputs"]["text"] == {"text_out": "hello"}
    assert run["displayed"][0]["data"] == "hello"
    assert run["errors"] == run["waiting"] == run["receipts"] == []
    assert run["firings"] == 2
    assert run["finished_at"] >= run["started_at"]


def test_a_text_becomes_a_picture_at_its_own_address(server: Server) -> None:
    run = server.ended(server.run(PICTURE), seconds=60)
    assert run["errors"] == []
    assert run["status"] == "succeeded"
    image = run["outputs"]["image"]
    assert image["image_url"] == f"http://localhost:{server.port}/servable/{image['filename']}"
    with server.client() as http:
        picture = http.get(f"/servable/{image['filename']}")
    assert picture.headers["content-type"] == "image/png"
    assert struct.unpack(">II", picture.content[16:24]) == (1024, 1024)
    receipt = run["receipts"][0]
    assert receipt["state"] == "done"
    assert receipt["asset"] == image["filename"]
    assert run["displayed"][0]["content_type"] == "image"


def test_a_page_gets_addresses_it_may_load(server: Server) -> None:
    run_id = server.run(PICTURE)
    server.ended(run_id, 60)
    with server.client() as http:
        run = http.get(f"/api/runs/{run_id}", headers={"sec-fetch-site": "same-origin"}).json()
    assert run["outputs"]["image"]["image_url"].startswith(f"{server.url}/servable/")
    assert "localhost" not in json.dumps(run["outputs"])


def test_values_and_a_start_are_for_this_run(server: Server) -> None:
    run = server.ended(server.run(TEXT, values={"text": {"value": "given"}}, start="text"))
    assert run["outputs"]["text"] == {"text_out": "given"}


def test_a_kept_workflow_runs_by_its_id(server: Server) -> None:
    with server.client() as http:
        assert http.put("/api/workflows/kept-and-run", json={"workflow": TEXT}).status_code == 200
    run = server.ended(server.run("kept-and-run"))
    assert run["workflow_id"] == "kept-and-run"
    with server.client() as http:
        assert http.post("/api/runs", json={"workflow": "not-kept"}).status_code == 404


def test_inputs_are_given_by_name(server: Server) -> None:
    with server.client() as http:
        begun = http.post("/api/runs", json={"workflow": ECHO, "inputs": {"prompt": "hi", "times": 3}})
        assert begun.status_code == 202
        outputs = server.ended(begun.json()["run_id"])["outputs"]
        assert (outputs["response"], outputs["count"]) == ({"value": "hi"}, {"value": 3})
        for inputs, code in (({"promt": "hi"}, "unknown_input"), ({}, "no_value"), ({"prompt": 1}, "bad_input")):
            refused = http.post("/api/runs", json={"workflow": ECHO, "inputs": inputs})
            assert (refused.status_code, refused.json()["code"]) == (422, code)


def test_what_cannot_run_is_told_with_all_its_problems_and_nothing_runs(server: Server) -> None:
    broken = {
        "format": "nodebuilder/1",
        "name": "b",
        "nodes": {"a": {"type": "nope"}, "i": {"type": "gpt_image"}},
        "links": [],
    }
    with server.client() as http:
        before = http.get("/api/runs").json()
        answer = http.post("/api/runs", json={"workflow": broken})
        assert answer.status_code == 422
        told = answer.json()
        assert told["code"] == "not_runnable"
        assert {problem["node"] for problem in told["problems"]} == {"a", "i"}
        assert http.get("/api/runs").json() == before
        for more in ({"start": "nobody"}, {"values": {"nobody": {"x": 1}}}):
            assert http.post("/api/runs", json={"workflow": TEXT, **more}).status_code == 422


def test_a_request_that_comes_twice_runs_once(server: Server) -> None:
    found: set[str] = set()

    def ask() -> None:
        found.add(server.run(TEXT, request_id="the-same"))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 1
    assert found == {server.run(TEXT, request_id="the-same")}
    assert found != {server.run(TEXT, request_id="another")}


def test_a_run_goes_on_when_nobody_watches_and_ends_when_asked(server: Server) -> None:
    run_id = server.run(one("slow", seconds=60))
    with server.client() as http:
        assert http.get(f"/api/runs/{run_id}").json()["status"] == "running"
        assert run_id in {run["run_id"] for run in http.get("/api/runs").json()["runs"] if run["status"] == "running"}
        assert http.post(f"/api/runs/{run_id}/cancel").status_code == 202
    assert server.ended(run_id)["status"] == "cancelled"
    with server.client() as http:
        again = http.post(f"/api/runs/{run_id}/cancel")
        assert (again.status_code, again.json()["status"]) == (202, "cancelled")
        assert http.post("/api/runs/nobody/cancel").status_code == 404


def test_a_failed_run_can_be_gone_on_with_and_a_good_one_not(server: Server) -> None:
    failed = server.run(one("crash"))
    assert server.ended(failed)["errors"][0]["code"] == "node_crashed"
    with server.client() as http:
        answer = http.post(f"/api/runs/{failed}/resume")
        assert answer.status_code == 202
        assert answer.json()["run_id"] != failed
        good = server.run(TEXT)
        server.ended(good)
        assert http.post(f"/api/runs/{good}/resume").status_code == 409
        assert http.post("/api/runs/nobody/resume", json={"retry_unknown": True}).status_code == 404


def test_a_wide_paid_loop_that_is_cancelled_keeps_what_is_in_the_air_and_pays_nothing_again(
    serve: Callable[..., Server],
) -> None:
    prompts = [f"cat {number} FAULT:slow:0.5" for number in range(12)]
    nodes = {
        "items": {"type": "input", "values": {"type": "list", "default": json.dumps(prompts)}},
        "each": {"type": "for_each", "values": {"width": 8}},
        "image": {"type": "gpt_image", "values": {"quality": "low"}},
    }
    links = ["items.value -> each.items", "each.item -> image.prompt", "image.filename -> each.result"]
    with standin_in_thread() as openai:
        server = serve(openai_base_url=openai.url)
        with server.client() as http:
            http.put("/api/secrets/openai", json={"value": KEY}).raise_for_status()
            run_id = server.run({"format": "nodebuilder/1", "nodes": nodes, "links": links})
            until(lambda: openai.count == 8)
            assert http.post(f"/api/runs/{run_id}/cancel").status_code == 202
            assert server.ended(run_id)["status"] == "cancelled"
            resumed = http.post(f"/api/runs/{run_id}/resume").json()["run_id"]
            run = server.ended(resumed)
        assert run["status"] == "succeeded", run["errors"]
        assert sorted(openai.prompts) == sorted(prompts), "each was asked for once"
        assert len(set(run["outputs"]["each"]["results"])) == 12
        assert {path.name for path in (server.data_dir / "servable").glob("*.png")} == set(
            run["outputs"]["each"]["results"]
        )


def until(holds: Callable[[], bool], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_runs_are_listed_newest_first_page_by_page(server: Server) -> None:
    ids = [server.run(TEXT) for _ in range(5)]
    for run_id in ids:
        server.ended(run_id)
    with server.client() as http:
        listed = [run["run_id"] for run in http.get("/api/runs", params={"limit": 5}).json()["runs"]]
        assert listed == ids[::-1]
        page = http.get("/api/runs", params={"limit": 2, "before": ids[3]}).json()["runs"]
        assert [run["run_id"] for run in page] == [ids[2], ids[1]]
        assert http.get("/api/runs", params={"limit": 0}).status_code == 422
        assert http.get("/api/runs", params={"limit": "x"}).status_code == 422


def test_the_stream_tells_every_event_once_and_ends_with_the_run(server: Server) -> None:
    events = events_of(server, server.run(TEXT))
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert events[0]["kind"] == "run_started"
    assert events[-1]["kind"] == "run_finished"


def test_a_stream_resumes_without_a_gap_or_a_repeat(server: Server) -> None:
    """More events than memory holds, cut off again and again while they come."""
    run_id = server.run(one("chatter", count=6000, pause=0.002))
    seen: list[int] = []
    for most in (1, 10, 700, 3000, None):
        events = events_of(server, run_id, after=seen[-1] if seen else None, most=most)
        seen += [event["seq"] for event in events]
    assert seen == list(range(1, len(seen) + 1))
    assert len(seen) > 6000
    assert [event["seq"] for event in events_of(server, run_id, after=len(seen) - 3)] == seen[-3:]
    assert events_of(server, run_id, after=len(seen)) == []


def test_a_stalled_reader_keeps_nobody_waiting(server: Server) -> None:
    run_id = server.run(one("chatter", count=20_000, size=500, pause=0.002))
    with server.client() as http, http.stream("GET", f"/api/runs/{run_id}/events") as stalled:
        assert stalled.status_code == 200
        run = server.ended(run_id)
        assert run["status"] == "succeeded"
        assert http.build_request("GET", "/healthz")


def test_a_key_given_for_a_run_is_kept_nowhere(serve: Callable[..., Server]) -> None:
    server = serve(openai_base_url="http://127.0.0.1:9/v1")
    typed = json.loads(json.dumps(PICTURE))
    typed["nodes"]["image"]["values"]["api_key"] = KEY
    runs = [server.run(PICTURE, values={"image": {"api_key": KEY}}), server.run(typed)]
    with server.client() as http:
        for run_id in runs:
            run = server.ended(run_id)
            assert run["status"] == "failed"
            assert "cannot be reached" in run["errors"][0]["message"]
            shown = json.dumps(run) + json.dumps(events_of(server, run_id))
            assert KEY not in shown
        assert http.get("/api/secrets").json() == {"secrets": [], "bindings": {}}
    server.stop()
    for path in server.data_dir.rglob("*"):
        if path.is_file():
            assert KEY.encode() not in path.read_bytes(), path
    assert KEY not in server.log()


def test_a_run_that_was_cut_off_is_marked_and_can_be_gone_on_with(serve: Callable[..., Server]) -> None:
    server = serve()
    run_id = server.run(one("slow", seconds=60))
    server.process.kill()
    server.process.wait()
    again = serve()
    assert again.ended(run_id)["status"] == "interrupted"
    with again.client() as http:
        resumed = http.post(f"/api/runs/{run_id}/resume").json()["run_id"]
        assert http.post(f"/api/runs/{resumed}/cancel").status_code == 202
    assert again.ended(resumed)["status"] == "cancelled"


def test_the_history_holds_what_was_run(serve: Callable[..., Server]) -> None:
    server = serve()
    run_id = server.run(TEXT, values={"text": {"value": "for this run"}})
    server.ended(run_id)
    server.stop()
    with sqlite3.connect(server.data_dir / "nodebuilder.db") as database:
        ((document,),) = database.execute("select document from runs where id = ?", (run_id,)).fetchall()
    assert json.loads(document)["nodes"]["text"]["values"]["value"] == "for this run"
    again = serve()
    assert again.ended(run_id)["outputs"]["text"]["text_out"] == "for this run"
    assert events_of(again, run_id)[-1]["kind"] == "run_finished"


@pytest.mark.parametrize("path", ["/api/runs/nobody", "/api/runs/nobody/events", "/api/runs/..%2f..%2fetc"])
def test_an_unknown_run_is_not_found(server: Server, path: str) -> None:
    with server.client() as http:
        answer: httpx.Response = http.get(path)
    assert answer.status_code in (404, 422)
    assert answer.json()["remedy"]
