"""Opening the house: data folder, node types, providers and engine, together, and closed in the right order."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncGenerator, Callable, Collection, Generator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from nodebuilder.engine.budget import midnight
from nodebuilder.engine.limits import Limits
from nodebuilder.engine.runner import Runner
from nodebuilder.engine.saved import SavedWorkflows
from nodebuilder.engine.services import Services
from nodebuilder.engine.signals import Signals
from nodebuilder.errors import SettingsError
from nodebuilder.house.calls import Calls
from nodebuilder.house.chat import Chats
from nodebuilder.house.clock import Clock, WallClock
from nodebuilder.house.display import Displays
from nodebuilder.house.fired import FiredRuns
from nodebuilder.house.hooks import Hooks
from nodebuilder.house.intake import Checked, TakenIn, look_over, providers_of, take_in, without_keys
from nodebuilder.house.listening import Listening
from nodebuilder.house.runs import Runs
from nodebuilder.house.saved import SavedTools
from nodebuilder.house.schedules import Schedules
from nodebuilder.house.signals import Exchange
from nodebuilder.interop.litegraph.importing import import_graph
from nodebuilder.providers.chat import ChatModel
from nodebuilder.providers.host import CallingHost, Host
from nodebuilder.providers.images import ImageModel
from nodebuilder.providers.litellm_chat import LitellmChat
from nodebuilder.providers.litellm_images import LitellmImages
from nodebuilder.providers.litellm_library import warm_up
from nodebuilder.providers.mcp_client import McpToolServers
from nodebuilder.providers.openweathermap import OpenWeatherMap
from nodebuilder.providers.pictures import Pictures
from nodebuilder.providers.public_web import PublicWeb
from nodebuilder.providers.sandbox.serving import serve_sandbox
from nodebuilder.providers.servable_pictures import ServablePictures
from nodebuilder.providers.tool_servers import ToolServers
from nodebuilder.providers.weather import Weather
from nodebuilder.providers.web import Web
from nodebuilder.redaction import LogFilter, Redactor
from nodebuilder.registry import Registry, load_registry
from nodebuilder.settings import Settings
from nodebuilder.storage.deliveries import DeliveryStore
from nodebuilder.storage.mcp_servers import McpServers
from nodebuilder.storage.schedules import ScheduleStore
from nodebuilder.storage.secrets import SecretStore
from nodebuilder.storage.store import Store
from nodebuilder.values import JSON, Secret
from nodebuilder.workflow.model import Workflow
from nodebuilder.workflow.read import from_json, load

CHANGEABLE: Final = (
    "max_cost_usd_per_run",
    "max_cost_usd_per_day",
    "max_firings_per_node",
    "max_run_seconds",
    "published_tools",
)
"""The settings that a person may change while the server runs; those given at its start stay as they were given."""


@dataclass(frozen=True, slots=True)
class Sandbox:
    """Where the sandbox is, and the key that it takes from this process."""

    url: str
    key: str


class House:
    """Everything that is open: `store` keeps, `registry` knows the node types, `runs` runs, `chats` take messages."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        registry: Registry,
        services: Services,
        displays: Displays,
        warm_up: Callable[[], None],
        clock: Clock,
    ) -> None:
        self.settings = settings
        self.store = store
        self.registry = registry
        self.warm_up = warm_up
        """Does ahead of time what the first paid call would wait for (blocks for seconds)."""
        self._services = services
        self.displays = displays
        runner = Runner(registry, services, Limits.of(settings))
        self.runs = Runs(store, registry, runner, displays, sandbox=settings.sandbox)
        self.chats = Chats(self.runs, displays)
        self.calls = Calls(store, self.runs, lambda: self.settings)
        self.fired = FiredRuns(self.runs)
        self.listening = Listening(self.runs, store, self.fired, self.kept)
        deliveries = DeliveryStore(store.database)
        self.hooks = Hooks(
            self.runs, store.secrets, deliveries, self.listening.fire, url=lambda: self.settings.public_url
        )
        self.events = Exchange(self.runs, self.fired, self.listening.workflow, lambda: self.settings)
        schedules = Schedules(self.listening.fire, self.runs.wait, ScheduleStore(store.database), clock)
        self.listening.hear_with(self.events, self.hooks, schedules)

    def read(self, document: Mapping[str, Any]) -> Workflow:
        """Return the workflow that a JSON object holds, within the limits of the settings.

        Raises:
            WorkflowError: it is no workflow, or too large.
        """
        return from_json(dict(document), self.settings)

    async def kept(self, workflow_id: str) -> Workflow:
        """Return a kept workflow in its newest version; raises `StorageError` (`not_found`)."""
        return load((await self.store.workflows.get(workflow_id)).document, self.settings)

    async def check(self, workflow: Workflow) -> Checked:
        """Find all that is wrong with a workflow and what it may cost; nothing runs and nobody is called."""
        return await look_over(workflow, self.registry, self.store.secrets)

    async def without_keys(self, workflow: Workflow) -> Workflow:
        """Return the workflow with every key in it replaced by a name, under which the key is now kept."""
        return await without_keys(workflow, self.registry, self.store.secrets)

    async def take_in(self, older: JSON, *, keep_keys: bool = True, leave_out: Collection[str] = ()) -> TakenIn:
        """Make a workflow of a file of the earlier system; keys in it are kept, and the workflow has their names.

        Without `keep_keys` it only tells which keys there are, and under which names they would be kept; those with a
        name in `leave_out` are not kept.

        Raises:
            WorkflowError: it is no such file, or too large.
        """
        imported = await asyncio.to_thread(import_graph, older, self.registry, limits=self.settings)
        secrets = self.store.secrets
        return await take_in(imported, self.registry, secrets, keep_keys=keep_keys, leave_out=leave_out)

    async def spent_today(self) -> float:
        """Return the US dollars that all runs have cost since midnight (UTC), as far as prices are known."""
        return await self.store.ledger.spent_since(midnight())

    def providers_with_keys(self) -> list[str]:
        """Return the providers whose keys node types ask for."""
        return providers_of(self.registry)

    def changeable(self) -> dict[str, JSON]:
        """Return the settings that may be changed while the server runs, as they are now."""
        return {name: getattr(self.settings, name) for name in CHANGEABLE}

    async def change(self, changes: Mapping[str, JSON]) -> None:
        """Change settings for all runs that begin from now on, also after a restart.

        Raises:
            SettingsError: one is not changeable (code `fixed_setting`) or a value cannot be used; nothing is changed.
        """
        for name in changes:
            if name not in CHANGEABLE:
                raise SettingsError(
                    "That setting cannot be changed while the server runs.",
                    f"Changeable are: {', '.join(CHANGEABLE)}.",
                    code="fixed_setting",
                )
        changed = _with(self.settings, changes)
        kept = {f"settings.{name}": getattr(changed, name) for name in changes}
        await self.store.preferences.change(kept)
        self._use(changed)

    async def recall(self) -> None:
        """Take up the settings that a person changed earlier; those given at this start stay."""
        kept = await self.store.preferences.all()
        changes = {
            name: kept[f"settings.{name}"]
            for name in CHANGEABLE
            if f"settings.{name}" in kept and name not in self.settings.model_fields_set
        }
        if changes:
            self._use(_with(self.settings, changes))

    def _use(self, settings: Settings) -> None:
        self.settings = settings
        self.runs.use(Runner(self.registry, self._services, Limits.of(settings)))


def _with(settings: Settings, changes: Mapping[str, JSON]) -> Settings:
    """Return the settings with changes, checked as at a start."""
    given = {name: getattr(settings, name) for name in CHANGEABLE} | dict(changes)
    try:
        checked = Settings.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        name = str(first["loc"][0]) if first["loc"] else "a setting"
        raise SettingsError(f"{name} cannot be used: {first['msg']}.", "Give it another value.") from error
    return settings.model_copy(update={name: getattr(checked, name) for name in changes})


class HouseKeys:
    """Finds keys as the secret store does; the sandbox's is one that only this process knows.

    With `sandbox_only` every key is the sandbox's, whatever secrets and environment hold.
    """

    def __init__(self, store: SecretStore, sandbox_key: str, *, sandbox_only: bool = False) -> None:
        self._secrets = store
        self._sandbox_key = sandbox_key
        self._sandbox_only = sandbox_only

    async def resolve(self, name: str, provider: str, *, given: bool = False) -> Secret:
        """Return the key that a secret widget holding `name` means for `provider` (see `SecretStore.resolve`)."""
        if self._sandbox_only:
            return Secret(self._sandbox_key, "sandbox")
        found = await self._secrets.resolve(name, provider, given=given)
        return Secret(self._sandbox_key, "sandbox") if found.source == "sandbox" and self._sandbox_key else found


@asynccontextmanager
async def open_house(
    settings: Settings,
    *,
    exclusive: bool,
    url: str = "",
    sandbox: Sandbox | None = None,
    sandbox_only: bool = False,
    closing_seconds: float = 5.0,
    clock: Clock | None = None,
) -> AsyncGenerator[House]:
    """Open everything that is needed to run workflows, and close it in order at the end.

    A server opens the data folder `exclusive` and says under which `url` it is reached; a terminal opens it beside a
    server. Calls with the sandbox's key go to `sandbox`; with the setting and without this, one is opened on loopback.
    With the setting and `sandbox_only`, no other key is used. Schedules go by `clock`, the wall clock if none is given.
    At the end all runs are cancelled, and paid calls that were sent get `closing_seconds` to come home.

    Raises:
        StorageError: the data folder cannot be used, or (when exclusive) another server has it.
        DefinitionError: a node is defined wrongly.
    """
    registry = await asyncio.to_thread(load_registry, settings.nodes_dir)
    async with AsyncExitStack() as closing:
        store = await Store.open(settings, exclusive=exclusive, url=url)
        closing.push_async_callback(store.close)
        if settings.sandbox and sandbox is None:
            key = secrets.token_urlsafe(32)
            sandbox = Sandbox(await closing.enter_async_context(serve_sandbox(key)), key)
        if sandbox is not None:
            store.redactor.remember(sandbox.key)
        images = LitellmImages(settings, sandbox.url if sandbox else None)
        displays = Displays(store.display, store.redactor)
        tools = McpToolServers(McpServers(store.preferences), store.secrets, settings, store.redactor.text)
        closing.push_async_callback(tools.close)
        providers: dict[Any, object] = {
            Host: CallingHost(),
            ImageModel: images,
            ToolServers: tools,
            ChatModel: LitellmChat(settings, sandbox.url if sandbox else None),
            Pictures: ServablePictures(store.assets, settings),
            Weather: OpenWeatherMap(settings, sandbox.url if sandbox else None),
            Web: PublicWeb(settings),
        }
        services = Services(
            providers=providers,
            ledger=store.ledger,
            assets=store.assets,
            keys=HouseKeys(
                store.secrets, sandbox.key if sandbox else "", sandbox_only=sandbox_only and sandbox is not None
            ),
            display=displays,
        )
        house = House(settings, store, registry, services, displays, warm_up, clock or WallClock())
        providers[SavedWorkflows] = SavedTools(house.calls)
        providers[Signals] = house.events
        await house.recall()
        closing.enter_context(_clean_logs(store.redactor))
        closing.push_async_callback(house.runs.close, closing_seconds)
        closing.push_async_callback(house.chats.close)
        closing.push_async_callback(house.listening.close)
        yield house


@contextmanager
def _clean_logs(redactor: Redactor) -> Generator[None]:
    """Keep keys out of all logs that are written while the house is open."""
    keeper, handlers = LogFilter(redactor), tuple(logging.getLogger().handlers)
    for handler in handlers:
        handler.addFilter(keeper)
    try:
        yield
    finally:
        for handler in handlers:
            handler.removeFilter(keeper)
