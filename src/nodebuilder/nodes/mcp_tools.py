"""MCP Tools: the tools of an MCP server that the person set up, for a model to call."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Annotated, Any

from nodebuilder import tool_calls
from nodebuilder.context import Context
from nodebuilder.errors import InputError, NodeBuilderError, NodeError
from nodebuilder.node import node
from nodebuilder.nodes.mcp_results import as_result, as_sentence
from nodebuilder.providers.tool_servers import ToolServers
from nodebuilder.tool_calls import FallbackIds, ToolCall
from nodebuilder.values import Asset, ToolDefinition
from nodebuilder.widgets import DoNotWait, Needs, Text

_IDS = FallbackIds("mcp_result", "mcp_error", "mcp_exception")


@node("mcp_tools", title="MCP Tools", category="Tools", tags=("tool", "mcp", "server", "llm"))
async def mcp_tools(
    ctx: Context,
    servers: Needs[ToolServers],
    tool_call: Annotated[Any, DoNotWait()] = None,
    *,
    server: str = "",
    tools: Annotated[str, Text(lines=3)] = "",
) -> Any:
    """Let a model call the tools of an MCP server that you set up: all of them, or those you name.

    Args:
        tool_call: The call; without one the node gives the definitions of the tools.
        server: The name of a server that was set up with `nodebuilder mcp-servers add` or in the settings.
        tools: The names of the tools that may be called, with commas or on lines of their own; empty for all.

    Returns:
        A list of definitions (without a call) or a tool's result (with one).
    """
    wanted = [name for part in re.split(r"[,\n]", tools) if (name := part.strip())]
    server = server.strip()
    if tool_call is None:
        return _chosen(server, await servers.tools(server), wanted)
    identity = tool_calls.identity(tool_call)
    try:
        call = tool_calls.parse_call(tool_call)
        tool = _named(call, wanted)
        answer = await servers.call(server, tool, call.arguments, progress=ctx.progress)
        if answer.failed:
            raise NodeError(as_sentence(answer), "Call it in another way, or another tool.", code="mcp_tool_failed")
        return {"id": identity or _IDS.success, "result": await as_result(answer, _saving(ctx, server, tool))}
    except NodeBuilderError as error:
        charged = error.charged if isinstance(error, NodeError) else None
        ctx.error(error.message, error.remedy, code=error.code, charged=charged)
        fallback = _IDS.error if isinstance(error, InputError) else _IDS.exception
        return {"id": identity or fallback, "error": _told(error)}


def _chosen(server: str, found: Sequence[ToolDefinition], wanted: Sequence[str]) -> list[ToolDefinition]:
    """Return the definitions of the tools that were named, in that order; of all when none were."""
    if not wanted:
        return list(found)
    known = {tool["name"]: tool for tool in found}
    for name in wanted:
        if name not in known:
            raise _no_such_tool(f"The MCP server {server} has no tool {name}.", name, list(known))
    return [known[name] for name in dict.fromkeys(wanted)]


def _named(call: ToolCall, wanted: Sequence[str]) -> str:
    """Return the tool that a call names; a call without a name means the only one there is."""
    if not call.name and len(wanted) == 1:
        return wanted[0]
    if not call.name:
        raise _no_such_tool("The call names no tool.", "", wanted)
    if wanted and call.name not in wanted:
        raise _no_such_tool(f"{call.name} is not among the tools that may be called here.", call.name, wanted)
    return call.name


def _no_such_tool(message: str, name: str, known: Sequence[str]) -> InputError:
    near = get_close_matches(name, known, 1)
    hint = f"Did you mean {near[0]}? " if near else ""
    there = f"The tools are: {', '.join(known[:40])}." if known else "Name one of the server's tools."
    return InputError(message, hint + there, code="no_such_tool")


def _told(error: NodeBuilderError) -> str:
    """Return what the model is told; only what a server itself said needs no more words of ours."""
    return error.message if error.code == "mcp_tool_failed" else f"{error.message} {error.remedy}"


def _saving(ctx: Context, server: str, tool: str) -> Any:
    async def save(data: bytes, about: Mapping[str, Any]) -> Asset:
        asset = await ctx.save(data, prefix=f"mcp_{server}", about={"server": server, "tool": tool, **about})
        if asset.media_type.startswith("image/") and asset.width:
            ctx.preview(asset.url)
        return asset

    return save
