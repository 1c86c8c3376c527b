"""The values of widgets, whatever form they are in."""

from __future__ import annotations

from typing import Any

import pytest

from nodebuilder.interop.litegraph.importing import import_graph
from nodebuilder.registry import load_registry
from tests.interop.litegraph.old import node

REGISTRY = load_registry()


def values_of(entry: dict[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    found = import_graph({"nodes": [entry]}, REGISTRY)
    return dict(next(iter(found.workflow.nodes.values())).values), found.mends


@pytest.mark.parametrize(
    ("kind", "written", "read", "mended"),
    [
        ("NumberNode", 5, 5, False),
        ("NumberNode", 2.5, 2.5, False),
        ("NumberNode", "2.5", 2.5, True),
        ("NumberNode", " 7 ", 7, True),
        ("NumberNode", True, 1, True),
        ("NumberNode", "seven", "seven", True),
        ("NumberNode", "nan", "nan", True),
        ("NumberNode", [1], [1], True),
        ("NumberNode", "", None, False),
        ("NumberNode", None, None, True),
        ("TextNode", "", "", False),
        ("TextNode", 5, "5", True),
        ("TextNode", True, "true", True),
        ("TextNode", {"a": 1}, '{"a": 1}', True),
        ("LogNode", "ERROR", "ERROR", False),
        ("LogNode", "error", "ERROR", True),
        ("LogNode", "shout", "shout", True),
        ("ImageLinkExtractNode", False, False, False),
        ("ImageLinkExtractNode", 0, False, True),
        ("ImageLinkExtractNode", "Yes", True, True),
        ("ImageLinkExtractNode", "maybe", "maybe", True),
    ],
)
def test_a_value_is_read_as_its_widget_wants_it(kind: str, written: Any, read: Any, mended: bool) -> None:
    values, mends = values_of(node(1, kind, [written]))
    assert list(values.values()) == ([] if read is None else [read])
    assert [type(value) for value in values.values()] == ([] if read is None else [type(read)])
    assert bool(mends) is mended


def test_what_is_out_of_range_comes_to_its_border() -> None:
    values, mends = values_of(node(1, "LLMNode", ["openai", "m", "", 7, 0, -1]))
    assert (values["temperature"], values["max_tokens"], values["top_p"]) == (2, 1, 0)
    assert len(mends) == 3


def test_values_beyond_the_widgets_are_kept_aside() -> None:
    found = import_graph({"nodes": [node(1, "TextNode", ["a", "", 7, None])]}, REGISTRY)
    assert found.workflow.nodes["text"].extra == {"litegraph": {"properties": {"widgets_values": [7]}}}
    assert found.mends == ('Node "text" holds more values than it has widgets; they are kept aside.',)


def test_values_by_name_and_those_of_properties_are_taken_where_there_is_no_list() -> None:
    by_name = {**node(1, "TextNode"), "widgets_values": {"value": "a", "more": 1}}
    assert values_of(by_name) == ({"value": "a"}, ('The widgets of node "text" are written by name and were read so.',))
    mirrored = {**node(1, "TextNode"), "properties": {"value": "b", "note": "mine"}}
    assert values_of(mirrored)[0] == {"value": "b"}
    nothing = {**node(1, "TextNode"), "widgets_values": 7}
    assert values_of(nothing) == ({}, ())
