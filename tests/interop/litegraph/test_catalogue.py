"""What the earlier classes are called here, and that nodes which are here have what they had."""

from __future__ import annotations

import pytest

from nodebuilder.interop.litegraph.catalogue import CLASSES, find_class, type_id
from nodebuilder.registry import load_registry

REGISTRY = load_registry()
GONE = {("webhook", "port")}
"""Widgets that a node has no more."""


def test_all_thirty_six_are_listed() -> None:
    assert len(CLASSES) == 36
    assert len({old.type for old in CLASSES.values()}) == 36


@pytest.mark.parametrize("name", CLASSES)
def test_the_id_is_the_name_in_snake_case_without_node(name: str) -> None:
    known = CLASSES[name].type
    if name != "DisplayInputEventNode":
        assert type_id(name) == known
        stem = name.removesuffix("Node")
        assert known.replace("_", "") == stem.lower()


@pytest.mark.parametrize("name", CLASSES)
def test_a_node_that_is_here_has_the_sockets_and_widgets_of_its_class(name: str) -> None:
    old = CLASSES[name]
    definition = REGISTRY.definition(old.type)
    if definition is None:
        pytest.skip(f"{old.type} is not installed")
    assert [(s.name, s.array) for s in definition.inputs][: len(old.inputs)] == [(s.name, s.array) for s in old.inputs]
    assert [(s.name, s.array) for s in definition.outputs][: len(old.outputs)] == [
        (s.name, s.array) for s in old.outputs
    ]
    for widget in old.widgets:
        assert definition.widget(widget.name) or (old.type, widget.name) in GONE


def test_another_class_is_known_when_a_pack_has_its_type() -> None:
    found = find_class("WorkflowToolNode", REGISTRY.definition)
    assert found is not None
    assert (found.type, [widget.name for widget in found.widgets]) == ("workflow_tool", ["workflow"])
    assert find_class("NoSuchNode", REGISTRY.definition) is None
    assert find_class("", REGISTRY.definition) is None
