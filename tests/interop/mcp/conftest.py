"""A real house with the fixtures of the conformance suites in it, and hosts that speak to it in memory."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from mcp import Client

from nodebuilder.house import House, open_house
from nodebuilder.house.hosting import Hosting
from nodebuilder.interop.mcp.server import Host
from nodebuilder.settings import load_settings

FIXTURES = Path(__file__).parents[2] / "conformance"
MODES = ("auto", "legacy")
"""The protocol without sessions, and the one with them."""


@dataclass
class Hosted:
    """A house and the server of the protocol before it."""

    house: House
    host: Host

    def client(self, mode: str, **more: Any) -> Client:
        return Client(self.host.server, mode=mode, cache=None, **more)

    async def save(self, name: str, document: dict[str, Any]) -> None:
        await self.house.store.workflows.put(name, json.dumps(document), name=document.get("name", name))

    async def runs(self) -> list[dict[str, Any]]:
        return await self.house.runs.list()


@pytest.fixture
async def hosted(tmp_path: Path) -> AsyncIterator[Hosted]:
    settings = load_settings(
        data_dir=tmp_path / "data", key_file=tmp_path / "secret.key", nodes_dir=FIXTURES / "nodes", sandbox=True
    )
    async with open_house(settings, exclusive=False) as house:
        for path in (FIXTURES / "workflows").glob("*.flow.json"):
            document = json.loads(path.read_text())
            await house.store.workflows.put(
                path.name.removesuffix(".flow.json"), path.read_text(), name=document["name"]
            )
        await house.change({"published_tools": ["gpt_image_tool", "test_x_mcp_header", "no_such_type"]})
        host = Host(Hosting(house))
        async with host.sessions.watching():
            yield Hosted(house, host)
        await host.rounds.close()


@pytest.fixture(params=MODES)
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def until(true: Callable[[], bool], seconds: float = 10.0) -> None:
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.02)
