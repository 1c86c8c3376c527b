"""What the server tells: node types, checks, documentation, settings, secrets and itself."""

from __future__ import annotations

import pytest

from nodebuilder import __version__
from nodebuilder.values import SocketType, connects
from tests.server.serving import PICTURE, TEXT, Server
from tests.standin import png

KEY = "sk-CANARY-5555555555-55555"


def test_all_node_types_are_told_with_what_connects(server: Server) -> None:
    with server.client() as http:
        told = http.get("/api/nodes").json()
    assert {"text", "gpt_image", "gpt_image_tool", "display_output", "slow"} <= {node["type"] for node in told["nodes"]}
    for source, targets in told["connections"].items():
        assert [target.value for target in SocketType if connects(SocketType(source), target)] == targets


def test_a_check_finds_all_problems_and_what_a_run_may_cost(server: Server) -> None:
    with server.client() as http:
        good = http.post("/api/check", json={"workflow": PICTURE}).json()
        assert good["estimate"] == {"low_usd": 0.0, "high_usd": 0.0, "paid_calls": 0, "repeated": 0, "unknown": False}
        assert [found for found in good["problems"] if found["severity"] == "error"] == []
        broken = {**TEXT, "links": ["text.text_out -> nobody.data", "text.nothing -> show.data"]}
        problems = http.post("/api/check", json={"workflow": broken}).json()["problems"]
        assert len(problems) >= 2
        assert all(problem["message"] and problem["remedy"] for problem in problems)


def test_with_a_key_a_check_says_what_a_picture_costs(locked: Server) -> None:
    with locked.client() as http:
        http.put("/api/secrets/openai", json={"value": KEY})
        estimate = http.post("/api/check", json={"workflow": PICTURE}).json()["estimate"]
        http.delete("/api/secrets/openai")
    assert estimate["paid_calls"] == 1
    assert 0 < estimate["low_usd"] <= estimate["high_usd"] < 1


def test_every_page_of_the_documentation_can_be_read(server: Server) -> None:
    with server.client() as http:
        pages = http.get("/api/docs").json()["pages"]
        assert {"node", "guide"} == {page["kind"] for page in pages}
        for page in pages:
            told = http.get(f"/api/docs/{page['slug']}").json()
            assert told["title"] == page["title"]
            assert told["markdown"].strip()
        assert http.get("/api/docs/no-such-page").status_code == 404


def test_the_server_tells_of_itself(server: Server) -> None:
    with server.client() as http:
        info = http.get("/api/info").json()
    assert info["version"] == __version__
    assert info["sandbox"] is True
    assert info["public_url"] == f"http://localhost:{server.port}"
    assert info["keys"]["openai"] == "sandbox"
    assert info["nodes"] >= 8
    assert info["spent_today_usd"] == 0
    assert info["data_dir"] == str(server.data_dir)


def test_settings_are_changed_for_all_runs_to_come(locked: Server) -> None:
    with locked.client() as http:
        before = http.get("/api/settings").json()
        changed = http.patch("/api/settings", json={"max_cost_usd_per_run": 0.5, "max_firings_per_node": 7}).json()
        assert changed == {**before, "max_cost_usd_per_run": 0.5, "max_firings_per_node": 7}
        assert http.get("/api/info").json()["max_cost_usd_per_run"] == 0.5
        assert http.patch("/api/settings", json={"max_cost_usd_per_run": None}).json()["max_cost_usd_per_run"] is None
        for wrong in (
            {"max_firings_per_node": 0},
            {"max_firings_per_node": "7"},
            {"max_cost_usd_per_day": -1},
            {"max_run_seconds": None},
            {"token": "stolen"},
            {"data_dir": "elsewhere"},
            {"max_firings_per_node": 9, "unknown": 1},
        ):
            refused = http.patch("/api/settings", json=wrong)
            assert refused.status_code == 422, wrong
        assert http.get("/api/settings").json()["max_firings_per_node"] == 7


def test_a_secret_is_set_and_listed_and_never_told(server: Server) -> None:
    with server.client() as http:
        assert http.put("/api/secrets/mine", json={"value": KEY}).status_code == 204
        listed = http.get("/api/secrets")
        assert "mine" in {secret["name"] for secret in listed.json()["secrets"]}
        assert set(http.get("/api/secrets/mine").json()) == {"name", "updated_at", "hosts"}
        assert http.delete("/api/secrets/mine").status_code == 204
        assert http.delete("/api/secrets/mine").status_code == 404
        told = "".join(http.get(path).text for path in ("/api/secrets", "/api/info", "/api/settings", "/api/workflows"))
        assert KEY not in told + listed.text
    for path in server.data_dir.rglob("*"):
        if path.is_file():
            assert KEY.encode() not in path.read_bytes(), path


@pytest.mark.parametrize("name", ["1a", "a b", "a.b", "x" * 65, "%2e%2e", KEY])
def test_a_secret_has_a_name_that_is_no_key(server: Server, name: str) -> None:
    with server.client() as http:
        answer = http.put(f"/api/secrets/{name}", json={"value": "v"})
    assert answer.status_code in (404, 422)
    assert KEY not in answer.text


@pytest.mark.parametrize(
    "body", [{}, {"value": ""}, {"value": 7}, {"value": "x" * 10_000}, {"value": KEY, "more": 1}, {"value": "a\nb"}]
)
def test_a_value_that_is_no_key_is_refused_and_not_echoed(server: Server, body: dict[str, object]) -> None:
    with server.client() as http:
        answer = http.put("/api/secrets/refused", json=body)
        assert answer.status_code == 422
        assert KEY not in answer.text
        assert "refused" not in {secret["name"] for secret in http.get("/api/secrets").json()["secrets"]}


def test_a_key_is_bound_to_hosts_over_http_also_one_that_is_not_kept_here(server: Server) -> None:
    with server.client() as http:
        http.put("/api/secrets/bound", json={"value": KEY})
        assert http.put("/api/secrets/bound/hosts", json={"hosts": ["B.example:81", "a.example"]}).status_code == 204
        assert http.get("/api/secrets/bound").json()["hosts"] == ["a.example", "b.example:81"]
        assert http.put("/api/secrets/groq/hosts", json={"hosts": ["a.example"]}).status_code == 204
        assert http.get("/api/secrets").json()["bindings"] == {"groq": ["a.example"]}
        refused = http.put("/api/secrets/bound/hosts", json={"hosts": ["https://evil.example"]})
        assert (refused.status_code, refused.json()["code"]) == (422, "bad_secret_host")
        http.put("/api/secrets/groq/hosts", json={"hosts": []})
        http.delete("/api/secrets/bound")
        assert http.get("/api/secrets").json()["bindings"] == {}


def test_a_secret_is_shown_without_its_value(server: Server) -> None:
    with server.client() as http:
        assert http.get("/api/secrets/shown-once").status_code == 404
        http.put("/api/secrets/shown-once", json={"value": KEY})
        told = http.get("/api/secrets/shown-once")
        assert set(told.json()) == {"name", "updated_at", "hosts"}
        assert KEY not in told.text
        http.delete("/api/secrets/shown-once")


def test_the_running_server_describes_its_interface(server: Server) -> None:
    with server.client() as http:
        described = http.get("/api/openapi.json").json()
    assert "/api/runs" in described["paths"]


def test_programs_may_use_the_sandbox_with_any_key(server: Server) -> None:
    with server.client() as http:
        models = http.get("/sandbox/v1/models", headers={"Authorization": "Bearer whatever"})
        drawn = http.post(
            "/sandbox/v1/images/generations",
            json={"prompt": "a boat", "size": "1024x1024"},
            headers={"Authorization": "Bearer whatever"},
            timeout=30,
        )
        assert http.get("/sandbox/v1/models").status_code == 401
    assert models.status_code == drawn.status_code == 200
    assert drawn.json()["data"][0]["b64_json"].startswith("iVBOR")


def test_a_program_uploads_with_a_plain_form(server: Server) -> None:
    with server.client() as http:
        answer = http.post("/api/files", files={"file": ("a.png", png(3, 2), "image/png")})
    assert answer.status_code == 201
    assert set(answer.json()) >= {"filename", "url", "size", "media_type"}
