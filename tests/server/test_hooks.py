"""Webhooks over real HTTP: who may deliver, what is taken, how often, and what is answered."""

from __future__ import annotations

import base64
import json
import signal
import socket
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import httpx
import pytest

from nodebuilder.house.hook_limits import MOST_WAITING
from tests.house.test_signatures import SIGNERS
from tests.server.serving import Server, read_answer, start
from tests.server.test_guard import request

TOKEN = "a-token-of-the-hooks-0123456789"
SECRET = "CANARY-secret-of-a-sender-4711"
WHSEC = "whsec_" + base64.b64encode(b"CANARY another key of a sender, of 32").decode()
CANARIES = ("CANARY", WHSEC[6:])


def flow(path: str, *, name: str = "Hooked", between: str = "", **values: Any) -> dict[str, Any]:
    """A webhook whose body goes to an Output node, through a node of the type `between` if there is one."""
    nodes: dict[str, Any] = {
        "hook": {"type": "webhook", "values": {"path": path, "rate_per_minute": 6000, **values}},
        "reply": {"type": "output", "values": {"name": "reply"}},
    }
    links = ["hook.received_data -> reply.value"]
    if between:
        kind, _, seconds = between.partition(":")
        nodes["between"] = {"type": kind, "values": {"seconds": float(seconds)} if seconds else {}}
        links = ["hook.received_data -> between.value", "between.output -> reply.value"]
    return {"format": "nodebuilder/1", "name": name, "nodes": nodes, "links": links, "layout": {}}


def keep(server: Server, workflow_id: str, workflow: dict[str, Any]) -> None:
    with server.client() as http:
        saved = http.put(f"/api/workflows/{workflow_id}", json={"workflow": workflow})
        assert saved.status_code == 200, saved.text


def listen(server: Server, workflow_id: str, workflow: dict[str, Any] | None = None) -> httpx.Response:
    if workflow is not None:
        keep(server, workflow_id, workflow)
    with server.client() as http:
        return http.put(f"/api/workflows/{workflow_id}/listening")


def armed(server: Server, workflow_id: str, workflow: dict[str, Any]) -> dict[str, Any]:
    """Let a workflow listen, and return what is told of its hook."""
    answer = listen(server, workflow_id, workflow)
    assert answer.status_code == 200, answer.text
    (node,) = answer.json()["nodes"]
    return node


def set_secret(server: Server, name: str, value: str) -> None:
    with server.client() as http:
        assert http.put(f"/api/secrets/{name}", json={"value": value}).status_code == 204


def post(server: Server, path: str, body: bytes | str = b"", method: str = "POST", **headers: str) -> httpx.Response:
    """Deliver without any token."""
    with httpx.Client(base_url=server.url, timeout=30, trust_env=False) as http:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return http.request(method, f"/hooks/{path}", content=body, headers=named)


def signed(scheme: str, secret: str, body: bytes, **more: Any) -> dict[str, str]:
    more = {"at": time.time(), **more}
    return {name.replace("-", "_"): values[0] for name, values in SIGNERS[scheme](secret, body, **more).items()}


def runs_of(server: Server, workflow_id: str) -> list[str]:
    with server.client() as http:
        listed = http.get("/api/runs?limit=200").json()["runs"]
    return [run["run_id"] for run in listed if run["workflow_id"] == workflow_id]


def hook_outputs(server: Server, run_id: str) -> dict[str, Any]:
    return server.ended(run_id)["outputs"]["hook"]


@pytest.fixture(scope="module")
def hooked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server without a token."""
    started = start(tmp_path_factory.mktemp("hooked"), sandbox="true")
    set_secret(started, "sender", SECRET)
    set_secret(started, "standard-sender", WHSEC)
    yield started
    started.stop()
    log = started.log()
    for trace in ("Traceback", "never retrieved", "never awaited", "Unclosed", *CANARIES):
        assert trace not in log, log[-4000:]
    for kept in started.data_dir.rglob("*"):
        if kept.is_file():
            found = kept.read_bytes()
            assert not [canary for canary in CANARIES if canary.encode() in found], kept


def test_a_delivery_begins_a_run_with_what_it_said(hooked: Server) -> None:
    node = armed(hooked, "plain", flow("/plain"))
    assert node["url"].endswith("/hooks/plain")
    assert (node["node"], node["method"], node["signed"], node["warning"]) == ("hook", "POST", False, "unsigned")
    answer = post(hooked, "plain?a=1&b=x%20y", '{"n": 1}', content_type="application/json", authorization="Bearer x")
    assert answer.status_code == 202
    told = answer.json()
    assert (set(told), told["status"]) == ({"status", "run_id", "message"}, "ok")
    outputs = hook_outputs(hooked, told["run_id"])
    assert (outputs["received_data"], outputs["method"]) == ('{"n": 1}', "POST")
    assert outputs["query"] == {"a": "1", "b": "x y"}
    assert set(outputs["headers"]) == {"content-type", "user-agent"}
    assert runs_of(hooked, "plain") == [told["run_id"]]


def test_the_sender_gets_the_result_when_the_workflow_says_so(hooked: Server) -> None:
    armed(hooked, "result", flow("/result", answer="result"))
    answer = post(hooked, "result", "héllo".encode())
    assert answer.status_code == 200
    told = answer.json()
    assert told == {"run_id": told["run_id"], "status": "succeeded", "outputs": {"reply": "héllo"}}


def test_a_run_that_takes_too_long_is_answered_with_its_id(hooked: Server) -> None:
    armed(hooked, "long", flow("/long", between="pause:60", answer="result", answer_seconds=1))
    answer = post(hooked, "long", "x")
    told = answer.json()
    assert answer.status_code == 202
    assert told == {"run_id": told["run_id"], "status": "running"}
    with hooked.client() as http:
        http.post(f"/api/runs/{told['run_id']}/cancel")


def test_where_too_many_wait_for_a_result_the_next_one_does_not(hooked: Server) -> None:
    armed(hooked, "crowd", flow("/crowd", between="pause:600", answer="result", answer_seconds=300))

    def deliver(_number: int) -> httpx.Response:
        return post(hooked, "crowd", "x", idempotency_key="1")

    with ThreadPoolExecutor(MOST_WAITING + 1) as pool:
        sent = [pool.submit(deliver, number) for number in range(MOST_WAITING + 1)]
        first = next(as_completed(sent)).result()
        told = first.json()
        assert (first.status_code, told["status"]) == (202, "running")
        with hooked.client() as http:
            http.post(f"/api/runs/{told['run_id']}/cancel")
        others = [each.result() for each in sent]
    assert sorted(answer.status_code for answer in others) == [202] + [502] * MOST_WAITING
    assert {answer.json()["run_id"] for answer in others} == {told["run_id"]}


def test_of_a_run_that_failed_nothing_but_that_is_told(hooked: Server) -> None:
    workflow = flow("/fails", answer="result")
    workflow["nodes"]["breaks"] = {"type": "dictionary_get_element", "values": {"key_to_get": "no-such"}}
    workflow["links"].append("hook.query -> breaks.dictionary")
    armed(hooked, "fails", workflow)
    for again in (False, True):
        answer = post(hooked, "fails", "x", idempotency_key="1")
        told = answer.json()
        assert answer.status_code == 502
        assert told == {"run_id": told["run_id"], "status": "failed", **({"duplicate": True} if again else {})}
    assert len(runs_of(hooked, "fails")) == 1


@pytest.mark.parametrize("scheme", SIGNERS)
def test_only_what_is_signed_begins_a_run(hooked: Server, scheme: str) -> None:
    name, secret = ("standard-sender", WHSEC) if scheme == "standard" else ("sender", SECRET)
    workflow_id = f"signed-{scheme}"
    node = armed(hooked, workflow_id, flow(f"/{workflow_id}", secret=name, signature=scheme))
    assert node["signed"] is True
    assert node.get("warning") is None
    body = b'{"amount": 100}'
    right = signed(scheme, secret, body)
    wrong: list[tuple[bytes, dict[str, str]]] = [
        (body, {}),
        (body + b" ", right),
        (b'{"amount": 900}', right),
        (body, signed(scheme, "another-secret-of-somebody", body)),
        (body, {key: value[:-2] + "00" for key, value in right.items()}),
        (body, {"authorization": f"Bearer {secret}"}),
    ]
    if scheme != "github":
        wrong += [(body, signed(scheme, secret, body, at=time.time() + shift)) for shift in (600, -600)]
    answers = [post(hooked, workflow_id, content, **headers) for content, headers in wrong]
    answers.append(post(hooked, f"{workflow_id}?secret=x&signature={'a' * 64}", body))
    assert [answer.status_code for answer in answers] == [401] * len(answers)
    assert len({(answer.json()["code"], answer.json()["detail"]) for answer in answers}) == 1, "it tells which part"
    assert runs_of(hooked, workflow_id) == []
    assert post(hooked, workflow_id, body, **right).status_code == 202
    again = post(hooked, workflow_id, body, **right)
    assert again.status_code == 200
    assert again.json()["duplicate"] is True
    assert runs_of(hooked, workflow_id) == [again.json()["run_id"]]


def test_a_signed_delivery_under_another_id_is_a_replay(hooked: Server) -> None:
    armed(hooked, "replayed", flow("/replayed", secret="sender", signature="github"))
    body = b"the same"
    first = post(hooked, "replayed", body, **signed("github", SECRET, body, name="one"))
    second = post(hooked, "replayed", body, **signed("github", SECRET, body, name="two"))
    again = post(hooked, "replayed", body, **signed("github", SECRET, body, name="one"))
    assert [first.status_code, second.status_code, again.status_code] == [202, 409, 200]
    assert second.json()["code"] == "hook_replayed"
    assert runs_of(hooked, "replayed") == [first.json()["run_id"]]


def test_the_same_message_signed_anew_is_the_same_delivery(hooked: Server) -> None:
    armed(hooked, "retried", flow("/retried", secret="sender"))
    tries = [signed("standard", SECRET, b"x", at=time.time() - late, name="msg") for late in (60, 20, 0)]
    answers = [post(hooked, "retried", b"x", **headers) for headers in tries]
    assert [answer.status_code for answer in answers] == [202, 200, 200]
    other = post(hooked, "retried", b"x", **signed("standard", SECRET, b"x", name="msg-2"))
    assert other.status_code == 202
    assert len(runs_of(hooked, "retried")) == 2


@pytest.mark.parametrize("header", ["idempotency_key", "webhook_id"])
def test_fifty_equal_deliveries_at_once_begin_one_run(hooked: Server, header: str) -> None:
    workflow_id = f"equal-{header.replace('_', '-')}"
    armed(hooked, workflow_id, flow(f"/{workflow_id}", answer="result"))

    def deliver(_number: int) -> httpx.Response:
        return post(hooked, workflow_id, "x", **{header: "order-1"})

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(deliver, range(50)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["run_id"] for answer in answers}) == 1
    assert sum("duplicate" in answer.json() for answer in answers) == 49
    assert {json.dumps(answer.json()["outputs"]) for answer in answers} == {'{"reply": "x"}'}
    assert len(runs_of(hooked, workflow_id)) == 1


def test_deliveries_without_an_id_are_each_their_own(hooked: Server) -> None:
    armed(hooked, "each", flow("/each"))
    assert [post(hooked, "each", "x").status_code for _ in range(3)] == [202] * 3
    assert len(runs_of(hooked, "each")) == 3


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "PUT", "DELETE"])
def test_no_other_method_begins_a_run(hooked: Server, method: str) -> None:
    armed(hooked, "methods", flow("/methods"))
    answer = hooked.raw(request(hooked, method, "/hooks/methods", Purpose="prefetch"))
    assert b" 405 " in answer[:14]
    assert b"allow: POST\r\n" in answer
    assert runs_of(hooked, "methods") == []


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_any_means_the_four_that_change_something(hooked: Server, method: str) -> None:
    armed(hooked, "any", flow("/any", methods="any"))
    answer = post(hooked, "any", "x", method)
    assert answer.status_code == 202
    assert hook_outputs(hooked, answer.json()["run_id"])["method"] == method
    assert post(hooked, "any", "", "GET").headers["allow"] == "POST, PUT, PATCH, DELETE"


def test_where_nobody_listens_nothing_is_there(hooked: Server) -> None:
    armed(hooked, "there", flow("/there/a"))
    for path in ("", "no-such", "there", "there/", "there/a/", "there//a", "There/a", "there/a/b", "../api/info"):
        for method in ("POST", "GET"):
            answer = hooked.raw(request(hooked, method, f"/hooks/{path}"))
            assert b" 404 " in answer[:14], (method, path, answer[:80])
    assert post(hooked, "there/a", "x").status_code == 202
    with hooked.client() as http:
        http.delete("/api/workflows/there/listening")
    assert post(hooked, "there/a", "x").status_code == 404


CONFUSIONS = [
    (b'{"files": {"filepath": "/etc/passwd"}}', "application/json"),
    (b"files.filepath=/etc/passwd&a=b", "application/json"),
    (b'--b\r\nContent-Disposition: form-data; name="f"; filename="../../x"\r\n\r\nhi\r\n--b--\r\n', "application/json"),
    (b'--b\r\nContent-Disposition: form-data; name="f"\r\n\r\nhi\r\n--b--\r\n', "multipart/form-data; boundary=b"),
    (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "application/xml"),
    (b"a=%2Fetc%2Fpasswd", "application/x-www-form-urlencoded"),
    (b"{not json", "application/json"),
    (b"[" * 100_000, "application/json"),
    (b"\x00<script>alert(1)</script>", "text/html"),
    (b"", ""),
]


@pytest.mark.parametrize(("body", "content_type"), CONFUSIONS, ids=range(len(CONFUSIONS)))
def test_a_body_is_data_whatever_it_claims_to_be(hooked: Server, body: bytes, content_type: str) -> None:
    armed(hooked, "confused", flow("/confused", answer="result"))
    before = sorted(path.name for path in (hooked.data_dir / "servable").glob("*"))
    answer = post(hooked, "confused", body, **({"content_type": content_type} if content_type else {}))
    assert answer.status_code == 200
    assert answer.json()["outputs"] == {"reply": body.decode()}
    assert "root:" not in answer.text
    assert sorted(path.name for path in (hooked.data_dir / "servable").glob("*")) == before


def test_a_body_in_another_charset_is_read_and_what_is_no_text_refused(hooked: Server) -> None:
    armed(hooked, "charset", flow("/charset", answer="result"))
    wide = "wörds".encode("utf-16")
    answer = post(hooked, "charset", wide, content_type="application/json; charset=utf-16")
    assert answer.json()["outputs"] == {"reply": "wörds"}
    for body, content_type in ((b"\xff\xfe\xfd", "text/plain"), (b"a", "text/plain; charset=utf-7"), (wide, "a/b")):
        refused = post(hooked, "charset", body, content_type=content_type)
        assert (refused.status_code, refused.json()["code"]) == (400, "bad_hook_body")
    assert len(runs_of(hooked, "charset")) == 1


def test_too_large_a_body_is_refused_declared_or_not(hooked: Server) -> None:
    armed(hooked, "large", flow("/large"))
    size = 1024 * 1024
    assert post(hooked, "large", b"x" * (size + 1)).status_code == 413
    head = f"POST /hooks/large HTTP/1.1\r\nHost: 127.0.0.1:{hooked.port}\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    assert b" 413 " in hooked.raw(head.encode() + chunk * 17 + b"0\r\n\r\n")[:14]
    assert runs_of(hooked, "large") == []
    assert post(hooked, "large", b"x" * size).status_code == 202


def test_more_than_the_rate_is_refused_with_the_time_to_wait(hooked: Server) -> None:
    armed(hooked, "rate", flow("/rate", rate_per_minute=3))
    first = post(hooked, "rate", "x", idempotency_key="1")
    assert [post(hooked, "rate", "x").status_code for _ in range(2)] == [202, 202]
    refused = post(hooked, "rate", "x")
    assert (refused.status_code, refused.json()["code"]) == (429, "hook_rate")
    assert 1 <= int(refused.headers["retry-after"]) <= 20
    known = post(hooked, "rate", "x", idempotency_key="1")
    assert (known.status_code, known.json()["run_id"]) == (200, first.json()["run_id"])
    assert len(runs_of(hooked, "rate")) == 3


@pytest.mark.parametrize("path", ["", "/", "/a//b", "/../settings", "/a/./b", "/a?b", "/%2e", "/ä", "/" + "x" * 129])
def test_a_path_that_cannot_be_is_told_when_it_should_listen(hooked: Server, path: str) -> None:
    answer = listen(hooked, "badpath", flow(path))
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_hook_path")
    assert '"hook"' in answer.json()["detail"]


@pytest.mark.parametrize("path", ["/ws", "/servable/x", "/api/info", "/v1/models", "/mcp", "/hooks/hooks"])
def test_a_path_stands_below_hooks_and_in_nobodys_way(hooked: Server, path: str) -> None:
    armed(hooked, "shadow", flow(path, answer="result"))
    assert post(hooked, path[1:], "mine").json()["outputs"] == {"reply": "mine"}
    with hooked.client() as http:
        assert http.get("/api/info").status_code == 200
        assert http.post(path, content=b"x").status_code not in (200, 202)


def test_a_path_is_taken_once_for_a_method(hooked: Server) -> None:
    armed(hooked, "first", flow("/taken", name="The first"))
    refused = listen(hooked, "second", flow("taken", methods="any"))
    assert (refused.status_code, refused.json()["code"]) == (422, "hook_taken")
    assert '"The first"' in refused.json()["detail"]
    armed(hooked, "second", flow("taken", methods="PUT", answer="result"))
    assert post(hooked, "taken", "p", "PUT").json()["outputs"] == {"reply": "p"}
    twice = flow("/twice")
    twice["nodes"]["other"] = {"type": "webhook", "values": {"path": "twice"}}
    assert listen(hooked, "twice", twice).json()["code"] == "hook_taken"


def test_saving_moves_the_hook_and_stopping_ends_it(hooked: Server) -> None:
    armed(hooked, "moving", flow("/here"))
    keep(hooked, "moving", flow("/elsewhere"))
    assert [post(hooked, path, "x").status_code for path in ("here", "elsewhere")] == [404, 202]
    with hooked.client() as http:
        assert http.delete("/api/workflows/moving/listening").json()["listening"] is False
    assert post(hooked, "elsewhere", "x").status_code == 404


def test_a_hook_whose_secret_was_never_set_takes_nothing_and_says_so(hooked: Server) -> None:
    node = armed(hooked, "unsecret", flow("/unsecret", secret="no-such-secret"))
    assert (node["signed"], node["warning"]) == (True, "secret_missing")
    for headers in ({}, signed("standard", "no-such-secret", b"x"), signed("standard", SECRET, b"x")):
        refused = post(hooked, "unsecret", b"x", **headers)
        assert (refused.status_code, refused.json()["code"]) == (503, "hook_secret_missing")
    assert runs_of(hooked, "unsecret") == []


def test_a_secret_that_goes_while_a_hook_listens_is_missed_at_once_and_welcome_back(hooked: Server) -> None:
    set_secret(hooked, "coming", SECRET)
    armed(hooked, "coming", flow("/coming", secret="coming"))

    def warning() -> str | None:
        with hooked.client() as http:
            listeners = http.get("/api/listeners").json()["listeners"]
        (mine,) = [each for each in listeners if each["workflow_id"] == "coming"]
        return mine["nodes"][0].get("warning")

    assert warning() is None
    with hooked.client() as http:
        http.delete("/api/secrets/coming")
    assert warning() == "secret_missing"
    refused = post(hooked, "coming", b"x", **signed("standard", SECRET, b"x"))
    assert (refused.status_code, refused.json()["code"]) == (503, "hook_secret_missing")
    assert runs_of(hooked, "coming") == []
    set_secret(hooked, "coming", SECRET)
    assert warning() is None
    assert post(hooked, "coming", b"x", **signed("standard", SECRET, b"x")).status_code == 202


def test_pages_of_other_origins_deliver_nothing(hooked: Server) -> None:
    armed(hooked, "pages", flow("/pages"))
    form = {"content_type": "application/x-www-form-urlencoded"}
    for headers in (
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
    ):
        assert post(hooked, "pages", b"a=1", **form, **headers).status_code == 403
    assert runs_of(hooked, "pages") == []
    assert post(hooked, "pages", b"a=1", **form, sec_fetch_mode="cors").status_code == 202


def test_a_secret_in_a_body_or_a_query_is_not_kept(hooked: Server) -> None:
    armed(hooked, "leaky", flow("/leaky", answer="result"))
    answer = post(hooked, f"leaky?secret={SECRET}&note={SECRET}", f"key: {SECRET}", x_api_key=SECRET)
    assert SECRET not in answer.text
    with hooked.client() as http:
        told = http.get(f"/api/runs/{answer.json()['run_id']}").text
        events = http.get(f"/api/runs/{answer.json()['run_id']}/events").text
    assert "CANARY" not in told + events


def test_when_the_runs_of_a_day_have_spent_their_money_no_more_begin(
    serve: Callable[..., Server], tmp_path: Path
) -> None:
    first = serve(tmp_path)
    armed(first, "costly", flow("/costly", max_cost_usd_per_day=0.5))
    armed(first, "other", flow("/other", max_cost_usd_per_day=0.5))
    run_id = post(first, "costly", "x", idempotency_key="1").json()["run_id"]
    assert first.stop() == 0
    with sqlite3.connect(tmp_path / "data" / "nodebuilder.db") as database:
        database.execute(
            "insert into receipts (id, root, run_id, node, firing, ordinal, fingerprint, provider, model, request,"
            " state, charged, cost_usd, detail, created_at, updated_at) values"
            " ('0', ?, ?, 'it', 1, 0, 'f', 'p', 'm', '{}', 'done', 'yes', 0.75, '', ?, ?)",
            (run_id, run_id, time.time(), time.time()),
        )
    second = serve(tmp_path)
    refused = post(second, "costly", "x")
    assert (refused.status_code, refused.json()["code"]) == (429, "hook_budget")
    assert int(refused.headers["retry-after"]) >= 1
    assert post(second, "costly", "x", idempotency_key="1").json()["duplicate"] is True
    assert post(second, "other", "x").status_code == 202
    assert len(runs_of(second, "costly")) == 1


def test_with_a_token_only_signed_hooks_are_open(serve: Callable[..., Server]) -> None:
    server = serve(token=TOKEN, sandbox="true")
    set_secret(server, "sender", SECRET)
    armed(server, "open", flow("/open"))
    armed(server, "signed", flow("/signed", secret="sender"))
    for path in ("open", "no-such"):
        assert post(server, path, "x").status_code == 401
        assert post(server, path, "x", authorization="Bearer wrong").status_code == 401
        assert post(server, f"{path}?token={TOKEN}", "x").status_code == 401
    assert post(server, "open", "x", authorization=f"Bearer {TOKEN}").status_code == 202
    assert post(server, "signed", b"x", **signed("standard", SECRET, b"x")).status_code == 202
    assert post(server, "signed", b"x", authorization=f"Bearer {TOKEN}").json()["code"] == "bad_signature"
    assert post(server, "signed", b"", "GET").status_code == 405
    assert httpx.get(f"{server.url}/api/info", trust_env=False).status_code == 401
    assert len(runs_of(server, "open")) == 1
    assert len(runs_of(server, "signed")) == 1


@pytest.mark.parametrize("how", ["known by its record", "known by its run"])
def test_a_delivery_is_known_after_a_restart(serve: Callable[..., Server], tmp_path: Path, how: str) -> None:
    first = serve(tmp_path)
    set_secret(first, "sender", SECRET)
    armed(first, "kept", flow("/kept", secret="sender", answer="result"))
    armed(first, "sealed", flow("/sealed", secret="sender", signature="github"))
    headers = signed("standard", SECRET, b"x", name="msg")
    run_id = post(first, "kept", b"x", **headers).json()["run_id"]
    sealed = post(first, "sealed", b"y", **signed("github", SECRET, b"y", name="one"))
    assert sealed.status_code == 202
    assert first.stop() == 0
    if how == "known by its run":
        with sqlite3.connect(tmp_path / "data" / "nodebuilder.db") as database:
            database.execute("delete from hook_deliveries")
    second = serve(tmp_path)
    again = post(second, "kept", b"x", **headers)
    assert again.status_code == 200
    assert again.json()["run_id"] == run_id
    assert again.json()["outputs"] == {"reply": "x"}
    repeated = post(second, "sealed", b"y", **signed("github", SECRET, b"y", name="one"))
    assert repeated.json()["run_id"] == sealed.json()["run_id"]
    if how == "known by its record":
        assert again.json()["duplicate"] is True
        assert post(second, "sealed", b"y", **signed("github", SECRET, b"y", name="two")).status_code == 409
    assert len(runs_of(second, "kept")) == 1
    assert len(runs_of(second, "sealed")) == 1


def test_a_stopped_sender_in_the_middle_of_its_body_leaves_no_trace(hooked: Server) -> None:
    armed(hooked, "halfway", flow("/halfway"))
    with socket.create_connection(("127.0.0.1", hooked.port)) as connection:
        head = f"POST /hooks/halfway HTTP/1.1\r\nHost: 127.0.0.1:{hooked.port}\r\nContent-Length: 100\r\n\r\nhalf"
        connection.sendall(head.encode())
    assert post(hooked, "halfway", "whole").status_code == 202
    assert len(runs_of(hooked, "halfway")) == 1


@pytest.mark.parametrize("how", ["known by its record", "known by its run"])
def test_a_delivery_is_known_after_a_rename(serve: Callable[..., Server], tmp_path: Path, how: str) -> None:
    first = serve(tmp_path)
    set_secret(first, "sender", SECRET)
    armed(first, "before", flow("/renamed", secret="sender", answer="result"))
    headers = signed("standard", SECRET, b"x", name="msg")
    run_id = post(first, "renamed", b"x", **headers).json()["run_id"]
    with first.client() as http:
        assert http.post("/api/workflows/before/rename", json={"id": "after"}).status_code == 200
    assert post(first, "renamed", b"x", **headers).json()["duplicate"] is True
    first.stop(signal.SIGKILL)
    if how == "known by its run":
        with sqlite3.connect(tmp_path / "data" / "nodebuilder.db") as database:
            database.execute("delete from hook_deliveries")
    second = serve(tmp_path)
    again = post(second, "renamed", b"x", **headers)
    assert (again.status_code, again.json()["run_id"], again.json()["outputs"]) == (200, run_id, {"reply": "x"})
    assert runs_of(second, "after") == [run_id]
    assert runs_of(second, "before") == []


def test_a_body_on_its_way_does_not_outlast_the_signature_that_opened_the_door(serve: Callable[..., Server]) -> None:
    server = serve(token=TOKEN)
    set_secret(server, "sender", SECRET)
    armed(server, "changing", flow("/changing", secret="sender"))
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        head = f"POST /hooks/changing HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nContent-Length: 8\r\n"
        connection.sendall(f"{head}Expect: 100-continue\r\n\r\n".encode())
        assert b" 100 " in connection.recv(65536)[:14], "the door is open and waits for the body"
        keep(server, "changing", flow("/changing"))
        connection.sendall(b"unsigned")
        assert b" 503 " in read_answer(connection)[:14]
    assert post(server, "changing", b"unsigned").status_code == 401
    assert runs_of(server, "changing") == []
