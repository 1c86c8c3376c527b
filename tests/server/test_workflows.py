"""Kept workflows over HTTP."""

from __future__ import annotations

import copy
import json

import pytest

from tests.server.serving import PICTURE, TEXT, Server

KEY = "sk-CANARY-9876543210-zyxwvutsrqpon"


def test_a_document_is_kept_version_by_version(server: Server) -> None:
    with server.client() as http:
        first = http.put("/api/workflows/versions", json={"workflow": TEXT, "base_version": 0}).json()
        assert (first["id"], first["version"], first["workflow"]) == ("versions", 1, TEXT)
        assert http.put("/api/workflows/versions", json={"workflow": TEXT}).json()["version"] == 1
        changed = {**TEXT, "name": "Another"}
        second = http.put("/api/workflows/versions", json={"workflow": changed, "base_version": 1}).json()
        assert second["version"] == 2
        stale = http.put("/api/workflows/versions", json={"workflow": TEXT, "base_version": 1})
        assert (stale.status_code, stale.json()["code"]) == (409, "version_conflict")
        assert http.get("/api/workflows/versions").json()["workflow"]["name"] == "Another"
        listed = http.get("/api/workflows/versions/versions").json()["versions"]
        assert [entry["version"] for entry in listed] == [2, 1]
        assert http.get("/api/workflows/versions/versions/1").json()["workflow"] == TEXT
        assert http.get("/api/workflows/versions/versions/9").status_code == 404
        assert "versions" in {entry["id"] for entry in http.get("/api/workflows").json()["workflows"]}
        assert http.delete("/api/workflows/versions").status_code == 204
        assert http.get("/api/workflows/versions").status_code == 404
        assert http.delete("/api/workflows/versions").status_code == 404


def test_a_document_comes_back_as_it_was_written(server: Server) -> None:
    """Unknown keys and types, wrong values, and every digit of a number."""
    text = (
        '{"format": "nodebuilder/1", "name": "Ünï \\u2028", "made_by": {"x": [1.0, 1e5, 12345678901234567890, -0.0]},'
        ' "nodes": {"a": {"type": "of.another.pack", "values": {"n": 1.50}, "mark": null}, "b": 7},'
        ' "links": ["a.out -> b.in", 3], "layout": {"a": [0.10, 2]}}'
    )
    with server.client() as http:
        headers = {"content-type": "application/json"}
        saved = http.put("/api/workflows/exact", content=f'{{"workflow": {text}}}'.encode(), headers=headers)
        assert saved.status_code == 200, saved.text
        for digits in ("1.0,", "1e5", "12345678901234567890", "-0.0", "1.50", "0.10"):
            assert digits in saved.text
            assert digits in http.get("/api/workflows/exact").text
    assert saved.json()["workflow"] == json.loads(text)


def test_a_key_in_a_document_becomes_a_secret_and_is_written_nowhere(server: Server) -> None:
    typed = copy.deepcopy(PICTURE)
    typed["nodes"]["image"]["values"]["api_key"] = KEY
    with server.client() as http:
        answer = http.put("/api/workflows/keyed", json={"workflow": typed})
        assert KEY not in answer.text
        name = answer.json()["workflow"]["nodes"]["image"]["values"]["api_key"]
        assert name == "openai"
        assert name in {secret["name"] for secret in http.get("/api/secrets").json()["secrets"]}
        other = copy.deepcopy(PICTURE)
        other["nodes"]["image"]["values"]["api_key"] = KEY[::-1].replace("-ks", "sk-")[:30] + "sk-12345678"
        again = http.put("/api/workflows/keyed", json={"workflow": typed}).json()
        assert again["workflow"]["nodes"]["image"]["values"]["api_key"] == "openai"
        assert KEY not in http.get("/api/workflows/keyed").text
        assert http.get("/api/info").json()["keys"]["openai"] == "secret"
        http.delete("/api/secrets/openai")
    for path in server.data_dir.rglob("*"):
        if path.is_file():
            assert KEY.encode() not in path.read_bytes(), path
    assert KEY not in server.log()


def test_another_key_gets_another_name(server: Server) -> None:
    with server.client() as http:
        http.put("/api/secrets/openai", json={"value": "sk-" + "first" * 8})
        typed = copy.deepcopy(PICTURE)
        typed["nodes"]["image"]["values"]["api_key"] = "sk-" + "second99" * 5
        kept = http.put("/api/workflows/second-key", json={"workflow": typed}).json()
        name = kept["workflow"]["nodes"]["image"]["values"]["api_key"]
        assert name.startswith("openai-")
        for each in ("openai", name):
            assert http.delete(f"/api/secrets/{each}").status_code == 204


@pytest.mark.parametrize("name", ["UPPER", "a b", "a.b", "-a", "x" * 65, "ä"])
def test_an_id_is_a_short_plain_word(server: Server, name: str) -> None:
    with server.client() as http:
        assert http.put(f"/api/workflows/{name}", json={"workflow": TEXT}).status_code == 422


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"workflow": None},
        {"workflow": []},
        {"workflow": TEXT, "more": 1},
        {"workflow": TEXT, "base_version": "1"},
        [],
    ],
)
def test_what_is_not_documented_is_not_taken(server: Server, body: object) -> None:
    with server.client() as http:
        answer = http.put("/api/workflows/undocumented", json=body)
    assert answer.status_code == 422
    assert answer.json()["code"] == "bad_request"
