"""The two image nodes against the documents that describe them; skipped where these are not beside the repository."""

from __future__ import annotations

from typing import Any

import pytest

from nodebuilder.definition import NodeDefinition, Widget
from nodebuilder.nodes import gpt_image, gpt_image_tool, image_tools, images
from nodebuilder.nodes.drawing import PROMPT_REQUIRED
from nodebuilder.tool_calls import INVALID_CALL
from tests.nodes.seeds import Seed, seed

IMAGE, TOOL = seed("gpt-image-node.md"), seed("gpt-image-tool-node.md")
pytestmark = pytest.mark.skipif(not (IMAGE and TOOL), reason="the documents are not beside the repository")
PAIRS: list[Any] = [(IMAGE, gpt_image.definition), (TOOL, gpt_image_tool.definition)]
KINDS = {"Text input": "secret", "Combo box": "combo"}
"""Our kind of widget for the documents' words: a key typed as text would be saved, so it is a secret here."""


@pytest.mark.parametrize(("document", "definition"), PAIRS)
def test_input_sockets_are_as_documented(document: Seed, definition: NodeDefinition) -> None:
    rows = document.table("Input Sockets")
    assert [row["Socket"] for row in rows] == [socket.name for socket in definition.inputs]
    for row, socket in zip(rows, definition.inputs, strict=True):
        assert (row["Type"], row["Required"] == "Yes") == (socket.type.value, socket.required)
        assert row.get("Do Not Wait", "No") == ("Yes" if socket.do_not_wait else "No")
        assert row["Description"] == socket.description


@pytest.mark.parametrize(("document", "definition"), PAIRS)
def test_output_sockets_are_as_documented(document: Seed, definition: NodeDefinition) -> None:
    rows = document.table("Output Sockets")
    assert [(row["Socket"], row["Type"]) for row in rows] == [(s.name, s.type.value) for s in definition.outputs]


def test_output_descriptions_of_the_image_node_are_as_documented() -> None:
    assert IMAGE is not None
    described = {row["Socket"]: row["Description"] for row in IMAGE.table("Output Sockets")}
    assert described == {socket.name: socket.description for socket in gpt_image.definition.outputs}


@pytest.mark.parametrize(("document", "definition"), PAIRS)
def test_widgets_have_the_documented_kind_default_and_options(document: Seed, definition: NodeDefinition) -> None:
    documented = document.widgets()
    assert list(documented) == ["api_key", "size", "quality"]
    for name, (kind, default, options) in documented.items():
        widget = definition.widget(name)
        assert isinstance(widget, Widget)
        assert (widget.kind, widget.default, list(widget.options)) == (KINDS[kind], default, options)


@pytest.mark.parametrize(("document", "definition"), PAIRS)
def test_titles_and_categories_are_as_documented(document: Seed, definition: NodeDefinition) -> None:
    assert f'title: "{definition.title} Node"' in document.text
    assert f'category: "{definition.category}"' in document.text


def test_the_tool_definition_is_the_documented_one() -> None:
    assert TOOL is not None
    assert gpt_image_tool.definition.tool == TOOL.json("MCP Compatibility")


def test_every_documented_message_of_the_image_node_is_one_of_ours() -> None:
    assert IMAGE is not None
    ours = {PROMPT_REQUIRED, images.KEY_REQUIRED, images.NO_DATA, images.GENERAL}
    assert set(IMAGE.messages("Error Messages")) == ours


def test_every_documented_message_of_the_tool_is_one_of_ours() -> None:
    assert TOOL is not None
    ours = {PROMPT_REQUIRED, image_tools.KEY_REQUIRED, image_tools.NO_DATA, image_tools.GENERAL, INVALID_CALL}
    assert set(TOOL.messages("Error Handling")) == ours


def test_the_documented_fallback_id_and_instructions_are_ours() -> None:
    assert TOOL is not None
    documented = TOOL.json("Result Format")
    assert documented["id"] == "image_success"
    assert image_tools.INSTRUCTIONS.startswith(documented["result"]["instructions"].rstrip("."))
    assert documented["result"]["message"] == "Image generated successfully: filename.png"
