"""What the SDK reads, in our words."""

from __future__ import annotations

import base64

import mcp_types as types
from hypothesis import given
from hypothesis import strategies as st

from nodebuilder.providers.mcp_parts import read_answer, read_tool
from nodebuilder.providers.tool_servers import FilePart, TextPart

SCHEMA = {"type": "object", "properties": {"a": {"$ref": "#/$defs/a"}}, "$defs": {"a": {"type": "string"}}, "x": None}


def test_a_schema_is_left_as_it_came() -> None:
    tool = types.Tool(name="a.b/c", description="Does", input_schema=SCHEMA)
    assert read_tool(tool) == {"name": "a.b/c", "description": "Does", "input_schema": SCHEMA}


def test_a_tool_without_a_description_is_described_by_its_title() -> None:
    assert read_tool(types.Tool(name="a", title="The title", input_schema={}))["description"] == "The title"
    hinted = types.Tool(name="a", input_schema={}, annotations=types.ToolAnnotations(title="Hinted"))
    assert read_tool(hinted)["description"] == "Hinted"
    assert read_tool(types.Tool(name="a", input_schema={}))["description"] == ""


@given(st.binary(), st.text(max_size=20))
def test_every_file_arrives_byte_for_byte(data: bytes, media_type: str) -> None:
    block = types.ImageContent(data=base64.b64encode(data).decode(), mime_type=media_type)
    assert read_answer(types.CallToolResult(content=[block])).parts == (FilePart(data, media_type),)


@given(st.text())
def test_no_text_in_the_place_of_base64_breaks_anything(text: str) -> None:
    block = types.AudioContent(data=text, mime_type="audio/wav")
    (part,) = read_answer(types.CallToolResult(content=[block])).parts
    assert isinstance(part, FilePart | TextPart)
    assert not isinstance(part, FilePart) or base64.b64encode(part.data).decode() == text
