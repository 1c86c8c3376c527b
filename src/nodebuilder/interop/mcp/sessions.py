"""Hosts that stay connected: what each wants to hear, and telling them when a list or a resource has changed."""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final

from mcp.server.session import ServerSession
from mcp.server.subscriptions import (
    InMemorySubscriptionBus,
    ListenHandler,
    PromptsListChanged,
    ResourcesListChanged,
    ResourceUpdated,
    ServerEvent,
    ToolsListChanged,
)
from mcp_types import (
    EmptyResult,
    SetLevelRequestParams,
    SubscribeRequestParams,
    SubscriptionsListenRequestParams,
    SubscriptionsListenResult,
    UnsubscribeRequestParams,
)

from nodebuilder.interop.mcp.catalogue import Behind, Published
from nodebuilder.interop.mcp.progress import SEVERITIES, Context
from nodebuilder.interop.mcp.rounds import is_modern
from nodebuilder.workflow.doors import Parameter

LOOK_SECONDS: Final = 0.5
MAX_SESSIONS: Final = 1000
KINDS: Final = ("tool", "prompt", "resource")
Signature = tuple[tuple[str, str, str, tuple[Parameter, ...]], ...]


@dataclass(slots=True)
class Connected:
    """A host of the protocol with sessions; over HTTP it hears of changes while it holds a stream open."""

    session: ServerSession
    level: str = "info"
    uris: set[str] = field(default_factory=set[str])


@dataclass(frozen=True, slots=True)
class Seen:
    """What was published when somebody last looked."""

    versions: Mapping[str, int]
    kinds: Mapping[str, Signature]
    tools: tuple[str, ...]
    files: tuple[int, str]
    uris: Mapping[str, str]


class Sessions:
    """Knows all who listen, and looks for changes as long as there are any."""

    def __init__(self, behind: Behind) -> None:
        self._behind = behind
        self._connected: OrderedDict[str, Connected] = OrderedDict()
        self._streams: Counter[str] = Counter()
        self._bus = Bus()
        self._listening = ListenHandler(self._bus)
        self._seen: Seen | None = None

    async def meet(self, context: Context) -> None:
        """Note that this host is there."""
        if is_modern(context):
            return
        key = _key(context)
        if key in self._connected:
            self._connected.move_to_end(key)
            return
        self._connected[key] = Connected(context.session)
        while len(self._connected) > MAX_SESSIONS:
            self._connected.popitem(last=False)
        await self._baseline()

    def level(self, context: Context) -> str:
        """Return the least severity of the log lines that this host wants."""
        if is_modern(context):
            return SEVERITIES[0]
        known = self._connected.get(_key(context))
        return known.level if known else "info"

    async def set_level(self, context: Context, params: SetLevelRequestParams) -> EmptyResult:
        """Answer `logging/setLevel`."""
        await self.meet(context)
        self._connected[_key(context)].level = params.level
        return EmptyResult()

    async def subscribe(self, context: Context, params: SubscribeRequestParams) -> EmptyResult:
        """Answer `resources/subscribe`."""
        await self.meet(context)
        self._connected[_key(context)].uris.add(params.uri)
        return EmptyResult()

    async def unsubscribe(self, context: Context, params: UnsubscribeRequestParams) -> EmptyResult:
        """Answer `resources/unsubscribe`."""
        await self.meet(context)
        self._connected[_key(context)].uris.discard(params.uri)
        return EmptyResult()

    async def listen(self, context: Context, params: SubscriptionsListenRequestParams) -> SubscriptionsListenResult:
        """Answer `subscriptions/listen`: a stream of changes, until the host ends it."""
        await self._baseline()
        return await self._listening(context, params)

    @asynccontextmanager
    async def streaming(self, key: str) -> AsyncGenerator[None]:
        """Note that the host with this session listens while the context is open."""
        self._streams[key] += 1
        try:
            await self._baseline()
            yield
        finally:
            self._streams[key] -= 1
            self._streams += Counter()  # leaves only those that are open

    def forget(self, key: str) -> None:
        """Note that this session is over."""
        self._connected.pop(key, None)

    @asynccontextmanager
    async def watching(self) -> AsyncGenerator[None]:
        """Look for changes while the context is open."""
        task = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            self._listening.close()
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if self._bus.heard or self._reached():
                await self._look()
            else:
                self._seen = None

    async def _baseline(self) -> None:
        if self._seen is None:
            self._seen = await self._survey(None)

    async def _look(self) -> None:
        before = self._seen
        self._seen = now = await self._survey(before)
        if before is None:
            return
        if (before.kinds["tool"], before.tools) != (now.kinds["tool"], now.tools):
            await self._tell(ToolsListChanged())
        if before.kinds["prompt"] != now.kinds["prompt"]:
            await self._tell(PromptsListChanged())
        if (before.kinds["resource"], before.files) != (now.kinds["resource"], now.files):
            await self._tell(ResourcesListChanged())
        for workflow_id, uri in now.uris.items():
            if workflow_id in before.versions and before.versions[workflow_id] != now.versions.get(workflow_id):
                await self._tell(ResourceUpdated(uri))

    async def _survey(self, before: Seen | None) -> Seen:
        versions = await self._behind.versions()
        page = await self._behind.assets.list(limit=1)
        newest = page.files[0].asset.filename if page.files else ""
        tools = tuple(tool.type for tool in self._behind.tools())
        if before is not None and versions == before.versions:
            return Seen(versions, before.kinds, tools, (page.count, newest), before.uris)
        published = {kind: await self._behind.published(kind) for kind in KINDS}
        uris = {each.id: address(each) for each in published["resource"]}
        kinds = {kind: tuple(map(_signature, found)) for kind, found in published.items()}
        return Seen(versions, kinds, tools, (page.count, newest), uris)

    def _reached(self) -> list[Connected]:
        """Return the hosts that can be told something: those with an open stream, and those on a pipe."""
        return [each for key, each in self._connected.items() if not key or self._streams[key]]

    async def _tell(self, event: ServerEvent) -> None:
        await self._bus.publish(event)
        for connected in self._reached():
            match event:
                case ToolsListChanged():
                    await connected.session.send_tool_list_changed()
                case PromptsListChanged():
                    await connected.session.send_prompt_list_changed()
                case ResourcesListChanged():
                    await connected.session.send_resource_list_changed()
                case ResourceUpdated(uri=uri):
                    if uri in connected.uris:
                        await connected.session.send_resource_updated(uri)


class Bus(InMemorySubscriptionBus):
    """Carries changes to the open streams, and knows whether there are any."""

    @property
    def heard(self) -> bool:
        """Whether anybody listens."""
        return bool(self._listeners)


def address(published: Published) -> str:
    """Return the address under which a published workflow is read."""
    return published.workflow.resource_uri or f"workflow://{published.id}"


def _signature(published: Published) -> tuple[str, str, str, tuple[Parameter, ...]]:
    return published.id, published.name, published.description, tuple(published.parameters)


def _key(context: Context) -> str:
    headers: Any = getattr(context.request, "headers", None)
    return str(headers.get("mcp-session-id", "")) if headers is not None else ""
