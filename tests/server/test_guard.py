"""The guard on a real server: every route against every wrong caller."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from nodebuilder.server.guard import Guard
from nodebuilder.server.hosts import Doors
from nodebuilder.server.limits import BodyLimits
from nodebuilder.server.tokens import Tokens
from tests.server.routes import METHODS, OPEN, PATHS, ROUTES, UNDESCRIBED, Route
from tests.server.serving import TEXT, Server, read_answer
from tests.server.test_hosts import BAD

ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
BAD_ORIGINS = ["", "null", "http://evil.example", "https://127.0.0.1:{port}", "http://127.0.0.1:1", "http://127.0.0.1"]
BAD_ORIGINS += [
    "http://localhost:{port}",
    "http://127.0.0.1:{port}.evil.example",
    "file://",
    "http://evil@127.0.0.1:{port}",
]


def request(server: Server, method: str, path: str, body: object = None, **headers: str) -> str:
    """A request as bytes on the wire; headers named in capitals are sent as given."""
    given = {
        "Host": f"127.0.0.1:{server.port}",
        "Connection": "close",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    content = b"" if body is None else json.dumps(body).encode()
    if content:
        given = {"Content-Type": "application/json", **given}
    if content or method in ("POST", "PUT", "PATCH"):
        given["Content-Length"] = str(len(content))
    head = "".join(f"{name}: {value}\r\n" for name, value in given.items())
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n{content.decode()}"


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_no_route_answers_under_another_host_name(server: Server, route: Route) -> None:
    for host in BAD:
        if host and host.isascii() and "\t" not in host:
            there = host.replace("8000", str(server.port))
            answer = server.raw(request(server, route.method, route.path, route.body, Host=there))
            assert b" 421 " in answer[:14], (host, answer[:80])


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("path", PATHS)
def test_no_method_of_any_address_serves_a_page_of_another_origin(server: Server, method: str, path: str) -> None:
    body = {} if method in ("POST", "PUT", "PATCH") else None
    for origin in BAD_ORIGINS:
        answer = server.status(request(server, method, path, body, Origin=origin.format(port=server.port)))
        assert answer == 403, (origin, answer)
    for site in ("cross-site", "same-site", "nonsense"):
        own = f"http://127.0.0.1:{server.port}"
        assert server.status(request(server, method, path, body, Origin=own, Sec_Fetch_Site=site)) == 403


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_the_servers_own_pages_reach_every_route(server: Server, route: Route) -> None:
    """The control: what is refused above is refused for its origin, and for nothing else."""
    own = {"Origin": f"http://127.0.0.1:{server.port}", "Sec_Fetch_Site": "same-origin"}
    for headers in (own, {}, {"Sec_Fetch_Site": "none"}):
        answer = server.status(request(server, route.method, route.path, route.body, **headers))
        assert answer not in (0, 401, 403, 405, 421, 500), answer
        if route.path == route.template and route.method == "GET":
            assert answer == 200


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LocalHost", "[::1]"])
def test_the_servers_own_names_are_answered_each_with_its_own_origin(server: Server, host: str) -> None:
    there = f"{host}:{server.port}"
    asked = request(server, "GET", "/api/info", Host=there, Origin=f"http://{there.lower()}")
    assert server.status(asked) == 200


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("path", PATHS)
def test_nothing_answers_without_the_token(locked: Server, method: str, path: str) -> None:
    if (method, path) in OPEN:
        return
    body = {} if method in ("POST", "PUT", "PATCH") else None
    # Guesses are counted, and this is one caller: so not each of them is tried by each method.
    guesses = [{"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {locked.token}"}]
    for headers in (
        {},
        *(guesses if method in ("GET", "POST", "DELETE") else ()),
        {"X_Api_Key": locked.token},
        {"Cookie": f"nodebuilder_{locked.port}={locked.token}"},
    ):
        assert locked.status(request(locked, method, path, body, **headers)) == 401, headers
    assert locked.status(request(locked, method, f"{path}?token={locked.token}", body)) == 401


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_the_token_reaches_every_route(locked: Server, route: Route) -> None:
    if (route.method, route.path) in OPEN:
        return
    bearer = f"Bearer {locked.token}"
    answer = locked.status(request(locked, route.method, route.path, route.body, Authorization=bearer))
    assert answer not in (0, 401, 403, 421, 500)


def test_a_wrong_token_is_told_before_a_body_is_read(locked: Server) -> None:
    with socket.create_connection(("127.0.0.1", locked.port), timeout=5) as connection:
        head = f"POST /api/runs HTTP/1.1\r\nHost: 127.0.0.1:{locked.port}\r\nContent-Type: application/json\r\n"
        connection.sendall(f"{head}Content-Length: 5000000000\r\n\r\n{{".encode())
        assert b" 401 " in read_answer(connection)[:14]


def test_a_launch_link_signs_one_browser_in(serve: Callable[..., Server]) -> None:
    server = serve(token="a-token-for-launching")
    launch = str(server.told["launch_url"]).replace("localhost", "127.0.0.1")
    with server.client() as http:
        http.headers.pop("authorization")
        first = http.get(launch)
        assert first.status_code == 303
        location = first.headers["location"]
        assert location.startswith("/#session=")
        cookie = first.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        page_key = location.removeprefix("/#session=")
        assert http.get("/").status_code == 200
        assert http.get("/servable/no_such_00000000.png").status_code == 404
        assert http.get("/api/info").status_code == 401
        assert http.get("/api/info", headers={"X-Nodebuilder-Session": page_key}).status_code == 200
        assert http.get("/api/info", headers={"X-Nodebuilder-Session": "guess"}).status_code == 401
    with server.client() as other:
        other.headers.pop("authorization")
        again = other.get(launch, headers={"accept": "text/html"})
        assert again.status_code == 401
        assert "Sign in" in again.text
        assert "default-src 'self'" in again.headers["content-security-policy"]


def test_a_browser_signs_in_with_the_token_itself(locked: Server) -> None:
    with locked.client() as http:
        http.headers.pop("authorization")
        assert http.post("/api/session", json={"token": "wrong"}).status_code == 401
        assert http.get("/signin.js").status_code == 200
        signed_in = http.post("/api/session", json={"token": locked.token})
        assert signed_in.status_code == 200
        key = signed_in.json()["page_key"]
        assert http.get("/api/nodes", headers={"X-Nodebuilder-Session": key}).status_code == 200
        assert locked.token not in signed_in.text + str(signed_in.headers)


@pytest.mark.parametrize("path", [*PATHS, "/api/runs?limit=x", "/api/check", "/servable/%00"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "OPTIONS"])
def test_every_answer_carries_the_headers_that_protect_the_reader(server: Server, method: str, path: str) -> None:
    answer = server.raw(request(server, method, path, {} if method == "POST" else None))
    head = answer.split(b"\r\n\r\n")[0].decode().lower()
    told = dict(line.split(": ", 1) for line in head.split("\r\n")[1:])
    for name, value in ALWAYS.items():
        assert told[name] == value, name
    assert "frame-ancestors 'none'" in told["content-security-policy"] or "sandbox" in told["content-security-policy"]
    assert "server" not in told
    assert "access-control-allow-origin" not in told
    assert told["x-request-id"]
    if path.startswith("/api"):
        assert told["cache-control"] == "no-store"
    status = int(head.split(" ")[1])
    if status >= 400 and path == "/mcp":
        assert json.loads(answer.split(b"\r\n\r\n", 1)[1])["error"]["message"]
    elif status >= 400 and not path.startswith("/sandbox"):
        body = json.loads(answer.split(b"\r\n\r\n", 1)[1])
        if path.startswith("/v1/"):
            assert told["content-type"] == "application/json"
            assert set(body["error"]) == {"message", "type", "param", "code"}
            return
        assert told["content-type"] == "application/problem+json"
        assert body["detail"]
        assert body["remedy"]
        assert body["code"]
        assert body["status"] == status


@pytest.mark.parametrize("path", [path for path in PATHS if path not in UNDESCRIBED])
def test_a_method_that_is_not_described_is_refused(server: Server, path: str) -> None:
    known = {route.method for route in ROUTES if route.path == path}
    for method in ("PUT", "POST", "PATCH", "DELETE"):
        if method not in known:
            answer = server.raw(request(server, method, path, {}))
            assert b" 405 " in answer[:14], (method, answer[:100])
            (allowed,) = [line for line in answer.decode().split("\r\n") if line.lower().startswith("allow: ")]
            assert set(allowed[7:].split(", ")) - {"HEAD"} == known - {"HEAD"}


def test_a_declared_body_beyond_the_limit_is_not_read(server: Server) -> None:
    for path in ("/api/runs", "/api/check"):
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nContent-Type: application/json\r\n"
        assert server.status(f"{head}Content-Length: 5000000000\r\n\r\n{{") == 413


def test_a_streamed_body_beyond_the_limit_is_cut_off(serve: Callable[..., Server]) -> None:
    server = serve(max_body_bytes="100000")
    head = f"POST /api/check HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nContent-Type: application/json\r\n"
    piece = b"2710\r\n" + b" " * 10_000 + b"\r\n"
    answer = server.raw(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode() + piece * 50 + b"0\r\n\r\n")
    assert b" 413 " in answer[:14]
    assert server.status(request(server, "GET", "/healthz")) == 200


@pytest.mark.parametrize("length", ["-5", "5x", "0x10", ""])
def test_a_length_that_is_no_number_is_a_bad_request(server: Server, length: str) -> None:
    head = f"POST /api/check HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nContent-Type: application/json\r\n"
    assert server.status(f"{head}Content-Length: {length}\r\n\r\n{{}}") == 400


def test_long_addresses_and_many_headers_are_refused(server: Server) -> None:
    assert server.status(request(server, "GET", "/" + "x" * 60_000)) == 414
    assert server.status(request(server, "GET", "/" + "x" * 100_000)) in (400, 414)
    assert server.status(request(server, "GET", "/api/info?" + "x" * 60_000)) == 414
    assert server.status(request(server, "GET", "/api/info", X_Long="y" * 1_000_000)) == 431
    many = {f"X-{number}": "y" for number in range(1000)}
    assert server.status(request(server, "GET", "/api/info", **many)) == 431


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "application/json;x", "multipart/form-data; boundary=b"],
)
def test_a_body_that_is_not_json_is_refused(server: Server, content_type: str) -> None:
    forms = {"/api/files", "/v1/images/edits"} if content_type.startswith("multipart") else {"/api/files"}
    for route in ROUTES:
        if route.method in ("POST", "PUT", "PATCH") and route.path not in forms:
            asked = request(server, route.method, route.path, {"workflow": TEXT}, **{"Content-Type": content_type})
            assert server.status(asked) == 415, route


BOMBS = [
    b"",
    b"{",
    b"null",
    b"[]",
    b"not json",
    b'{"workflow": NaN}',
    b'{"workflow": 1e999}',
    b'{"workflow": "\\ud800"}',
    b'{"workflow": "\xff\xfe"}',
    b'{"workflow": {}, "workflow": {}}',
    b'{"workflow": ' + b"[" * 100_000,
    b'{"workflow": ' + b'{"a":' * 100_000,
    b'{"workflow": {"nodes": ' + b"9" * 5000 + b"}}",
    b'{"workflow": {"nodes": {"__proto__": null}}}',
    b'{"workflow": {"nodes": {"a": {"type": "../x"}}, "links": [[], 1, null, "a -> b", {"from": 1}]}}',
    b'{"workflow": {"format": "nodebuilder/1", "nodes": [1, 2]}}',
    b'{"workflow": "../../etc/passwd"}',
    b'{"Workflow": {}}',
    b'{"workflow": {"nodes": {}}, "values": {"x": {"y": NaN}}}',
    b'{"workflow": {"nodes": {}}, "values": {"x": {"y": 1}}}',
    b'{"workflow": {"nodes": {}}, "start": "\\u0000"}',
]


@pytest.mark.parametrize("bomb", BOMBS, ids=lambda bomb: bomb[:40].decode("latin-1"))
@pytest.mark.parametrize("path", ["/api/check", "/api/runs", "/api/workflows/x", "/api/secrets/x", "/api/session"])
def test_a_hostile_body_is_the_callers_mistake(server: Server, path: str, bomb: bytes) -> None:
    method = "PUT" if path.endswith("/x") else "POST"
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nContent-Type: application/json\r\n"
    answer = server.raw(f"{head}Content-Length: {len(bomb)}\r\n\r\n".encode() + bomb)
    status = int(answer.split(b" ", 2)[1])
    allowed = {400, 404, 413, 422} | ({200} if path == "/api/check" or "workflows" in path else set())
    assert status in allowed, answer[:200]
    assert b"etc/passwd" not in answer
    assert b"Traceback" not in answer


def test_half_open_requests_keep_nobody_waiting(server: Server) -> None:
    open_ones = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(100)]
    for connection in open_ones:
        connection.sendall(b"GET /api/info HTTP/1.1\r\nHost: x")
    try:
        assert server.status(request(server, "GET", "/healthz")) == 200
    finally:
        for connection in open_ones:
            connection.close()


def test_forwarded_headers_change_nothing(locked: Server) -> None:
    asked = request(
        locked,
        "GET",
        "/api/info",
        X_Forwarded_For="127.0.0.1",
        X_Forwarded_Host=f"127.0.0.1:{locked.port}",
        Forwarded="for=127.0.0.1",
    )
    assert locked.status(asked) == 401


def test_get_changes_nothing(server: Server) -> None:
    def state() -> list[str]:
        return sorted(
            str(path) for path in server.data_dir.rglob("*") if "-wal" not in path.name and "-shm" not in path.name
        )

    before = state()
    for route in ROUTES:
        if route.method == "GET":
            server.raw(request(server, "GET", route.path))
            server.raw(request(server, "HEAD", route.path))
    assert state() == before


def test_guesses_of_a_token_are_slowed_down(serve: Callable[..., Server]) -> None:
    server = serve(token="not-to-be-guessed-0123")
    statuses: set[int] = set()

    def guess() -> None:
        with server.client() as http:
            for number in range(300):
                statuses.add(http.get("/api/info", headers={"authorization": f"Bearer {number}"}).status_code)

    threads = [threading.Thread(target=guess) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == {401, 429}


@asynccontextmanager
async def guarded(body_seconds: float) -> AsyncGenerator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection to a guard, and to an application that reads the body, on which the head of a delivery was sent."""
    ended = asyncio.Event()

    async def reads(_scope: Scope, receive: Receive, _send: Send) -> None:
        while (message := await receive()).get("more_body"):
            pass
        if message["type"] == "http.disconnect":
            ended.set()

    limits = BodyLimits(100, 10**6)
    guard = Guard(reads, doors=Doors(frozenset()), tokens=Tokens(None), limits=limits, body_seconds=body_seconds)
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(guard, http="httptools", lifespan="off", log_config=None))
    serving = asyncio.create_task(server.serve([listening]))
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"POST /hooks/a HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 100000\r\n\r\n".encode())
    yield reader, writer
    await ended.wait()
    server.should_exit = True
    writer.close()
    await serving


async def test_a_body_that_stops_on_its_way_is_given_up() -> None:
    async with guarded(0.05) as (reader, writer):
        writer.write(b"half")
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 408 ")


async def test_a_body_that_comes_drop_by_drop_is_given_up_too() -> None:
    async with guarded(0.5) as (reader, writer):
        answer = asyncio.create_task(reader.readuntil(b"\r\n\r\n"))
        while not answer.done():
            writer.write(b"x")
            await asyncio.wait([answer], timeout=0.01)
        assert answer.result().startswith(b"HTTP/1.1 408 ")
