"""Whole files of the earlier system as workflows of today."""

from __future__ import annotations

import copy
import json

import pytest

from nodebuilder.errors import WorkflowError
from nodebuilder.interop.litegraph.importing import Imported, import_graph
from nodebuilder.registry import Registry, load_registry
from nodebuilder.values import JSON
from nodebuilder.workflow.parse import parse
from nodebuilder.workflow.read import load
from nodebuilder.workflow.write import save
from tests.interop.litegraph.old import EIGHT, graph, node

REGISTRY = load_registry()


def imported(data: JSON, registry: Registry = REGISTRY) -> Imported:
    """Import, and see that nothing of it changes when it is written and read again."""
    found = import_graph(data, registry)
    again = load(save(found.workflow))
    assert (again.nodes, again.links, again.start) == (found.workflow.nodes, found.workflow.links, found.workflow.start)
    return found


@pytest.mark.parametrize("name", EIGHT)
def test_each_of_the_eight_is_read_link_by_link(name: str) -> None:
    old = EIGHT[name]["graph_data"]
    found = imported(EIGHT[name])
    assert len(found.workflow.nodes) == len(old["nodes"])
    assert len(found.workflow.links) == len(old["links"])
    assert found.workflow.start == found.ids[EIGHT[name]["start_node_id"]]
    assert not found.workflow.stray_links
    assert not found.secrets
    assert not [sentence for sentence in found.mends if "not installed" not in sentence]


def test_values_are_those_of_the_widgets_and_not_of_stale_properties() -> None:
    found = imported(EIGHT["test_1"])
    assert found.workflow.nodes[found.ids["3"]].values == {"value": 100}


def test_slots_are_read_by_their_names_and_not_by_their_places() -> None:
    links = [str(link) for link in imported(EIGHT["test_2"]).workflow.links]
    assert "text_2.text_out -> socket_array_test.texts_1[0]" in links
    assert "text.text_out -> socket_array_test.texts_2[2]" in links
    assert "text.text_out -> socket_array_test.dependency" in links


def test_the_place_of_a_button_is_no_value_of_a_widget_that_came_later() -> None:
    found = imported(EIGHT["test_8"])
    values = found.workflow.nodes["string_array_creator"].values
    assert values == {"wait_toggle": False, "dependency_toggle": True, "single_item_passthrough": True}


def test_a_bare_graph_has_no_start_and_null_is_none() -> None:
    bare = imported(EIGHT["test_1"]["graph_data"])
    assert bare.workflow.start is None
    assert imported({**EIGHT["test_1"], "start_node_id": None}).workflow == bare.workflow


def test_titles_become_ids_and_stay_titles() -> None:
    entries = [
        node(7, "TextNode", ["b"], title="My Prompt!"),
        node(3, "TextNode", ["a"], title="TextNode"),
        node(5, "TextNode", ["c"], title="描述"),
        node(9, "TextNode", ["d"], title="my prompt"),
    ]
    found = imported(graph(entries, ()))
    assert list(found.workflow.nodes) == ["my_prompt", "text", "text_2", "my_prompt_2"]
    assert [each.title for each in found.workflow.nodes.values()] == ["My Prompt!", None, "描述", "my prompt"]


def test_looks_and_places_are_kept() -> None:
    group = {"title": "All", "bounding": [0, 0, 10, 10], "color": "#333", "font_size": 24}
    data = graph(
        [
            node(1, "TextNode", ["a"], flags={"collapsed": True, "pinned": True}, color="#232", bgcolor="#353", mode=2),
            node(2, "TextNode", ["b"], size=[300, 120.5], pos={"0": -7, "1": 3}),
            node(3, "TextNode", ["c"], pos="nowhere"),
        ],
        (),
    )
    data["graph_data"].update(groups=[group], extra={"ds": {"scale": 1}}, config={"align": True})
    found = imported(data)
    assert found.workflow.groups == (group,)
    assert found.workflow.layout == {"text": [100, 50, 210, 58], "text_2": [-7, 3, 300, 120.5]}
    assert found.workflow.extra == {"litegraph": {"extra": {"ds": {"scale": 1}}, "config": {"align": True}}}
    assert found.workflow.nodes["text"].extra == {
        "litegraph": {"flags": {"collapsed": True, "pinned": True}, "color": "#232", "bgcolor": "#353", "mode": 2}
    }
    assert found.mends == (
        'Node "text" was muted (mode 2); it ran all the same, and does so here.',
        'The place of node "text_3" cannot be read; the editor chooses one.',
    )


def test_a_model_and_its_tools_are_wired_by_their_slots() -> None:
    llm = node(
        2,
        "LLMNode",
        ["openai", "gpt-4o", "", 0.7, 1000.1, 1, False, "user_and_self", True, True, "", "", "", ""],
        inputs=("tools_1", "tools_0"),
        outputs=("tool_calls_1", "tool_calls_0"),
    )
    wires = (
        "1.text_out > 2.prompt",
        "3.output > 2.tools_0",
        "2.tool_calls_0 > 3.tool_call",
        "4.output > 2.tools_1",
        "2.tool_calls_1 > 4.tool_call",
    )
    data = graph(
        [node(1, "TextNode", ["hi"]), llm, node(3, "CalculatorToolNode"), node(4, "TextAnalysisToolNode")], wires
    )
    found = imported(data)
    assert [str(link) for link in found.workflow.links] == [
        "text.text_out -> llm.prompt",
        "calculator_tool.output -> llm.tools[0]",
        "llm.tool_calls[0] -> calculator_tool.tool_call",
        "text_analysis_tool.output -> llm.tools[1]",
        "llm.tool_calls[1] -> text_analysis_tool.tool_call",
    ]
    values = found.workflow.nodes["llm"].values
    assert values["max_tokens"] == 1000
    assert "output_intermediate_messages" not in values
    assert found.mends == ('"max_tokens" of node "llm" holds 1000.1; it is read as 1000.',)


def test_a_class_that_nobody_knows_keeps_all_it_had_and_its_links() -> None:
    stranger = node(2, "FrobNode", [1, "x"], inputs=("a b",), outputs=("out.x",), color="#111")
    stranger["type"] = "My/FrobNode"
    data = graph([node(1, "TextNode", ["a"]), stranger, node(3, "LogNode", ["LOG"])], ("1.text_out > 2.a b",))
    data["graph_data"]["links"].append({"id": 2, "origin_id": 2, "origin_slot": 0, "target_id": 3, "target_slot": 0})
    found = imported(data)
    assert found.workflow.nodes["frob"].type == "frob"
    assert found.workflow.nodes["frob"].extra == {"litegraph": stranger}
    assert [str(link) for link in found.workflow.links] == ["text.text_out -> frob.a_b", "frob.out_x -> log.value_in"]
    assert found.mends == (
        'Node "frob" is of the type "My/FrobNode", which is not installed here; all of it is kept, as "frob".',
    )


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ([], "not_a_workflow"),
        (7, "not_a_workflow"),
        (None, "not_a_workflow"),
        ({}, "not_a_workflow"),
        ({"nodes": "all"}, "not_a_workflow"),
        ({"graph_data": [1]}, "not_a_workflow"),
        ({"nodes": [{}] * 20_001}, "too_many_nodes"),
        ({"nodes": [], "links": [None] * 100_001}, "too_many_links"),
        ({"nodes": [{"pos": [float("nan"), 0]}]}, "not_finite"),
        ({"format": "nodebuilder/1", "nodes": {}}, "not_an_older_one"),
        ({"context": [], "graph_hash": None}, "display_file"),
    ],
)
def test_what_is_no_such_file_is_refused_in_a_sentence_with_a_remedy(data: JSON, code: str) -> None:
    with pytest.raises(WorkflowError) as refused:
        import_graph(data, REGISTRY)
    assert refused.value.code == code
    assert refused.value.remedy.endswith(".")


def test_a_bomb_is_refused_and_not_climbed_into() -> None:
    deep: JSON = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(WorkflowError, match="nested deeper"):
        import_graph({"nodes": [], "extra": deep}, REGISTRY)
    while deep:  # taken apart from outside: Python would do it by recursion
        assert isinstance(deep, list)
        deep = deep[0]
    with pytest.raises(WorkflowError, match="nested deeper"):
        parse("[" * 100_000)


def test_a_node_of_somebody_elses_pack_is_read_by_its_definition() -> None:
    kept = Registry(tuple(kind for kind in REGISTRY if kind.type == "input"))
    entry = node(1, "InputNode", ["question", "text", "why?"], title="Q")
    found = imported({"nodes": [entry]}, kept)
    assert found.workflow.nodes["q"].values == {"name": "question", "type": "text", "default": "why?"}


def test_the_file_itself_is_not_changed() -> None:
    before = copy.deepcopy(EIGHT["test_3"])
    imported(EIGHT["test_3"])
    assert before == EIGHT["test_3"]


def test_numbers_are_kept_as_they_were_written() -> None:
    text = json.dumps({"nodes": [node(1, "NumberNode", [7])]}).replace("[7]", "[12345678901234567890.50]")
    assert "12345678901234567890.50" in save(imported(parse(text)).workflow)


def test_a_node_that_says_only_its_type_is_there() -> None:
    found = imported({"nodes": [{"type": "Input/TextNode"}, {"type": 7}, {}, "text", None]})
    assert [each.type for each in found.workflow.nodes.values()] == ["text", "", ""]
    assert found.workflow.extra == {"litegraph": {"nodes": ["text", None]}}
    assert 'Node "node" names no type; all the file said of it is kept, and it cannot run.' in found.mends
    assert "Entry 4 of the nodes is no node; it is kept aside." in found.mends


def test_what_stands_beside_the_graph_is_kept_aside() -> None:
    data = {"graph_data": {"nodes": [node(1, "TextNode")], "extra": {"a": 1}}, "start_node_id": "1", "notes": ["mine"]}
    found = import_graph(data, REGISTRY)
    assert found.workflow.extra == {"litegraph": {"extra": {"a": 1}, "notes": ["mine"]}}
    assert found.workflow.start == "text"
