"""What an MCP server gives, in our words: definitions of tools, and the parts of an answer.

Imported on first use: it needs the `mcp` library.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from typing import Any

import mcp_types as types

from nodebuilder.providers.tool_servers import FilePart, LinkPart, Part, TextPart, ToolAnswer
from nodebuilder.values import ToolDefinition


def read_tool(tool: types.Tool) -> ToolDefinition:
    """Return what a model is told of a tool; its schema is left as it came."""
    about = tool.description or tool.title or (tool.annotations.title if tool.annotations else None) or ""
    return ToolDefinition(name=tool.name, description=about, input_schema=dict(tool.input_schema))


def read_answer(result: types.CallToolResult) -> ToolAnswer:
    """Return a result with its files decoded."""
    return ToolAnswer(tuple(_parts(result.content)), result.structured_content, result.is_error)


def _parts(content: Iterable[Any]) -> Iterable[Part]:
    for block in content:
        match block:
            case types.TextContent():
                yield TextPart(block.text)
            case types.ImageContent() | types.AudioContent():
                yield _file(block.data, block.mime_type)
            case types.ResourceLink():
                about, media_type = block.description or "", block.mime_type or ""
                yield LinkPart(str(block.uri), block.title or block.name, about, media_type, block.size)
            case types.EmbeddedResource(resource=types.TextResourceContents() as resource):
                yield TextPart(resource.text, str(resource.uri))
            case types.EmbeddedResource(resource=types.BlobResourceContents() as resource):
                yield _file(resource.blob, resource.mime_type or "", str(resource.uri))
            case _:
                yield TextPart(f"[{type(block).__name__}, which cannot be shown]")


def _file(data: str, media_type: str, uri: str = "") -> Part:
    try:
        return FilePart(base64.b64decode(data, validate=True), media_type, uri)
    except (binascii.Error, ValueError):
        return TextPart(f"[A file ({media_type or 'of no known type'}) that cannot be read: it is not base64]", uri)
