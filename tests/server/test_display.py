"""The display over HTTP: kept, loaded, cleared, and messages to it answered in order."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from tests.server.serving import PICTURE, TEXT, Server
from tests.server.test_live import open_live, told

CHAT: dict[str, Any] = {
    "format": "nodebuilder/1",
    "name": "An echo",
    "nodes": {"chat": {"type": "display_input"}, "show": {"type": "display_output", "title": "Echo"}},
    "links": ["chat.user_input -> show.data"],
    "layout": {},
}


def kept(server: Server, workflow_id: str, workflow: dict[str, Any]) -> str:
    with server.client() as http:
        answer = http.put(f"/api/workflows/{workflow_id}", json={"workflow": workflow})
    assert answer.status_code == 200, answer.text
    return f"/api/workflows/{workflow_id}/display"


def test_a_message_is_shown_answered_and_kept(server: Server) -> None:
    display = kept(server, "echo", CHAT)
    with server.client() as http:
        assert http.get(display).json() == {"entries": [], "queued": []}
        for text in ("hello", "again"):
            answer = http.post(f"{display}/messages", json={"text": text})
            assert answer.status_code == 202
            run = server.ended(answer.json()["run_id"])
            assert (run["status"], run["workflow_id"]) == ("succeeded", "echo")
        shown = http.get(display).json()["entries"]
    assert [(entry["node_id"], entry["node_title"], entry["data"]) for entry in shown] == [
        (None, "User", "hello"),
        ("show", "Echo", "hello"),
        (None, "User", "again"),
        ("show", "Echo", "again"),
    ]
    assert shown[2]["run_id"] == shown[3]["run_id"] == run["run_id"]


def test_messages_sent_at_once_are_answered_in_order(server: Server) -> None:
    display = kept(server, "busy", CHAT)
    texts = [str(number) for number in range(8)]
    with server.client() as http:
        runs = [http.post(f"{display}/messages", json={"text": text}).json()["run_id"] for text in texts]
        while (now := http.get(display).json())["queued"] or len(now["entries"]) < 16:
            pass
    assert [entry["data"] for entry in now["entries"]] == [text for text in texts for _ in range(2)]
    assert [entry["run_id"] for entry in now["entries"][::2]] == runs


def test_a_message_that_waits_is_seen_and_can_be_withdrawn(server: Server) -> None:
    slow: dict[str, Any] = {
        **CHAT,
        "nodes": {**CHAT["nodes"], "pause": {"type": "pause"}},
        "links": ["chat.user_input -> pause.value", "pause.output -> show.data"],
    }
    display = kept(server, "waits", slow)
    with server.client() as http:
        first = http.post(f"{display}/messages", json={"text": "first"}).json()
        second = http.post(f"{display}/messages", json={"text": "second"}).json()
        third = http.post(f"{display}/messages", json={"text": "third"}).json()
        assert (first["queued"], second["queued"], third["queued"]) == (0, 1, 2)
        now = http.get(display).json()
        assert [message["text"] for message in now["queued"]] == ["second", "third"]
        assert [entry["data"] for entry in now["entries"]] == ["first"]
        assert http.delete(f"{display}/messages/{second['run_id']}").status_code == 204
        assert http.delete(f"{display}/messages/{second['run_id']}").status_code == 404
        assert http.post(f"/api/runs/{first['run_id']}/cancel").status_code == 202
        while http.get(display).json()["queued"]:
            pass
        assert http.post(f"/api/runs/{third['run_id']}/cancel").status_code == 202
        server.ended(third["run_id"])
        assert [entry["data"] for entry in http.get(display).json()["entries"]] == ["first", "third"]
        assert http.get(f"/api/runs/{second['run_id']}").status_code == 404


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_a_blank_message_is_refused(server: Server, text: str) -> None:
    display = kept(server, "echo", CHAT)
    with server.client() as http:
        answer = http.post(f"{display}/messages", json={"text": text})
    assert (answer.status_code, answer.json()["code"]) == (422, "empty_message")


def test_a_workflow_without_an_input_or_that_cannot_run_takes_no_message(server: Server) -> None:
    smell = {"type": "display_output", "values": {"content_type": "smell"}}
    broken = {**CHAT, "nodes": {**CHAT["nodes"], "show": smell}}
    for name, workflow, code in (("deaf", TEXT, "no_display_input"), ("broken", broken, "not_runnable")):
        display = kept(server, name, workflow)
        with server.client() as http:
            answer = http.post(f"{display}/messages", json={"text": "hi"})
            assert (answer.status_code, answer.json()["code"]) == (422, code)
            assert http.get(display).json()["entries"] == []


def test_the_document_as_the_sender_sees_it_is_run(server: Server) -> None:
    display = kept(server, "deaf-as-kept", TEXT)
    with server.client() as http:
        answer = http.post(f"{display}/messages", json={"text": "hi", "document": CHAT})
        server.ended(answer.json()["run_id"])
        assert [entry["data"] for entry in http.get(display).json()["entries"]] == ["hi", "hi"]


def test_a_display_is_loaded_also_from_an_older_file_and_cleared(server: Server) -> None:
    display = kept(server, "loads", TEXT)
    old = {"node_id": 3, "node_title": "Show", "content_type": "text", "data": "from before"}
    with server.client() as http:
        loaded = http.put(display, json={"context": [old], "graph_hash": "12ab"})
        assert loaded.status_code == 200
        (entry,) = loaded.json()["entries"]
        assert (entry["node_id"], entry["data"], entry["timestamp"]) == ("3", "from before", None)
        saved = http.get(display).json()["entries"]
        assert http.put(display, json={"entries": saved}).json()["entries"] == saved
        wrongs: list[dict[str, Any]] = [{}, {"entries": [3]}, {"context": [{}]}]
        for wrong in wrongs:
            assert http.put(display, json=wrong).json()["code"] == "bad_display"
        assert http.get(display).json()["entries"] == saved
        assert http.delete(display).status_code == 204
        assert http.get(display).json() == {"entries": [], "queued": []}


def test_a_page_gets_pictures_it_may_load(server: Server) -> None:
    display = kept(server, "a-lion", PICTURE)
    server.ended(server.run("a-lion"), 60)
    with server.client() as http:
        shown = http.get(display, headers={"sec-fetch-site": "same-origin"}).json()["entries"]
    assert shown[0]["data"].startswith(f"{server.url}/servable/")


async def test_a_watcher_is_told_that_a_display_changed(server: Server) -> None:
    display = await asyncio.to_thread(kept, server, "watched", CHAT)
    socket, _ = await open_live(server)

    def talk() -> None:
        with server.client() as http:
            server.ended(http.post(f"{display}/messages", json={"text": "hi"}).json()["run_id"])
            http.delete(display)

    async with socket:
        await asyncio.to_thread(talk)
        message = await told(socket, "display_changed")
        assert message == {"type": "display_changed", "workflow_id": "watched"}
        await socket.send(json.dumps({"type": "ping"}))
        await told(socket, "pong")
