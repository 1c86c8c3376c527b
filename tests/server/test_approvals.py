"""Calls that wait for a person, over HTTP."""

from __future__ import annotations

import json

import pytest

from tests.server.serving import Server
from tests.server.test_runs import events_of

CALL = json.dumps({"id": "a b/c", "arguments": json.dumps({"operation": "add", "a": 1, "b": 2})})
ASKING = {
    "format": "nodebuilder/1",
    "nodes": {
        "call": {"type": "dictionary_input", "values": {"json_input": CALL}},
        "calc": {"type": "calculator_tool", "ask": True},
    },
    "links": ["call.dictionary_out -> calc.tool_call"],
    "start": "call",
}


def asked(server: Server, run_id: str) -> str:
    """The id of the call that waits."""
    last = 0
    while True:
        for event in events_of(server, run_id, after=last, most=1):
            last = event["seq"]
            if event["kind"] == "approval_asked":
                assert (event["node"], event["name"]) == ("calc", "calculator")
                return str(event["call_id"])


@pytest.mark.parametrize("approved", [True, False])
def test_a_call_waits_until_somebody_decides(server: Server, approved: bool) -> None:
    run_id = server.run(ASKING)
    call_id = asked(server, run_id)
    with server.client() as http:
        run = http.get(f"/api/runs/{run_id}").json()
        assert (run["status"], run["asking"]) == ("running", 1)
        told = {"node": "calc", "firing": 1, "call_id": call_id, "name": "calculator"}
        assert run["approvals"] == [{**told, "arguments": json.loads(CALL)["arguments"]}]
        address = f"/api/runs/{run_id}/approvals/{call_id}"
        assert http.post(f"/api/runs/{run_id}/approvals/another", json={"approved": True}).status_code == 404
        assert http.post(address, json={"approved": "perhaps"}).status_code == 422
        assert http.post(address, json={"approved": approved, "reason": "not today"}).status_code == 204
        assert http.post(address, json={"approved": True}).status_code == 404, "one answer counts"
    assert server.ended(run_id)["approvals"] == []
    answer = server.ended(run_id)["outputs"]["calc"]["output"]
    assert answer["id"] == "a b/c"
    assert answer.get("result") == (3.0 if approved else None)
    assert ("not today" in answer.get("error", "")) is not approved


def test_in_an_ended_run_nothing_waits(server: Server) -> None:
    run_id = server.run(ASKING)
    with server.client() as http:
        http.post(f"/api/runs/{run_id}/cancel")
        server.ended(run_id)
        answer = http.post(f"/api/runs/{run_id}/approvals/calc~1", json={"approved": True})
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
