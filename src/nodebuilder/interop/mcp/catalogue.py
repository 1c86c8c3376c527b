"""What stands behind the door: what is published, how it is called, and the names under which hosts know it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, Protocol

from nodebuilder.definition import NodeDefinition
from nodebuilder.events import Event, NodeErrorReport
from nodebuilder.storage.assets import AssetStore
from nodebuilder.values import JSON, ToolDefinition
from nodebuilder.workflow.doors import INPUT, OUTPUT, Parameter, Result
from nodebuilder.workflow.model import Link, Node, Workflow

MAX_NAME: Final = 128
_OTHER: Final = re.compile(r"[^A-Za-z0-9._-]+")
CALL: Final = "call"
TOOL: Final = "tool"
RESULT: Final = "result"
"""The nodes of the workflow that one call of a tool node runs."""


class Published(Protocol):
    """A saved workflow that is published."""

    @property
    def id(self) -> str:
        """The id under which it is saved."""
        ...

    @property
    def name(self) -> str:
        """What people call it."""
        ...

    @property
    def description(self) -> str:
        """What hosts are told of it."""
        ...

    @property
    def workflow(self) -> Workflow:
        """The workflow itself."""
        ...

    @property
    def parameters(self) -> Sequence[Parameter]:
        """Its Input nodes."""
        ...

    @property
    def results(self) -> Sequence[Result]:
        """Its Output nodes."""
        ...

    def input_schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the arguments."""
        ...

    def output_schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the results."""
        ...


class Called(Protocol):
    """How a call ended: `outputs` by the names of the Output nodes."""

    @property
    def run_id(self) -> str:
        """The run it was."""
        ...

    @property
    def status(self) -> str:
        """How the run ended."""
        ...

    @property
    def outputs(self) -> Mapping[str, Any]:
        """The values that the Output nodes got."""
        ...

    @property
    def cost_usd(self) -> float | None:
        """What it cost, as far as prices are known."""
        ...

    @property
    def errors(self) -> Sequence[NodeErrorReport]:
        """What went wrong."""
        ...


class Behind(Protocol):
    """The house as the door sees it."""

    @property
    def assets(self) -> AssetStore:
        """The kept files."""
        ...

    def tools(self) -> Sequence[NodeDefinition]:
        """Return the tool node types that the person publishes."""
        ...

    def clean(self, text: str) -> str:
        """Return the text without any key."""
        ...

    def clean_data(self, value: JSON) -> JSON:
        """Return JSON data without any key."""
        ...

    async def published(self, kind: str) -> Sequence[Published]:
        """Return the workflows that are published as `kind`."""
        ...

    async def call(
        self, workflow: Workflow | str, inputs: Mapping[str, JSON], listener: Callable[[Event], None]
    ) -> Called:
        """Run a workflow, kept under an id or given itself, and return how it ended; cancelled, it cancels the run."""
        ...

    async def versions(self) -> Mapping[str, int]:
        """Return the version of every saved workflow, by id."""
        ...


def names(wanted: Iterable[str]) -> list[str]:
    """Return a name that MCP takes for each of the wanted ones, no two alike."""
    given: list[str] = []
    for name in wanted:
        slug = _OTHER.sub("_", name)[:MAX_NAME] or "tool"
        unique, number = slug, 2
        while unique in given:
            suffix = f"_{number}"
            unique, number = slug[: MAX_NAME - len(suffix)] + suffix, number + 1
        given.append(unique)
    return given


def around(tool: NodeDefinition) -> Workflow:
    """Return the workflow that runs one call of a tool node, with the defaults of its widgets.

    Where a default is an option that carries a warning, such as a model that is no longer offered, another is taken.
    """
    advised = {widget.name: widget.advised for widget in tool.widgets if widget.advised != widget.default}
    links = (Link.parse(f"{CALL}.value -> {TOOL}.tool_call"), Link.parse(f"{TOOL}.output -> {RESULT}.value"))
    nodes = {
        CALL: Node(CALL, INPUT, values={"name": CALL, "type": "dictionary", "required": True}),
        TOOL: Node(TOOL, tool.type, values=advised),
        RESULT: Node(RESULT, OUTPUT, values={"name": RESULT}),
    }
    return Workflow(name=tool.title, nodes=nodes, links=tuple(link for link in links if link is not None))


def definition(tool: NodeDefinition) -> ToolDefinition:
    """Return what models are told of a tool node."""
    return tool.tool or ToolDefinition(name=tool.type, description=tool.description, input_schema={"type": "object"})
