from __future__ import annotations

from collections.abc import Sequence

import httpx
import pytest

from nodebuilder.errors import InputError
from nodebuilder.providers.pinned import SafeTransport
from nodebuilder.providers.urls import UrlPolicy
from tests.webserver import WebServer, http


async def on_loopback(_: str, __: int) -> Sequence[str]:
    return ["127.0.0.1"]


async def test_any_client_of_httpx_is_kept_to_checked_addresses() -> None:
    async with WebServer() as inside, WebServer() as other:
        inside.say("/", http(307, location=f"http://other.test:{other.port}/"))
        inside.say("/fine", http(200, b"fine"))
        policy = UrlPolicy(private_hosts=(f"inside.test:{inside.port}",))
        async with httpx.AsyncClient(
            transport=SafeTransport(policy, resolve=on_loopback), trust_env=False, follow_redirects=True
        ) as client:
            answer = await client.post(f"http://inside.test:{inside.port}/fine", json={"a": 1})
            assert (answer.text, str(answer.url)) == ("fine", f"http://inside.test:{inside.port}/fine")
            assert inside.requests[0].body == b'{"a":1}'
            assert inside.requests[0].headers["host"] == f"inside.test:{inside.port}"
            with pytest.raises(InputError) as error:
                await client.get(f"http://inside.test:{inside.port}/")
        assert error.value.code == "address_not_allowed"
        assert other.connections == 0
