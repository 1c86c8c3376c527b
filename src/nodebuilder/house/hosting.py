"""The house as MCP hosts meet it: what the person publishes, and runs that begin when a host calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nodebuilder.definition import NodeDefinition
from nodebuilder.house.calls import CallResult
from nodebuilder.house.opening import House
from nodebuilder.house.published import Published
from nodebuilder.house.runs import Listener
from nodebuilder.storage.assets import AssetStore
from nodebuilder.values import JSON
from nodebuilder.workflow.model import Workflow


class Hosting:
    """Is `Behind` (interop/mcp/catalogue.py) for a house; `workflows` are tools beside those that are saved."""

    def __init__(self, house: House, workflows: Mapping[str, Workflow] | None = None) -> None:
        self._house = house
        self._given = {name: Published.of(workflow, name) for name, workflow in (workflows or {}).items()}

    @property
    def assets(self) -> AssetStore:
        """The kept files."""
        return self._house.store.assets

    def tools(self) -> Sequence[NodeDefinition]:
        """Return the tool node types that the person publishes; types that are gone are left out."""
        found = [self._house.registry.get(name) for name in self._house.settings.published_tools]
        return [kind.definition for kind in found if kind is not None and kind.definition.tool]

    def clean(self, text: str) -> str:
        """Return the text without any key."""
        return self._house.store.redactor.text(text)

    def clean_data(self, value: JSON) -> JSON:
        """Return JSON data without any key."""
        return self._house.store.redactor.value(value)

    async def published(self, kind: str) -> Sequence[Published]:
        """Return the workflows that are published as `kind`."""
        saved = await self._house.calls.published(kind)
        given = [each for each in self._given.values() if kind in (each.workflow.publish or ("tool",))]
        return [*given, *(each for each in saved if each.id not in self._given)]

    async def call(self, workflow: Workflow | str, inputs: Mapping[str, JSON], listener: Listener) -> CallResult:
        """Run a workflow and return how it ended; cancelled, it cancels the run."""
        given = self._given.get(workflow) if isinstance(workflow, str) else None
        return await self._house.calls.call(given or workflow, inputs, listener=listener)

    async def versions(self) -> Mapping[str, int]:
        """Return the version of every saved workflow, by id."""
        return {each.id: each.version for each in await self._house.store.workflows.list()}
