"""Nodes that the conformance suites need: tiny files, questions to the host, tools with foreign schemas."""

from __future__ import annotations

import asyncio
import base64
import json
import os
from dataclasses import replace
from typing import Annotated, Any

import httpx

from nodebuilder import Asset, Code, Context, Needs, NodeError, Text, node, tool
from nodebuilder.providers.host import Host
from nodebuilder.values import ToolDefinition

RED = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=="
)
BEEP = b"RIFF" + (36 + 8).to_bytes(4, "little") + b"WAVEfmt " + bytes.fromhex("10000000010001004025000040250000010008")
BEEP += b"\x00data" + (8).to_bytes(4, "little") + b"\x80\xff\x80\x00\x80\xff\x80\x00"

SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "$defs": {
        "address": {
            "$anchor": "addressDef",
            "type": "object",
            "properties": {"street": {"type": "string"}, "city": {"type": "string"}},
        }
    },
    "properties": {
        "name": {"type": "string"},
        "address": {"$ref": "#/$defs/address"},
        "contactMethod": {"type": "string", "enum": ["phone", "email"]},
        "phone": {"type": "string"},
        "email": {"type": "string"},
    },
    "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
    "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
    "then": {"required": ["phone"]},
    "else": {"required": ["email"]},
    "additionalProperties": False,
}


@node("one_pixel")
async def one_pixel(ctx: Context) -> Asset:
    """Give a picture of one red pixel."""
    return await ctx.save(RED, prefix="pixel")


@node("one_beep")
async def one_beep(ctx: Context) -> Asset:
    """Give a sound of eight samples."""
    return await ctx.save(BEEP, prefix="beep")


@node("fill_in")
async def fill_in(
    a: Any = None, b: Any = None, *, template: Annotated[str, Text(lines=3)] = "", as_object: bool = False
) -> Any:
    """Put values in the places {a} and {b} of a text.

    Args:
        a: Goes to {a}.
        b: Goes to {b}.
        template: The text.
        as_object: Whether the text is JSON, to be given as what it says.
    """
    shown = {"{a}": a, "{b}": b}
    for place, value in shown.items():
        text = value if isinstance(value, str) else json.dumps(value)
        template = template.replace(place, json.dumps(text)[1:-1] if as_object else text)
    return json.loads(template) if as_object else template


@node("ask_host")
async def ask_host(
    host: Needs[Host],
    message: str = "",
    after: Any = None,
    *,
    requests: Annotated[str, Code("json")] = "{}",
    only_offered: bool = False,
) -> dict[str, Any]:
    """Ask the MCP host that called, and give its answers.

    Args:
        message: Goes to {message} in the requests.
        after: What must have come before.
        requests: What to ask, by name, as JSON.
        only_offered: Whether to leave out what the host does not offer.
    """
    asked = json.loads(requests.replace("{message}", json.dumps(message)[1:-1]))
    if only_offered:
        asked = {key: request for key, request in asked.items() if _kind(request) in host.offers}
    return await host.ask(asked)


def _kind(request: dict[str, Any]) -> str:
    return str(request["method"]).partition("/")[0]


@node("shows_progress")
async def shows_progress(ctx: Context) -> str:
    """Say three times how far it is."""
    for fraction in (0.0, 0.5, 1.0):
        ctx.progress(fraction, f"{fraction:.0%} done")
        await asyncio.sleep(0.05)
    return "The tool has shown its progress."


@node("logs")
async def logs(ctx: Context) -> str:
    """Write three lines to the log."""
    for line in ("Tool execution started", "Tool processing data", "Tool execution completed"):
        ctx.log(line)
        await asyncio.sleep(0.05)
    return "The tool has written to the log."


@node("fails")
async def fails() -> str:
    """Fail."""
    raise NodeError("This tool intentionally returns an error for testing.", "Nothing helps: it is meant to fail.")


@node("publishes")
async def publishes(ctx: Context, *, kind: str = "tool") -> str:
    """Publish one more workflow, by the server's own API.

    Args:
        kind: As what.
    """
    made = {"format": "nodebuilder/1", "name": f"Made in {ctx.run_id}", "publish": [kind], "layout": {}, "links": []}
    nodes = {"out": {"type": "output", "values": {"name": "text"}}, "in": {"type": "text"}}
    document = {**made, "nodes": nodes, "links": ["in.text_out -> out.value"]}
    async with httpx.AsyncClient(base_url=os.environ["CONFORMANCE_URL"], trust_env=False) as client:
        answer = await client.put(f"/api/workflows/made-{ctx.run_id}", json={"workflow": document})
    return f"Published as {kind}: {answer.status_code}"


@tool("json_schema_2020_12_tool", type_id="json_schema_2020_12_tool")
async def schema_as_written(name: str = "", phone: str = "", email: str = "") -> str:
    """Tool with JSON Schema 2020-12 features."""
    return f"{name} {phone} {email}".strip()


@tool("test_x_mcp_header", type_id="test_x_mcp_header")
async def with_header(region: str, note: str = "") -> str:
    """Say in which region a request was routed."""
    return f"{region} {note}".strip()


def _as_told(kind: Any, schema: dict[str, Any]) -> Any:
    """Return a tool whose schema hosts read word for word."""
    told = ToolDefinition(
        name=kind.definition.tool["name"], description=kind.definition.tool["description"], input_schema=schema
    )
    return replace(kind, definition=replace(kind.definition, tool=told))


schema_as_written = _as_told(schema_as_written, SCHEMA)
with_header = _as_told(
    with_header,
    {
        "type": "object",
        "properties": {"region": {"type": "string", "x-mcp-header": "Region"}, "note": {"type": "string"}},
        "required": ["region"],
    },
)
