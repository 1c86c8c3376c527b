"""Changes are told to those who listen, and only those they asked for."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from mcp.client.subscriptions import PromptsListChanged, ResourcesListChanged, ResourceUpdated, ToolsListChanged

from tests.conformance.nodes.fixtures import RED
from tests.interop.mcp.conftest import Hosted, until
from tests.interop.mcp.test_tools import EMPTY

pytestmark = pytest.mark.filterwarnings("ignore::mcp.MCPDeprecationWarning")


class Heard:
    """What a host of the older protocol is told."""

    def __init__(self) -> None:
        self.methods: list[str] = []

    async def __call__(self, message: Any) -> None:
        method = getattr(message, "method", "") or getattr(getattr(message, "root", None), "method", "")
        self.methods.append(method)

    async def of(self, method: str) -> None:
        await until(lambda: method in self.methods)
        self.methods.clear()


async def test_a_host_with_a_session_is_told_of_each_list(hosted: Hosted) -> None:
    heard = Heard()
    async with hosted.client("legacy", message_handler=heard) as client:
        await client.list_tools()
        await hosted.save("more", EMPTY)
        await heard.of("notifications/tools/list_changed")
        await hosted.save("more", {**EMPTY, "publish": ["prompt"]})
        await heard.of("notifications/prompts/list_changed")
        await hosted.house.store.assets.save(RED, prefix="dot", about={})
        await heard.of("notifications/resources/list_changed")
        await hosted.house.change({"published_tools": []})
        await heard.of("notifications/tools/list_changed")


async def test_a_subscribed_resource_is_told_of_when_its_workflow_changes(hosted: Hosted) -> None:
    heard = Heard()
    changed = {**EMPTY, "publish": ["resource"], "resource_uri": "test://watched-resource"}
    async with hosted.client("legacy", message_handler=heard) as client:
        await client.subscribe_resource("test://watched-resource")
        await hosted.save("watched", changed)
        await heard.of("notifications/resources/updated")
        await client.unsubscribe_resource("test://watched-resource")
        await hosted.save("watched", {**changed, "description": "Other."})
        await heard.of("notifications/resources/list_changed")
    assert "notifications/resources/updated" not in heard.methods


async def test_a_listener_hears_what_it_asked_for_and_nothing_else(hosted: Hosted) -> None:
    async with (
        hosted.client("auto") as client,
        client.listen(prompts_list_changed=True, resource_subscriptions=["test://watched-resource"]) as stream,
    ):
        await hosted.save("more", EMPTY)
        await hosted.save("another", {**EMPTY, "publish": ["prompt"]})
        assert await asyncio.wait_for(anext(aiter(stream)), 10) == PromptsListChanged()
        await hosted.save(
            "watched", {**EMPTY, "publish": ["resource"], "resource_uri": "test://watched-resource", "name": "New"}
        )
        assert await asyncio.wait_for(anext(aiter(stream)), 10) == ResourceUpdated("test://watched-resource")


async def test_a_listener_may_hear_everything(hosted: Hosted) -> None:
    async with (
        hosted.client("auto") as client,
        client.listen(tools_list_changed=True, resources_list_changed=True) as stream,
    ):
        await hosted.save("more", {**EMPTY, "publish": ["tool", "resource"]})
        first = [await asyncio.wait_for(anext(aiter(stream)), 10) for _ in range(2)]
    assert first == [ToolsListChanged(), ResourcesListChanged()]
