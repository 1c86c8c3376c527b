from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from nodebuilder.nodes.http_request import shown_url
from tests.nodes.calls import call, definition
from tests.providers.hostile_urls import loopback_spellings
from tests.standin import bomb, png
from tests.webserver import WebServer, http
from tests.workbench import Bench, open_bench

KEY = "canary-0123456789abcdefghijklmn"


@pytest.fixture
async def server() -> AsyncIterator[WebServer]:
    async with WebServer() as opened:
        yield opened


@pytest.fixture
async def asking(tmp_path: Path, server: WebServer) -> AsyncIterator[Bench]:
    """A bench whose settings allow the server on loopback."""
    async with open_bench(tmp_path, allowed_private_hosts=(server.place,)) as bench:
        yield bench


async def ask(bench: Bench, server: WebServer, path: str = "/", *, values: Any = None, **arguments: Any) -> Any:
    told = {"id": "h", "arguments": {"url": f"{server.url}{path}", **arguments}}
    return await call(bench, "http_request_tool", told, **{"allowed_hosts": server.place, **(values or {})})


async def test_it_describes_itself_and_hides_what_the_person_sets(bench: Bench) -> None:
    told = await definition(bench, "http_request_tool")
    assert told["name"] == "http_request"
    schema = told["input_schema"]
    assert list(schema["properties"]) == ["url", "method", "headers", "body"]
    assert schema["properties"]["method"]["enum"] == ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"]
    assert schema["required"] == ["url"]


async def test_a_page_comes_back_as_text(asking: Bench, server: WebServer) -> None:
    page = "<p>Grüße</p>".encode("latin-1")
    server.say("/", http(200, page, content_type="text/html; charset=ISO-8859-1", set_cookie="a=b", x_powered_by="x"))
    assert await ask(asking, server) == {
        "id": "h",
        "result": {
            "status": 200,
            "url": f"{server.url}/",
            "content_type": "text/html",
            "headers": {"content-type": "text/html; charset=ISO-8859-1", "content-length": str(len(page))},
            "text": "<p>Grüße</p>",
        },
    }


async def test_a_refusal_of_the_server_is_an_answer_too(asking: Bench, server: WebServer) -> None:
    server.say("/", http(403, b'{"error": "no"}', content_type="application/problem+json"))
    result = (await ask(asking, server))["result"]
    assert (result["status"], json.loads(result["text"])) == (403, {"error": "no"})


async def test_a_long_text_is_cut_with_a_note(asking: Bench, server: WebServer) -> None:
    server.say("/", http(200, b"x" * 5000, content_type="text/plain"))
    result = (await ask(asking, server, values={"max_characters": 100}))["result"]
    assert (result["text"], result["note"]) == (
        "x" * 100,
        "The text was cut after 100 characters; the answer is longer.",
    )
    result = (await ask(asking, server, values={"max_kilobytes": 1}))["result"]
    assert (len(result["text"]), "1,024 bytes only" in result["note"]) == (1024, True)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [("application/pdf", b"%PDF-1.7"), ("image/png", b"no picture"), ("image/png", bomb()), ("", b"\0\1\2\xff")],
)
async def test_what_is_no_text_is_named_not_shown(
    asking: Bench, server: WebServer, content_type: str, body: bytes
) -> None:
    server.say("/", http(200, body, content_type=content_type))
    result = (await ask(asking, server))["result"]
    assert result["text"] == ""
    assert result["note"].startswith("The answer is no text")
    assert list(asking.servable.glob("*")) == []


async def test_a_picture_is_kept(asking: Bench, server: WebServer) -> None:
    server.say("/cat", http(200, png(12, 8), content_type="image/png", content_disposition="filename=../../evil.exe"))
    result = (await ask(asking, server, "/cat"))["result"]
    (kept,) = asking.servable.glob("http_*.png")
    assert kept.read_bytes() == png(12, 8)
    assert result["picture"].filename == kept.name
    assert (result["picture"].width, result["picture"].height) == (12, 8)


async def test_only_methods_that_the_person_allowed_are_used(asking: Bench, server: WebServer) -> None:
    answer = await ask(asking, server, method="POST", body="x")
    assert answer == {"id": "h", "error": "The method POST is not allowed here. Allowed: GET."}
    assert server.connections == 0
    server.say("/", http(204))
    values = {"methods": "get, post"}
    answer = await ask(asking, server, method="POST", body="ä", headers={"X-A": "1", "X-B": 2}, values=values)
    assert answer["result"]["status"] == 204
    heard = server.requests[0]
    assert (heard.method, heard.body, heard.headers["x-a"], heard.headers["x-b"]) == ("POST", "ä".encode(), "1", "2")


@pytest.mark.parametrize("headers", [{"Host": "x"}, {"a": "b\r\nc: d"}, {"a": {"b": 1}}, {"a": None}, {"a": True}])
async def test_a_header_that_cannot_be_sent_is_told(asking: Bench, server: WebServer, headers: Any) -> None:
    assert "header" in (await ask(asking, server, headers=headers))["error"]
    assert server.connections == 0


async def test_a_private_place_must_stand_on_the_node_too(asking: Bench, server: WebServer) -> None:
    answer = await ask(asking, server, values={"allowed_hosts": ""})
    assert "is not allowed" in answer["error"]
    answer = await ask(asking, server, values={"allowed_hosts": "example.com"})
    assert "not among those" in answer["error"]
    assert server.connections == 0


async def test_no_spelling_of_this_machine_is_reached(bench: Bench, server: WebServer) -> None:
    for url in loopback_spellings(server.port):
        answer = await call(bench, "http_request_tool", {"id": "h", "arguments": {"url": url}})
        assert answer["error"], url
    assert server.connections == 0


async def test_the_key_goes_where_the_person_bound_it_and_nowhere_else(asking: Bench, server: WebServer) -> None:
    async with WebServer() as other:
        await asking.store.secrets.set("mine", KEY)
        await asking.store.secrets.bind("mine", {server.place})
        server.say("/", http(200, f"you sent {KEY}".encode(), content_type="text/plain", location=KEY))
        server.say("/away", http(302, location=other.url))
        other.say("/", http(200))
        result = (await ask(asking, server, values={"api_key": "mine"}))["result"]
        assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
        assert (result["text"], result["headers"]["location"]) == ("you sent ***", "***")
        await ask(asking, server, values={"api_key": "mine", "header_name": "X-Key"})
        assert server.requests[1].headers["x-key"] == KEY
        await ask(asking, server, "/away", values={"api_key": "mine", "allowed_hosts": "127.0.0.1"})
        assert KEY not in str(other.requests)
        assert KEY not in repr(asking.events)


async def test_a_key_that_nobody_bound_goes_nowhere(asking: Bench, server: WebServer) -> None:
    """As in a stranger's workflow that names a secret of mine and a server of theirs."""
    await asking.store.secrets.set("openai", KEY)
    answer = await ask(asking, server, values={"api_key": "openai"})
    assert answer["error"] == "The key is bound to no host, so it may go nowhere."
    assert server.connections == 0


def test_an_address_is_shown_without_what_may_be_private() -> None:
    assert shown_url("https://user:pass@example.com/a?token=1") == "https://example.com/a?…"
    assert shown_url("http://[") == "(an address that cannot be read)"
    assert len(shown_url("https://example.com/" + "a" * 500)) == 200
