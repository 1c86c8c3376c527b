"""Our client as the suites start it: `python client.py URL` lists the tools of the server at the URL and calls each."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from nodebuilder.errors import NodeError
from nodebuilder.storage.mcp_servers import McpServer
from nodebuilder.values import ToolDefinition
from tests.mcpservers.client import open_desk

VALUES: dict[str, Any] = {"number": 5, "integer": 5, "string": "hello", "boolean": True}


async def main(url: str) -> None:
    """Use the server as a run would; the suite may say which calls it wants."""
    told = json.loads(os.environ.get("MCP_CONFORMANCE_CONTEXT") or "{}")
    with tempfile.TemporaryDirectory() as folder:
        async with open_desk(Path(folder)) as desk:
            await desk.servers.set(McpServer("suite", url=url))
            tools = await desk.client.tools("suite")
            calls = [(call["name"], call["arguments"]) for call in told.get("toolCalls", ())]
            for name, arguments in calls or [(tool["name"], invent(tool, tools[0])) for tool in tools]:
                try:
                    await desk.call("suite", name, **arguments)
                except NodeError as error:
                    sys.stderr.write(f"{error.message}\n")


def invent(tool: ToolDefinition, first: ToolDefinition) -> dict[str, Any]:
    """Arguments for a tool: values of their types; where a schema is wanted back, that of the first tool."""
    wanted = tool["input_schema"].get("properties", {})
    values = {name: VALUES.get(about.get("type")) for name, about in wanted.items()}
    values |= {name: first["input_schema"] for name in wanted if name == "schema"}
    return {name: value for name, value in values.items() if value is not None}


os.environ.pop("NODEBUILDER_DATA_DIR", None)
asyncio.run(main(sys.argv[-1]))
