"""A bench for node tests: the real runner over a real store in a temporary folder, against any address."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nodebuilder.engine.limits import Limits
from nodebuilder.engine.runner import Runner
from nodebuilder.engine.services import Services
from nodebuilder.events import Event, RunFinished
from nodebuilder.providers.chat import ChatModel
from nodebuilder.providers.images import ImageModel
from nodebuilder.providers.litellm_chat import LitellmChat
from nodebuilder.providers.litellm_images import LitellmImages
from nodebuilder.providers.mcp_client import McpToolServers
from nodebuilder.providers.openweathermap import OpenWeatherMap
from nodebuilder.providers.pictures import Pictures
from nodebuilder.providers.public_web import PublicWeb
from nodebuilder.providers.servable_pictures import ServablePictures
from nodebuilder.providers.tool_servers import ToolServers
from nodebuilder.providers.weather import Weather
from nodebuilder.providers.web import Web
from nodebuilder.registry import Registry, load_registry
from nodebuilder.settings import Settings, load_settings
from nodebuilder.storage.mcp_servers import McpServers
from nodebuilder.storage.store import Store
from nodebuilder.workflow.model import Link, Node, Workflow


@dataclass
class Bench:
    """A runner and all it stands on; `events` are those of the last run."""

    store: Store
    runner: Runner
    registry: Registry
    settings: Settings
    events: list[Event] = field(default_factory=list)

    async def run(self, nodes: Mapping[str, tuple[str, Mapping[str, Any]]], *links: str, **options: Any) -> RunFinished:
        """Run a workflow written as `{id: (type, values)}` and link texts."""
        self.events.clear()
        placed = {name: Node(name, kind, values=values) for name, (kind, values) in nodes.items()}
        parsed = tuple(link for text in links if (link := Link.parse(text)))
        workflow = Workflow(nodes=placed, links=parsed)
        return await self.runner.run(workflow, on_event=self.events.append, **options)

    def told(self, kind: str) -> list[Any]:
        """Return the events of one kind."""
        return [event for event in self.events if event.kind == kind]

    def log(self) -> list[str]:
        """Return the lines of the log."""
        return [event.message for event in self.told("node_logged")]

    @property
    def servable(self) -> Path:
        """The folder of the pictures."""
        return self.settings.data_dir / "servable"


@asynccontextmanager
async def open_bench(folder: Path, **settings: Any) -> AsyncIterator[Bench]:
    """Open a bench in `folder`; `settings` are those of the product."""
    chosen = load_settings(data_dir=folder / "data", key_file=folder / "secret.key", **settings)
    store = await Store.open(chosen, exclusive=False)
    registry = load_registry()
    providers = {
        ImageModel: LitellmImages(chosen),
        ChatModel: LitellmChat(chosen),
        Pictures: ServablePictures(store.assets, chosen),
        Weather: OpenWeatherMap(chosen),
        Web: PublicWeb(chosen),
    }
    tools = McpToolServers(McpServers(store.preferences), store.secrets, chosen, store.redactor.text)
    services = Services({**providers, ToolServers: tools}, store.ledger, store.assets, store.secrets)
    runner = Runner(registry, services, Limits.of(chosen))
    try:
        yield Bench(store, runner, registry, chosen)
    finally:
        await runner.close()
        await tools.close()
        await store.close()
