"""Another id for a kept workflow, over HTTP."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.server.serving import TEXT, Server, one
from tests.server.test_live import open_live, told


def tool_of(workflow_id: str) -> dict[str, Any]:
    """A workflow that lets a model call another one."""
    return {**one("workflow_tool", workflow=workflow_id), "name": "A caller"}


def test_a_renamed_workflow_answers_to_its_new_id_alone(server: Server) -> None:
    with server.client() as http:
        for document in (TEXT, {**TEXT, "publish": ["model"]}):
            http.put("/api/workflows/w0123456789ab", json={"workflow": document})
        server.ended(server.run("w0123456789ab"))
        answer = http.post("/api/workflows/w0123456789ab/rename", json={"id": "a-text"})
        assert answer.status_code == 200, answer.text
        assert (answer.json()["id"], answer.json()["version"], answer.json()["callers"]) == ("a-text", 2, [])
        assert http.get("/api/workflows/w0123456789ab").status_code == 404
        assert http.get("/api/workflows/a-text/versions/1").json()["workflow"] == TEXT
        assert [entry["data"] for entry in http.get("/api/workflows/a-text/display").json()["entries"]] == ["hello"]
        assert http.get("/api/runs").json()["runs"][0]["workflow_id"] == "a-text"
        models = {model["id"] for model in http.get("/v1/models").json()["data"]}
        assert "a-text" in models
        assert "w0123456789ab" not in models
        again = http.put("/api/workflows/a-text", json={"workflow": TEXT, "base_version": 2})
        assert again.json()["version"] == 3


def test_what_names_the_old_id_is_listed_and_left_alone(server: Server) -> None:
    with server.client() as http:
        http.put("/api/workflows/called", json={"workflow": TEXT})
        http.put("/api/workflows/caller", json={"workflow": tool_of("called")})
        http.put("/api/workflows/mentions", json={"workflow": {**TEXT, "name": "called"}})
        callers = http.post("/api/workflows/called/rename", json={"id": "now-called"}).json()["callers"]
        assert [(each["id"], each["name"]) for each in callers] == [("caller", "A caller")]
        assert http.get("/api/workflows/caller").json()["workflow"] == tool_of("called")


def test_a_workflow_is_renamed_to_a_free_and_plain_id_only(server: Server) -> None:
    with server.client() as http:
        for each in ("stays", "taken"):
            http.put(f"/api/workflows/{each}", json={"workflow": TEXT})
        address = "/api/workflows/stays/rename"
        taken = http.post(address, json={"id": "taken"})
        assert (taken.status_code, taken.json()["code"]) == (409, "workflow_exists")
        for wrong in ("A b", "", "x" * 65, None):
            assert http.post(address, json={"id": wrong}).status_code == 422
        assert http.post("/api/workflows/no-such/rename", json={"id": "another"}).status_code == 404
        assert http.post(address, json={"id": "stays"}).status_code == 200
        assert http.get("/api/workflows/stays").json()["version"] == 1


def test_a_workflow_keeps_its_id_while_it_runs(server: Server) -> None:
    with server.client() as http:
        http.put("/api/workflows/busy", json={"workflow": one("slow")})
        run_id = server.run("busy")
        refused = http.post("/api/workflows/busy/rename", json={"id": "at-leisure"})
        assert (refused.status_code, refused.json()["code"]) == (409, "workflow_is_running")
        http.post(f"/api/runs/{run_id}/cancel")
        server.ended(run_id)
        assert http.post("/api/workflows/busy/rename", json={"id": "at-leisure"}).status_code == 200


async def test_whoever_watches_is_told_of_the_new_id(server: Server) -> None:
    def rename() -> None:
        with server.client() as http:
            http.put("/api/workflows/before", json={"workflow": TEXT})
            http.post("/api/workflows/before/rename", json={"id": "after"})

    socket, _ = await open_live(server)
    async with socket:
        await asyncio.to_thread(rename)
        message = await told(socket, "workflow_renamed")
    assert message == {"type": "workflow_renamed", "workflow_id": "before", "new_id": "after"}
