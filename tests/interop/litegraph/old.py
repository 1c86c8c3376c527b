"""Files in the form of the earlier system, written by few words: what its editor would have saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nodebuilder.interop.litegraph.catalogue import CLASSES

CATEGORIES = {"TextNode": "Input", "NumberNode": "Input", "AddNode": "Math", "LLMNode": "AI", "AssertNode": "Testing"}


def node(
    number: int,
    kind: str,
    values: Sequence[Any] | None = None,
    *,
    inputs: Sequence[str] = (),
    outputs: Sequence[str] = (),
    **more: Any,
) -> dict[str, Any]:
    """Return a node as it was saved; `inputs` and `outputs` name slots beyond the plain sockets of its class."""
    old = CLASSES.get(kind)
    plain_in = [socket.name for socket in old.inputs if not socket.array] if old else []
    plain_out = [socket.name for socket in old.outputs if not socket.array] if old else []
    entry: dict[str, Any] = {
        "id": number,
        "type": f"{CATEGORIES.get(kind, 'Test')}/{kind}",
        "pos": [100 * number, 50],
        "size": {"0": 210, "1": 58},
        "flags": {},
        "order": number,
        "mode": 0,
        "properties": {},
    }
    if plain_in or inputs:
        entry["inputs"] = [{"name": name, "type": "*", "link": None} for name in [*plain_in, *inputs]]
    if plain_out or outputs:
        entry["outputs"] = [{"name": name, "type": "*", "links": None} for name in [*plain_out, *outputs]]
    if values is not None:
        entry["widgets_values"] = list(values)
        for widget, value in zip(old.widgets if old else (), values, strict=False):
            entry["properties"][widget.name] = value
    return {**entry, **more}


def graph(nodes: Sequence[dict[str, Any]], wires: Sequence[str], start: int | None = None) -> dict[str, Any]:
    """Return a saved file; a wire is `1.text_out > 2.texts_0`."""
    by_id = {entry["id"]: entry for entry in nodes}
    links: list[list[Any]] = []
    for number, wire in enumerate(wires, 1):
        (source, begin), (target, end) = (part.strip().split(".") for part in wire.split(">"))
        outputs, inputs = by_id[int(source)]["outputs"], by_id[int(target)]["inputs"]
        out = next(at for at, slot in enumerate(outputs) if slot["name"] == begin)
        into = next(at for at, slot in enumerate(inputs) if slot["name"] == end)
        outputs[out]["links"] = [*(outputs[out]["links"] or []), number]
        inputs[into]["link"] = number
        links.append([number, int(source), out, int(target), into, inputs[into]["type"]])
    inner = {
        "last_node_id": max(by_id, default=0),
        "last_link_id": len(links),
        "nodes": list(nodes),
        "links": links,
        "groups": [],
        "config": {},
        "extra": {},
        "version": 0.4,
    }
    return {"graph_data": inner, "start_node_id": None if start is None else str(start)}


def _eight() -> Mapping[str, dict[str, Any]]:
    """Return the eight workflows that the earlier system was tested with, rebuilt from what each of them verifies."""
    doubled = [node(1, "NumberNode", [10]), node(2, "AddNodeTest"), node(3, "NumberNode", [20]), node(4, "AssertNode")]
    doubling = ("1.number_out > 2.a", "1.number_out > 2.b", "2.result > 4.actual", "3.number_out > 4.expected")
    stale = node(3, "NumberNode", [100])
    stale["properties"]["value"] = 10
    return {
        "test_1": graph(
            [
                node(1, "AddNode"),
                stale,
                node(4, "NumberNode", [10]),
                node(5, "AssertNode"),
                node(6, "NumberNode", [110]),
            ],
            ("3.number_out > 1.a", "4.number_out > 1.b", "1.result > 5.actual", "6.number_out > 5.expected"),
            1,
        ),
        "test_2": graph(
            [
                node(1, "TextNode", ["a"]),
                node(2, "TextNode", ["b"]),
                node(
                    3,
                    "SocketArrayTestNode",
                    ["", "", "", ""],
                    inputs=("texts_2_0", "texts_2_1", "texts_2_2", "texts_1_0"),
                ),
                node(4, "AssertNode"),
                node(5, "TextNode", ["b"]),
                node(6, "AssertNode"),
                node(7, "TextNode", ["a, b, a"]),
            ],
            (
                "1.text_out > 3.dependency",
                "1.text_out > 3.texts_2_0",
                "2.text_out > 3.texts_2_1",
                "1.text_out > 3.texts_2_2",
                "2.text_out > 3.texts_1_0",
                "3.output_1 > 4.actual",
                "5.text_out > 4.expected",
                "3.output_2 > 6.actual",
                "7.text_out > 6.expected",
            ),
            1,
        ),
        "test_3": graph(
            [
                node(1, "TextNode", ["a"]),
                node(2, "TextNode", ["b"]),
                node(
                    3,
                    "InputOutputArrayTestNode",
                    ["pre-", "", "", "", ""],
                    inputs=("in_array_0", "in_array_1", "in_array_2"),
                    outputs=("out_array_0", "out_array_1", "out_array_2"),
                ),
                node(4, "ConcatenateArrayNode", [", ", "", ""], inputs=("texts_0", "texts_1")),
                node(5, "AssertNode"),
                node(6, "TextNode", ["pre-a"]),
                node(7, "AssertNode"),
                node(8, "TextNode", ["pre-b, pre-b"]),
            ],
            (
                "1.text_out > 3.in_array_0",
                "2.text_out > 3.in_array_1",
                "2.text_out > 3.in_array_2",
                "3.out_array_0 > 5.actual",
                "6.text_out > 5.expected",
                "3.out_array_1 > 4.texts_0",
                "3.out_array_2 > 4.texts_1",
                "4.full_text > 7.actual",
                "8.text_out > 7.expected",
            ),
            1,
        ),
        "test_4": graph(
            [
                node(1, "NumberNode", [5]),
                node(2, "NumberNode", [10]),
                node(3, "WaitNode", [1]),
                node(4, "AddNode"),
                node(5, "AssertNode"),
                node(6, "NumberNode", [15]),
            ],
            (
                "1.number_out > 4.a",
                "2.number_out > 3.trigger",
                "3.output > 4.b",
                "4.result > 5.actual",
                "6.number_out > 5.expected",
            ),
            1,
        ),
        "test_5": graph(
            [
                node(1, "NumberNode", [10]),
                node(2, "LoopingAccumulatorNode", [100]),
                node(3, "WaitNode", [0.5]),
                node(4, "AssertNode"),
                node(5, "NumberNode", [160]),
            ],
            (
                "1.number_out > 2.initial_value",
                "2.result > 3.trigger",
                "3.output > 2.add_value",
                "2.threshold_reached > 4.actual",
                "5.number_out > 4.expected",
            ),
            1,
        ),
        "test_6": graph(doubled, doubling, 2),
        "test_7": graph(
            [node(n["id"], n["type"].split("/")[1], n.get("widgets_values")) for n in doubled], doubling, 1
        ),
        "test_8": graph(
            [
                node(1, "TextNode", ["T1"]),
                node(2, "TextNode", ["T2"]),
                node(3, "StringArrayCreatorNode", [False, True, True, "", ""], inputs=("inputs_0", "inputs_1")),
                node(4, "AssertNode"),
                node(5, "TextNode", ["T1"]),
            ],
            (
                "1.text_out > 3.inputs_0",
                "2.text_out > 3.inputs_1",
                "3.string_array > 4.actual",
                "5.text_out > 4.expected",
            ),
            1,
        ),
    }


EIGHT = _eight()
