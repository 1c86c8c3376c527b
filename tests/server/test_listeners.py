"""Workflows that listen, on a real server over loopback, with restarts between."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.server.serving import TEXT, Server, one
from tests.standin import standin_in_thread

ECHO: dict[str, Any] = {
    "format": "nodebuilder/1",
    "name": "Echo",
    "nodes": {
        "on": {"type": "receive_event", "values": {"listen_id": "echo"}},
        "back": {"type": "return_event_data"},
        "chat": {"type": "display_input"},
    },
    "links": ["on.data -> back.return_data", "on.await_id -> back.await_id"],
    "layout": {},
}


def asker(event_id: str = "echo", data: str = "hello") -> dict[str, Any]:
    return {
        "format": "nodebuilder/1",
        "name": "Asker",
        "nodes": {
            "word": {"type": "text", "values": {"value": data}},
            "ask": {"type": "await_event", "values": {"event_id_widget": event_id}},
        },
        "links": ["word.text_out -> ask.data"],
        "start": "word",
        "layout": {},
    }


def listen(server: Server, workflow_id: str, document: dict[str, Any]) -> httpx.Response:
    with server.client() as http:
        http.put(f"/api/workflows/{workflow_id}", json={"workflow": document}).raise_for_status()
        return http.put(f"/api/workflows/{workflow_id}/listening")


def ask(server: Server, **how: str) -> dict[str, Any]:
    return server.ended(server.run(asker(**how)))["outputs"]["ask"]


def listeners(server: Server) -> list[dict[str, Any]]:
    with server.client() as http:
        return http.get("/api/listeners").json()["listeners"]


def test_a_workflow_listens_until_it_is_stopped(server: Server) -> None:
    told = listen(server, "stops", ECHO)
    assert told.status_code == 200, told.text
    begun = told.json()
    assert begun["nodes"] == [
        {"node": "on", "type": "receive_event", "listen_id": "echo"},
        {"node": "chat", "type": "display_input", "always": True},
    ]
    assert (begun["listening"], begun["name"], begun["error"], begun["runs"]) == (True, "Echo", None, [])
    assert abs(time.time() - begun["since"]) < 600
    assert ask(server) == {"results": "hello", "sent_count": 1}
    with server.client() as http:
        (heard,) = http.get("/api/listeners").json()["listeners"]
        assert [(run["workflow_id"], run["status"]) for run in heard["runs"]] == [("stops", "succeeded")]
        assert heard == {**begun, "runs": heard["runs"]}
        assert http.get("/api/info").status_code == 200
        stopped = http.delete("/api/workflows/stops/listening")
        assert stopped.status_code == 200
        assert (stopped.json()["listening"], stopped.json()["since"], len(stopped.json()["runs"])) == (False, None, 1)
        assert http.delete("/api/workflows/stops/listening").status_code == 200, "stopped twice is stopped"
    assert ask(server) == {"results": [], "sent_count": 0}
    assert listeners(server) == []


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (TEXT, "nothing_listens"),
        (one("display_input"), "nothing_listens"),
        ({**ECHO, "links": ["on.nothing -> back.return_data"]}, "not_runnable"),
        (one("receive_event", listen_id=" "), "bad_event_id"),
    ],
)
def test_what_cannot_listen_is_told_why(server: Server, document: dict[str, Any], code: str) -> None:
    refused = listen(server, "cannot", document)
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert listeners(server) == []


def test_one_that_is_not_there_cannot_listen_or_stop(server: Server) -> None:
    with server.client() as http:
        for method in ("PUT", "DELETE"):
            answer = http.request(method, "/api/workflows/no-such/listening")
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_what_is_saved_is_heard_for_at_once(server: Server) -> None:
    listen(server, "follows", ECHO)
    changed = {**ECHO, "nodes": {**ECHO["nodes"], "on": {"type": "receive_event", "values": {"listen_id": "second"}}}}
    with server.client() as http:
        http.put("/api/workflows/follows", json={"workflow": changed})
        assert [ask(server, event_id=each)["sent_count"] for each in ("echo", "second")] == [0, 1]

        http.put("/api/workflows/follows", json={"workflow": TEXT})
        (told,) = listeners(server)
        assert told["error"]["code"] == "nothing_listens"
        assert ask(server, event_id="second")["sent_count"] == 0

        http.put("/api/workflows/follows", json={"workflow": ECHO})
        assert listeners(server)[0]["error"] is None
        assert http.post("/api/workflows/follows/rename", json={"id": "renamed"}).status_code == 200
        assert [each["workflow_id"] for each in listeners(server)] == ["renamed"]
        assert ask(server)["results"] == "hello"

        assert http.delete("/api/workflows/renamed").status_code == 204
        assert listeners(server) == []
        assert ask(server)["sent_count"] == 0


@pytest.mark.skipif(sys.platform == "win32", reason="has no such signals")
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_listening_outlives_the_server(serve: Callable[..., Server], tmp_path: Path, how: signal.Signals) -> None:
    first = serve(tmp_path)
    begun = listen(first, "stays", ECHO).json()
    listen(first, "breaks", one("receive_event", listen_id="echo"))
    listen(first, "ends", ECHO)
    with first.client() as http:
        http.delete("/api/workflows/ends/listening")
    first.stop(how)

    second = serve(tmp_path, max_nodes="2")
    told = {each["workflow_id"]: each for each in listeners(second)}
    assert set(told) == {"stays", "breaks"}
    assert (told["stays"]["since"], told["breaks"]["error"]) == (begun["since"], None)
    assert told["stays"]["error"]["code"] == "too_many_nodes"
    second.stop(how)

    third = serve(tmp_path)
    assert [each["error"] for each in listeners(third)] == [None, None]
    assert ask(third) == {"results": "hello", "sent_count": 1}
    assert third.stop() == 0
    assert "Traceback" not in third.log()


@pytest.mark.skipif(sys.platform == "win32", reason="has no such signals")
def test_a_run_that_waits_ends_with_the_server(serve: Callable[..., Server], tmp_path: Path) -> None:
    server = serve(tmp_path)
    slow = {
        **ECHO,
        "nodes": {**ECHO["nodes"], "hold": {"type": "pause"}},
        "links": ["on.event_id -> hold.value", "hold.output -> back.return_data", "on.await_id -> back.await_id"],
    }
    listen(server, "slow", slow)
    run_id = server.run(asker())
    with server.client() as http:
        while not http.get("/api/listeners").json()["listeners"][0]["runs"]:
            time.sleep(0.02)
    assert server.stop() == 0
    again = serve(tmp_path)
    with again.client() as http:
        assert http.get(f"/api/runs/{run_id}").json()["status"] == "cancelled"


DRAWS: dict[str, Any] = {
    "format": "nodebuilder/1",
    "name": "Draws",
    "nodes": {
        "on": {"type": "receive_event", "values": {"listen_id": "draw"}},
        "picture": {"type": "gpt_image", "values": {"quality": "low"}},
        "hold": {"type": "pause", "values": {"seconds": 600}},
    },
    "links": ["on.data -> picture.prompt", "picture.image_url -> hold.value"],
    "layout": {},
}


@pytest.mark.skipif(sys.platform == "win32", reason="has no such signals")
def test_a_run_that_an_event_began_goes_on_after_a_kill_with_what_came_in_and_pays_once(
    serve: Callable[..., Server], tmp_path: Path
) -> None:
    sends: dict[str, Any] = {**asker("draw", "a lion with a hat"), "name": "Sends"}
    sends["nodes"]["ask"]["type"] = "send_event"
    with standin_in_thread() as openai:
        first = serve(tmp_path, openai_base_url=openai.url)
        with first.client() as http:
            http.put("/api/secrets/openai", json={"value": "sk-canary-0123456789abcdefghijklmn"})
        listen(first, "draws", DRAWS)
        first.ended(first.run(sends))
        with first.client() as http:
            (begun,) = http.get("/api/listeners").json()["listeners"][0]["runs"]
            while "picture" not in http.get(f"/api/runs/{begun['run_id']}").json()["outputs"]:
                time.sleep(0.05)
        first.stop(signal.SIGKILL)

        second = serve(tmp_path, openai_base_url=openai.url)
        with second.client() as http:
            listed = http.get("/api/listeners").json()["listeners"][0]["runs"]
            assert [(run["run_id"], run["status"]) for run in listed] == [(begun["run_id"], "interrupted")]
            # The workflow changed since: the run goes on as it was begun.
            http.put(
                "/api/workflows/draws", json={"workflow": {**DRAWS, "nodes": {"on": DRAWS["nodes"]["on"]}, "links": []}}
            )
            went_on = http.post(f"/api/runs/{begun['run_id']}/resume", json={}).json()["run_id"]
            while "picture" not in (told := http.get(f"/api/runs/{went_on}").json()["outputs"]):
                time.sleep(0.05)
            http.post(f"/api/runs/{went_on}/cancel")
        assert told["on"] == {"data": "a lion with a hat", "event_id": "draw"}
        assert openai.count == 1
