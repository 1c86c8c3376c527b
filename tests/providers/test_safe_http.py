from __future__ import annotations

import asyncio
import gzip
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from nodebuilder.errors import InputError, NodeError
from nodebuilder.providers.public_web import PublicWeb
from nodebuilder.providers.urls import Resolve, read_url
from nodebuilder.providers.web import BoundKey, WebAnswer, WebLimits, WebRequest
from nodebuilder.settings import load_settings
from nodebuilder.values import Secret
from tests.providers.hostile_urls import loopback_spellings
from tests.webserver import Heard, WebServer, certificate, http

KEY = "canary-key-0123456789"


@pytest.fixture
async def server() -> AsyncIterator[WebServer]:
    async with WebServer() as opened:
        yield opened


@pytest.fixture
async def other() -> AsyncIterator[WebServer]:
    async with WebServer() as opened:
        yield opened


def names(**addresses: str) -> Resolve:
    """A name server of our own: `a_test="127.0.0.1"` answers for a.test."""
    known = {name.replace("_", "."): address.split() for name, address in addresses.items()}

    async def resolve(host: str, _: int) -> Sequence[str]:
        if host not in known:
            raise OSError("no such name")
        return known[host]

    return resolve


def key_for(*places: str) -> BoundKey:
    return BoundKey("X-Key", Secret(KEY, "secret", hosts=frozenset(places)))


def client(*places: str, **more: Any) -> PublicWeb:
    return PublicWeb(load_settings(allowed_private_hosts=places), **more)


async def get(url: str, *servers: WebServer, request: WebRequest | None = None, **limits: Any) -> WebAnswer:
    """Fetch from servers on loopback that are allowed by name."""
    places = tuple(server.place for server in servers)
    return await client(*places).fetch(request or WebRequest(url), hosts=places, limits=WebLimits(**limits))


async def code_of(asked: Any) -> str:
    with pytest.raises(NodeError) as error:
        await asked
    assert error.value.message
    assert error.value.remedy
    assert KEY not in f"{error.value.message}{error.value.remedy}"
    return error.value.code


async def test_an_answer_of_any_status_comes_back(server: WebServer) -> None:
    server.say("/a", http(418, b"short and stout", content_type="text/plain"))
    answer = await get(f"{server.url}/a?b=c", server)
    assert (answer.status, answer.body, answer.complete) == (418, b"short and stout", True)
    assert answer.url == f"{server.url}/a?b=c"
    assert answer.header("Content-Type") == "text/plain"
    heard = server.requests[0]
    assert heard.headers["host"] == server.place
    assert heard.headers["accept-encoding"] == "identity"


async def test_method_body_and_headers_arrive(server: WebServer) -> None:
    server.say("/", http(201))
    request = WebRequest(server.url, "POST", (("content-type", "application/json"), ("x-one", "1")), b'{"a": 1}')
    assert (await get("", server, request=request)).status == 201
    heard = server.requests[0]
    assert (heard.method, heard.body, heard.headers["x-one"]) == ("POST", b'{"a": 1}', "1")


async def test_no_spelling_of_this_machine_reaches_it(server: WebServer) -> None:
    safe = client(resolve=names(localhost="127.0.0.1"))
    for url in loopback_spellings(server.port):
        code = await code_of(safe.fetch(WebRequest(url), hosts=(), limits=WebLimits()))
        assert code in {"bad_url", "address_not_allowed", "name_not_found"}, url
    assert server.connections == 0


async def test_a_private_place_needs_the_settings_and_the_caller(server: WebServer) -> None:
    server.say("/", http(200, b"inside"))
    request, limits = WebRequest(server.url), WebLimits()
    assert await code_of(client(server.place).fetch(request, hosts=(), limits=limits)) == "address_not_allowed"
    assert await code_of(client().fetch(request, hosts=(server.place,), limits=limits)) == "address_not_allowed"
    assert server.connections == 0
    answer = await client(server.place).fetch(request, hosts=("127.0.0.1",), limits=limits)
    assert answer.body == b"inside"


async def test_proxies_and_other_words_of_the_environment_are_not_heeded(
    server: WebServer, other: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(variable, other.url)
    server.say("/", http(200, b"direct"))
    assert (await get(server.url, server)).body == b"direct"
    assert other.connections == 0


async def test_a_name_that_is_checked_as_public_and_then_rebound_is_not_looked_up_again(server: WebServer) -> None:
    asked: list[str] = []

    async def rebinding(host: str, _: int) -> Sequence[str]:
        asked.append(host)
        return ["203.0.113.1"] if len(asked) > 1 else ["127.0.0.1"]

    server.say("/", http(200, b"the checked one"))
    place = f"rebind.test:{server.port}"
    safe = client(place, resolve=rebinding)
    answer = await safe.fetch(WebRequest(f"http://{place}/"), hosts=(place,), limits=WebLimits())
    assert (answer.body, asked) == (b"the checked one", ["rebind.test"])
    assert server.requests[0].headers["host"] == place


async def test_a_name_that_turns_to_loopback_is_refused(server: WebServer) -> None:
    for addresses in ("127.0.0.1", "93.184.216.34 127.0.0.1", "93.184.216.34 ::1", "::ffff:127.0.0.1"):
        safe = client(resolve=names(rebind_test=addresses))
        request = WebRequest(f"http://rebind.test:{server.port}/")
        assert await code_of(safe.fetch(request, hosts=(), limits=WebLimits())) == "address_not_allowed"
    assert server.connections == 0


async def test_the_next_address_is_tried_when_one_takes_no_connection(server: WebServer) -> None:
    server.say("/", http(200, b"second"))
    place = f"two.test:{server.port}"
    safe = client(place, resolve=names(two_test="127.0.0.2 127.0.0.1"))
    answer = await safe.fetch(WebRequest(f"http://{place}/"), hosts=(place,), limits=WebLimits())
    assert answer.body == b"second"


# Redirects


async def test_a_redirect_is_followed(server: WebServer) -> None:
    server.say("/", http(302, location="/next?x=1"))
    server.say("/next", http(200, b"there"))
    answer = await get(server.url, server)
    assert (answer.body, answer.url) == (b"there", f"{server.url}/next?x=1")


@pytest.mark.parametrize(
    ("status", "method", "then", "body"),
    [
        (301, "POST", "GET", b""),
        (302, "POST", "GET", b""),
        (303, "PUT", "GET", b""),
        (307, "POST", "POST", b"x"),
        (308, "PUT", "PUT", b"x"),
        (301, "HEAD", "HEAD", b""),
    ],
)
async def test_a_redirect_changes_the_method_as_http_says(
    server: WebServer, status: int, method: str, then: str, body: bytes
) -> None:
    server.say("/", http(status, location="/next"))
    server.say("/next", http(200))
    sent = b"" if method == "HEAD" else b"x"
    await get("", server, request=WebRequest(server.url, method, (("content-type", "text/plain"),), sent))
    heard = server.requests[-1]
    assert (heard.method, heard.body) == (then, body)
    assert ("content-type" in heard.headers) == (then == method)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_a_redirect_to_a_place_inside_is_not_followed(
    server: WebServer, other: WebServer, status: int, scheme: str
) -> None:
    targets = [url.replace("http://", f"{scheme}://") for url in loopback_spellings(other.port) if url.isprintable()]
    codes: set[str] = set()
    for location in [*targets, f"//{other.place}/", "http://169.254.169.254/", "file:///etc/passwd"]:
        server.say("/", http(status, location=location.encode().decode("latin-1")))
        hosts = (server.place, *host_of(location), "127.0.0.1")
        safe = client(server.place, resolve=loopback)
        try:
            answer = await safe.fetch(WebRequest(server.url), hosts=hosts, limits=WebLimits())
            assert answer.url.startswith(server.url), location
        except NodeError as error:
            codes.add(error.code)
    assert {"bad_url", "address_not_allowed"} <= codes <= {"bad_url", "address_not_allowed", "too_many_redirects"}
    assert other.connections == 0


async def loopback(_: str, __: int) -> Sequence[str]:
    return ["127.0.0.1"]


def host_of(location: str) -> list[str]:
    try:
        return [read_url(location).host]
    except InputError:
        return []


async def test_a_server_outside_does_not_send_us_to_an_allowed_place_inside(server: WebServer) -> None:
    """The first server passes for a public one: its name has a public address, and loopback stands in for it."""
    place = f"inside.test:{server.port}"
    safe = client(place, resolve=names(inside_test="127.0.0.1", outside_test="93.184.216.34"))
    policy_hosts = ("outside.test", place)
    request = WebRequest("http://outside.test/")
    safe._http._send = _playing(
        safe, {"outside.test": WebAnswer(302, "http://outside.test/", (("location", f"http://{place}/"),))}
    )  # type: ignore[method-assign]  # plays the public server, which no test can reach
    assert await code_of(safe.fetch(request, hosts=policy_hosts, limits=WebLimits())) == "address_not_allowed"
    assert server.connections == 0


def _playing(safe: PublicWeb, answers: dict[str, WebAnswer]) -> Any:
    real = safe._http._send

    async def send(request: WebRequest, target: Any, limit: int) -> WebAnswer:
        return answers.get(target.url.host) or await real(request, target, limit)

    return send


async def test_circles_and_long_chains_end(server: WebServer) -> None:
    server.say("/", http(302, location="/b"))
    server.say("/b", http(302, location="/"))
    assert await code_of(get(server.url, server)) == "too_many_redirects"
    assert len(server.requests) == 2
    for step in range(12):
        server.say(f"/{step}", http(302, location=f"/{step + 1}"))
    assert await code_of(get(f"{server.url}/0", server)) == "too_many_redirects"
    assert len(server.requests) == 2 + 6


async def test_what_only_the_first_server_may_know_does_not_go_to_another(server: WebServer, other: WebServer) -> None:
    server.say("/", http(302, location=f"{other.url}/landing", set_cookie="a=b"))
    other.say("/landing", http(200))
    secrets = tuple((name, KEY) for name in ("authorization", "x-api-key", "cookie", "api-key", "x-anything"))
    request = WebRequest(server.url, "GET", (*secrets, ("accept", "text/x")), key=key_for(server.place))
    await get("", server, other, request=request)
    assert server.requests[0].headers["x-key"] == KEY
    heard = other.requests[0]
    assert KEY not in str(heard)
    assert (heard.headers["accept"], "cookie" in heard.headers) == ("text/x", False)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_a_request_that_changes_something_is_not_passed_on(
    server: WebServer, other: WebServer, method: str
) -> None:
    server.say("/", http(307, location=other.url))
    assert await code_of(get("", server, other, request=WebRequest(server.url, method, (), b"x"))) == "redirect_refused"
    assert other.connections == 0


async def test_no_cookie_is_kept(server: WebServer) -> None:
    server.say("/", http(302, location="/next", set_cookie="session=1; Path=/"))
    server.say("/next", http(200))
    await get(server.url, server)
    assert "cookie" not in server.requests[1].headers


# The key


async def test_the_key_goes_to_its_place_only(server: WebServer, other: WebServer) -> None:
    for each in (server, other):
        each.say("/", http(200))
    for url in (server.url, other.url):
        await get("", server, other, request=WebRequest(url, key=key_for(server.place)))
    assert server.requests[0].headers["x-key"] == KEY
    assert "x-key" not in other.requests[0].headers


async def test_the_key_does_not_come_back_by_a_detour(server: WebServer, other: WebServer) -> None:
    other.say("/", http(302, location=f"{server.url}/delete-everything"))
    server.say("/delete-everything", http(200))
    await get("", server, other, request=WebRequest(other.url, key=key_for(server.place)))
    assert "x-key" not in server.requests[0].headers


async def test_a_header_of_that_name_written_by_others_gives_way_to_the_key(server: WebServer) -> None:
    server.say("/", http(200))
    request = WebRequest(server.url, headers=(("x-key", "mine"),), key=key_for(server.place))
    await get("", server, request=request)
    assert server.requests[0].headers["x-key"] == KEY


async def test_the_key_does_not_leave_without_encryption() -> None:
    safe = client(resolve=names(api_test="93.184.216.34"))
    request = WebRequest("http://api.test/", key=key_for("api.test"))
    assert await code_of(safe.fetch(request, hosts=(), limits=WebLimits())) == "key_needs_https"


async def test_nothing_of_a_key_is_logged(server: WebServer, caplog: pytest.LogCaptureFixture) -> None:
    server.say("/", http(200))
    with caplog.at_level(logging.DEBUG):
        await get("", server, request=WebRequest(server.url, key=key_for(server.place)))
    assert KEY not in caplog.text


@pytest.mark.parametrize(
    "header",
    [
        ("Host", "example.com"),
        ("content-length", "0"),
        ("Transfer-Encoding", "chunked"),
        ("connection", "upgrade"),
        ("Proxy-Authorization", "x"),
        ("X-Forwarded-For", "127.0.0.1"),
        ("Sec-Fetch-Site", "none"),
        ("a b", "x"),
        ("a\r\nb", "x"),
        ("a", "x\r\nHost: evil"),
        ("a", "x\0"),
        ("a", "ü"),
        ("", "x"),
        ("a", "x" * 9000),
    ],
)
async def test_a_header_that_would_change_the_request_itself_is_refused(
    server: WebServer, header: tuple[str, str]
) -> None:
    assert await code_of(get("", server, request=WebRequest(server.url, headers=(header,)))) == "bad_header"
    assert server.connections == 0


# What a server may do to us


def forever(first: bytes, then: bytes, pause: float = 0) -> Any:
    async def answer(_: Heard) -> AsyncIterator[bytes]:
        yield first
        while True:
            await asyncio.sleep(pause)
            yield then

    return answer


async def test_an_endless_body_is_cut(server: WebServer) -> None:
    server.say("/", forever(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65536))
    answer = await get(server.url, server, max_bytes=100_000)
    assert (len(answer.body), answer.complete) == (100_000, False)


async def test_a_bomb_is_not_unpacked(server: WebServer) -> None:
    bomb = gzip.compress(b"\0" * 64 * 2**20)
    server.say("/", http(200, bomb, content_encoding="gzip"))
    answer = await get(server.url, server, max_bytes=200_000)
    assert (len(answer.body), answer.complete) == (200_000, False)


async def test_a_packed_body_is_unpacked(server: WebServer) -> None:
    server.say("/", http(200, gzip.compress(b"hello " * 100), content_encoding="gzip"))
    answer = await get(server.url, server)
    assert (answer.body, answer.complete) == (b"hello " * 100, True)


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "gzip"])
async def test_a_body_packed_otherwise_is_told(server: WebServer, encoding: str) -> None:
    server.say("/", http(200, b"not packed at all", content_encoding=encoding))
    assert await code_of(get(server.url, server)) == "unreadable_answer"


async def test_a_body_that_never_ends_runs_into_the_deadline(server: WebServer) -> None:
    server.say("/", forever(b"HTTP/1.1 200 OK\r\n\r\n", b"x", 0.02))
    assert await code_of(get(server.url, server, seconds=0.3)) == "timeout"


async def test_a_server_that_says_nothing_runs_into_the_deadline(server: WebServer) -> None:
    server.say("/", forever(b"", b"", 1))
    assert await code_of(get(server.url, server, seconds=0.3)) == "timeout"


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 100_000 + b"\r\n",
        b"HTTP/1.1 200 OK\r\na: " + b"x" * 1_000_000 + b"\r\n\r\n",
        b"just some text\n",
        b"",
        b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    ],
    ids=["many headers", "long header", "junk", "nothing", "cut", "no length", "no chunk"],
)
async def test_what_is_no_proper_http_is_told(server: WebServer, said: bytes) -> None:
    server.say("/", said)
    assert await code_of(get(server.url, server)) == "connection_reset"


async def test_a_closed_port_is_told(server: WebServer) -> None:
    async with WebServer() as closed:
        place, url = closed.place, closed.url
    safe = client(place)
    assert await code_of(safe.fetch(WebRequest(url), hosts=(place,), limits=WebLimits())) == "not_reachable"


# TLS


async def test_certificate_and_name_are_those_of_the_name_not_of_the_address(tmp_path: Path) -> None:
    ours, theirs = certificate(tmp_path, "secure.test")
    async with WebServer(tls=ours) as server:
        server.say("/", http(200, b"sealed"))
        place = f"secure.test:{server.port}"
        safe = client(place, resolve=names(secure_test="127.0.0.1"), tls=theirs)
        key = key_for(place)
        answer = await safe.fetch(WebRequest(f"https://{place}/", key=key), hosts=(place,), limits=WebLimits())
        assert answer.body == b"sealed"
        assert server.names == ["secure.test"]
        assert server.requests[0].headers["host"] == place
        assert server.requests[0].headers["x-key"] == KEY


@pytest.mark.parametrize("trouble", ["unknown", "other name", "expired"])
async def test_a_certificate_that_is_not_right_ends_it(tmp_path: Path, trouble: str) -> None:
    name = "elsewhere.test" if trouble == "other name" else "secure.test"
    ours, theirs = certificate(tmp_path, name, days=-1 if trouble == "expired" else 1)
    async with WebServer(tls=ours) as server:
        place = f"secure.test:{server.port}"
        trusted = None if trouble == "unknown" else theirs
        safe = client(place, resolve=names(secure_test="127.0.0.1"), tls=trusted)
        with pytest.raises(NodeError, match=r"secure\.test") as error:
            await safe.fetch(WebRequest(f"https://{place}/"), hosts=(place,), limits=WebLimits())
        assert error.value.code == "not_reachable"
        assert server.requests == []


async def test_credentials_are_not_led_from_https_to_http(tmp_path: Path) -> None:
    ours, theirs = certificate(tmp_path, "secure.test")
    async with AsyncExitStack() as stack:
        sealed = await stack.enter_async_context(WebServer(tls=ours))
        plain = await stack.enter_async_context(WebServer())
        sealed.say("/", http(302, location=plain.url))
        plain.say("/", http(200, b"in the open"))
        place = f"secure.test:{sealed.port}"
        safe = client(place, plain.place, resolve=names(secure_test="127.0.0.1"), tls=theirs)
        hosts, limits, url = (place, plain.place), WebLimits(), f"https://{place}/"
        with_key = WebRequest(url, key=key_for(place))
        assert await code_of(safe.fetch(with_key, hosts=hosts, limits=limits)) == "redirect_refused"
        with_header = WebRequest(url, headers=(("authorization", KEY),))
        assert await code_of(safe.fetch(with_header, hosts=hosts, limits=limits)) == "redirect_refused"
        assert plain.connections == 0
        assert (await safe.fetch(WebRequest(url), hosts=hosts, limits=limits)).body == b"in the open"
