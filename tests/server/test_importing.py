"""Older files over HTTP."""

from __future__ import annotations

import json

import pytest

from tests.interop.litegraph.old import EIGHT, graph, node
from tests.server.serving import Server

KEY = "sk-CANARY-IMPORT-0123456789-abcdef"
OTHER = "sk-CANARY-IMPORT-9876543210-fedcba"


def test_a_file_becomes_a_workflow_that_runs(server: Server) -> None:
    data = graph([node(1, "NumberNode", ["3"]), node(2, "DisplayOutputNode", ["text"])], ("1.number_out > 2.data",), 1)
    with server.client() as http:
        answer = http.post("/api/import", json=data)
        assert answer.status_code == 200, answer.text
        taken = answer.json()
        assert set(taken) == {"workflow", "mends", "secrets"}
        assert taken["workflow"]["links"] == ["number.number_out -> display_output.data"]
        assert taken["mends"] == ['"value" of node "number" holds "3"; it is read as 3.']
        assert taken["secrets"] == []
        assert http.post("/api/runs", json={"workflow": taken["workflow"]}).status_code == 202


def test_keys_become_secrets_and_are_in_no_answer(server: Server) -> None:
    entries = [
        node(1, "LLMNode", ["mistral", "m", KEY]),
        node(2, "LLMNode", ["mistral", "m", KEY]),
        node(3, "LLMNode", ["mistral", "m", OTHER]),
        node(4, "LLMNode", ["mistral", "m", "not\na key"], title="bad"),
    ]
    with server.client() as http:
        answer = http.post("/api/import", json=graph(entries, ()))
        assert answer.status_code == 200, answer.text
        assert KEY not in answer.text
        assert OTHER not in answer.text
        taken = answer.json()
        names = [secret["name"] for secret in taken["secrets"]]
        assert names[:2] == ["mistral", "mistral"]
        assert names[2].startswith("mistral-")
        nodes = taken["workflow"]["nodes"]
        assert [nodes[name]["values"]["api_key"] for name in ("llm", "llm_2", "llm_3")] == names
        assert "api_key" not in nodes["bad"]["values"]
        assert 'The key in "api_key" of node "bad" is not kept.' in taken["mends"][0]
        stored = {secret["name"] for secret in http.get("/api/secrets").json()["secrets"]}
        assert set(names) <= stored
        for name in set(names):
            http.delete(f"/api/secrets/{name}")


def test_a_person_can_be_asked_before_keys_are_kept(server: Server) -> None:
    kinds = [
        ("LLMNode", ["mistral", "m", KEY]),
        ("LLMNode", ["mistral", "m", OTHER]),
        ("LLMNode", ["mistral", "m", KEY]),
    ]
    data = graph([node(number, kind, values) for number, (kind, values) in enumerate(kinds, 1)], ())
    with server.client() as http:
        asked = http.post("/api/import?keep_keys=false", json=data)
        assert asked.status_code == 200, asked.text
        assert KEY not in asked.text
        assert OTHER not in asked.text
        assert http.get("/api/secrets").json()["secrets"] == []
        found = asked.json()
        assert [(secret["node"], secret["widget"]) for secret in found["secrets"]] == [
            ("llm", "api_key"),
            ("llm_2", "api_key"),
            ("llm_3", "api_key"),
        ]
        assert all("api_key" not in each["values"] for each in found["workflow"]["nodes"].values())
        kept = http.post("/api/import", json=data).json()
        assert kept["secrets"] == found["secrets"]
        again = http.post("/api/import?keep_keys=false", json=data).json()
        assert again["secrets"] == found["secrets"]
        for name in {secret["name"] for secret in kept["secrets"]}:
            http.delete(f"/api/secrets/{name}")


def test_a_person_may_keep_one_key_and_leave_out_the_other(server: Server) -> None:
    data = graph([node(1, "LLMNode", ["mistral", "m", KEY]), node(2, "LLMNode", ["mistral", "m", OTHER])], ())
    with server.client() as http:
        plain, other = [
            secret["name"] for secret in http.post("/api/import?keep_keys=false", json=data).json()["secrets"]
        ]
        taken = http.post("/api/import", params={"leave_out": [plain, "nobody"]}, json=data).json()
        assert [secret["name"] for secret in taken["secrets"]] == [other]
        assert "api_key" not in taken["workflow"]["nodes"]["llm"]["values"]
        assert taken["workflow"]["nodes"]["llm_2"]["values"]["api_key"] == other
        assert [secret["name"] for secret in http.get("/api/secrets").json()["secrets"]] == [other]
        http.delete(f"/api/secrets/{other}")


def test_a_number_comes_through_as_it_was_written(server: Server) -> None:
    text = json.dumps(graph([node(1, "NumberNode", [7])], ())).replace("[7]", "[1.50]")
    with server.client() as http:
        answer = http.post("/api/import", content=text, headers={"content-type": "application/json"})
        assert '"value": 1.50' in answer.text


@pytest.mark.parametrize("name", EIGHT)
def test_each_of_the_eight_is_taken(server: Server, name: str) -> None:
    with server.client() as http:
        answer = http.post("/api/import", json=EIGHT[name])
        assert answer.status_code == 200
        assert len(answer.json()["workflow"]["nodes"]) == len(EIGHT[name]["graph_data"]["nodes"])


@pytest.mark.parametrize(
    ("text", "status", "code"),
    [
        ('{"3": {"class_type": "KSampler", "inputs": {}}}', 422, "foreign_workflow"),
        ('[{"id": "a", "type": "tab"}]', 422, "foreign_workflow"),
        ('{"format": "nodebuilder/1", "nodes": {}}', 422, "not_an_older_one"),
        ("{}", 422, "not_a_workflow"),
        ('{"nodes": [NaN]}', 400, "not_finite"),
        ('{"nodes": ' + "[" * 500 + "]" * 500 + "}", 400, "too_deep"),
    ],
)
def test_what_is_no_such_file_is_refused(server: Server, text: str, status: int, code: str) -> None:
    with server.client() as http:
        answer = http.post("/api/import", content=text, headers={"content-type": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert answer.json()["remedy"]
