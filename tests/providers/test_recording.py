"""The recording transport: facts of the wire, and never a second request."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from nodebuilder.providers.recording import AnswerTooLargeError, Recording, RecordingTransport, SecondRequestError
from tests.standin import StandIn


@pytest.fixture
async def openai() -> AsyncIterator[StandIn]:
    async with StandIn() as server:
        yield server


def client(recording: Recording) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=RecordingTransport(httpx.AsyncHTTPTransport(), recording))


async def ask(http: httpx.AsyncClient, openai: StandIn, prompt: str) -> httpx.Response:
    return await http.post(f"{openai.url}/images/generations", json={"prompt": prompt})


async def test_status_headers_and_body_are_written_down(openai: StandIn) -> None:
    recording = Recording(10_000_000)
    async with client(recording) as http:
        response = await ask(http, openai, "a lion")
    assert recording.body == response.content
    assert (recording.status, recording.complete, recording.accepted, recording.failure) == (200, True, True, None)
    assert recording.headers["content-type"] == "application/json"
    assert openai.requests[0].headers["accept-encoding"] == "identity"


async def test_a_second_request_is_refused(openai: StandIn) -> None:
    async with client(Recording(10_000_000)) as http:
        await ask(http, openai, "a lion")
        with pytest.raises(SecondRequestError):
            await ask(http, openai, "a lion")
    assert openai.count == 1


async def test_a_cut_body_is_incomplete_but_written_down(openai: StandIn) -> None:
    recording = Recording(10_000_000)
    async with client(recording) as http:
        with pytest.raises(httpx.RemoteProtocolError):
            await ask(http, openai, "a lion FAULT:cut:50")
    assert recording.accepted
    assert not recording.complete
    assert recording.received == len(recording.body) > 100
    assert not recording.never_sent


async def test_reading_ends_at_the_limit(openai: StandIn) -> None:
    recording = Recording(1000)
    async with client(recording) as http:
        with pytest.raises(AnswerTooLargeError):
            await ask(http, openai, "a lion")
    assert (recording.too_large, recording.received, len(recording.body)) == (True, 1000, 1000)


async def test_a_refused_connection_was_never_sent_and_a_reset_one_was() -> None:
    async with StandIn() as gone:
        pass
    refused, reset = Recording(1000), Recording(1000)
    async with client(refused) as http:
        with pytest.raises(httpx.ConnectError):
            await ask(http, gone, "a lion")
    async with StandIn() as openai, client(reset) as http:
        with pytest.raises(httpx.HTTPError):
            await ask(http, openai, "a lion FAULT:reset")
    assert (refused.attempted, refused.never_sent) == (True, True)
    assert (reset.attempted, reset.never_sent) == (True, False)
