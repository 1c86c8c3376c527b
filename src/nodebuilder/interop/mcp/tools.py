"""Tools: published node types and workflows, listed with their schemas and called through the runner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mcp.shared.exceptions import MCPError
from mcp_types import (
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    InputRequiredResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    Tool,
)

from nodebuilder.definition import NodeDefinition
from nodebuilder.errors import NodeBuilderError
from nodebuilder.events import NodeErrorReport
from nodebuilder.interop.mcp.catalogue import CALL, RESULT, TOOL, Behind, Called, Published, around, definition, names
from nodebuilder.interop.mcp.contents import Writer, as_block
from nodebuilder.interop.mcp.progress import Context, Telling
from nodebuilder.interop.mcp.rounds import Call, Rounds
from nodebuilder.interop.mcp.sessions import Sessions
from nodebuilder.values import as_mapping
from nodebuilder.workflow.doors import INPUT, OUTPUT
from nodebuilder.workflow.model import Workflow

NOTHING: Final = "The workflow has run. It gives nothing back: an Output node in it would."
Callee = NodeDefinition | Published


@dataclass(frozen=True, slots=True)
class Tools:
    """Lists the tools and calls them."""

    behind: Behind
    rounds: Rounds
    sessions: Sessions

    async def list(self, context: Context, _params: PaginatedRequestParams | None) -> ListToolsResult:
        """Answer `tools/list`."""
        await self.sessions.meet(context)
        return ListToolsResult(tools=[_described(name, tool) for name, tool in (await self.all()).items()])

    async def all(self) -> dict[str, Callee]:
        """Return all tools by the name under which hosts know them."""
        found: list[Callee] = [*self.behind.tools(), *await self.behind.published("tool")]
        wanted = [definition(tool)["name"] if isinstance(tool, NodeDefinition) else tool.id for tool in found]
        return dict(zip(names(wanted), found, strict=True))

    async def call(self, context: Context, params: CallToolRequestParams) -> CallToolResult | InputRequiredResult:
        """Answer `tools/call`.

        Raises:
            MCPError: there is no such tool.
        """
        await self.sessions.meet(context)
        tool = (await self.all()).get(params.name)
        if tool is None:
            raise MCPError(INVALID_PARAMS, f"Unknown tool: {params.name}", {"name": params.name})
        arguments = params.arguments or {}

        async def work(call: Call) -> CallToolResult:
            try:
                if isinstance(tool, NodeDefinition):
                    return await self._node(call, tool, arguments)
                return await self._workflow(call, tool, arguments)
            except NodeBuilderError as error:
                return _failed(self.behind.clean(f"{error.message} {error.remedy}".strip()))

        return await self.rounds.answer(context, params.input_responses, params.request_state, work)

    async def _node(self, call: Call, tool: NodeDefinition, arguments: Mapping[str, Any]) -> CallToolResult:
        given = {"id": "mcp", "name": definition(tool)["name"], "arguments": dict(arguments)}
        called = await run(self.behind, self.sessions, call, around(tool), {CALL: given}, {TOOL})
        answer = as_mapping(called.outputs.get(RESULT)) or {}
        if "result" not in answer:
            return _failed(self.behind.clean(str(answer.get("error") or "")) or why(called, self.behind))
        result = answer["result"]
        writer = Writer(self.behind)
        shaped = writer.data(result)
        return CallToolResult(
            content=await writer.blocks(result),
            structured_content=shaped if isinstance(shaped, dict) and as_block(result) is None else {"result": shaped},
            _meta=_about(called),
        )

    async def _workflow(self, call: Call, tool: Published, arguments: Mapping[str, Any]) -> CallToolResult:
        workflow = tool.workflow
        called = await run(self.behind, self.sessions, call, tool.id, arguments, counted(workflow))
        if called.status != "succeeded":
            return _failed(why(called, self.behind))
        values = {result.name: called.outputs[result.name] for result in tool.results if result.name in called.outputs}
        writer = Writer(self.behind)
        content = [block for value in values.values() for block in await writer.blocks(value)]
        return CallToolResult(
            content=content or [TextContent(text=NOTHING)],
            structured_content={name: writer.data(value) for name, value in values.items()},
            _meta=_about(called),
        )


def counted(workflow: Workflow) -> set[str]:
    """Return the nodes whose work is the progress of a run."""
    return {node.id for node in workflow.nodes.values() if node.type not in (INPUT, OUTPUT)}


async def run(
    behind: Behind,
    sessions: Sessions,
    call: Call,
    workflow: Workflow | str,
    inputs: Mapping[str, Any],
    nodes: set[str],
) -> Called:
    """Run a workflow for a host, which hears how it goes."""
    telling = Telling(call, nodes, behind.clean, sessions.level(call.context))
    try:
        return await behind.call(workflow, inputs, telling.hear)
    finally:
        await telling.end()


def why(called: Called, behind: Behind) -> str:
    """Return what went wrong in a call, and what to do, in sentences."""
    errors: Sequence[NodeErrorReport] = called.errors
    told = " ".join(f"{error.message} {error.remedy}".strip() for error in errors)
    return behind.clean(told) or f"The run was {called.status}. Look at run {called.run_id} in the editor."


def _failed(told: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(text=told or "The call failed.")], is_error=True)


def _about(called: Called) -> dict[str, Any]:
    return {"nodebuilder/run_id": called.run_id, "nodebuilder/cost_usd": called.cost_usd}


def _described(name: str, tool: Callee) -> Tool:
    if isinstance(tool, NodeDefinition):
        told = definition(tool)
        return Tool(name=name, title=tool.title, description=told["description"], input_schema=told["input_schema"])
    return Tool(
        name=name,
        title=tool.name,
        description=tool.description or tool.name,
        input_schema=tool.input_schema(),
        output_schema=tool.output_schema(),
    )
