"""Serving the sandbox alone: it answers while the block lasts, and is gone after it."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from nodebuilder.errors import SettingsError
from nodebuilder.providers.sandbox.serving import serve_sandbox

HEADERS = {"authorization": "Bearer key-1"}


async def test_it_answers_while_the_block_lasts() -> None:
    async with httpx.AsyncClient(headers=HEADERS) as http:
        async with serve_sandbox("key-1") as url:
            assert url.startswith("http://127.0.0.1:")
            assert url.endswith("/v1")
            assert (await http.get(f"{url}/models")).status_code == 200
        with pytest.raises(httpx.ConnectError):
            await http.get(f"{url}/models")


async def test_two_at_once_have_ports_and_keys_of_their_own() -> None:
    async with serve_sandbox("key-1") as first, serve_sandbox("key-2") as second, httpx.AsyncClient() as http:
        answers = await asyncio.gather(*(http.get(f"{url}/models", headers=HEADERS) for url in (first, second)))
        assert [answer.status_code for answer in answers] == [200, 401]


async def test_an_error_within_the_block_ends_it_too() -> None:
    with pytest.raises(RuntimeError, match="mine"):
        async with serve_sandbox("key-1") as url:
            raise RuntimeError("mine")
    async with httpx.AsyncClient(headers=HEADERS) as http:
        with pytest.raises(httpx.ConnectError):
            await http.get(f"{url}/models")


async def test_a_taken_port_is_a_clear_error() -> None:
    async with serve_sandbox("key-1") as url:
        with pytest.raises(SettingsError, match="cannot be used"):
            async with serve_sandbox("key-1", int(url.split(":")[2].split("/")[0])):
                pass
