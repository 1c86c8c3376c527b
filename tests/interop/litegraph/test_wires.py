"""Links that are broken, and what they evidently mean."""

from __future__ import annotations

from typing import Any

import pytest

from nodebuilder.interop.litegraph.importing import Imported, import_graph
from nodebuilder.registry import load_registry
from tests.interop.litegraph.old import graph, node

REGISTRY = load_registry()


def two(*links: Any) -> Imported:
    """Import a text and an LLM with these links; the prompt of the model knows of link 1, its picture of link 2."""
    llm = node(2, "LLMNode", ["openai"], inputs=("tools_0",))
    llm["inputs"][0]["link"] = 1
    llm["inputs"][2]["link"] = 2
    data = graph([node(1, "TextNode", ["hi"]), llm], ())["graph_data"]
    return import_graph({**data, "links": list(links)}, REGISTRY)


@pytest.mark.parametrize(
    ("link", "means", "mends"),
    [
        ([1, 1, 0, 2, 0, "TEXT"], "prompt", 0),
        ([1, "1", "0", "2", "0", "TEXT"], "prompt", 0),
        ([1, 1.0, 0.0, "02", 1.0, 7], "system_prompt", 0),
        ([1, 1, 0, 2, 1], "system_prompt", 0),
        ({"id": 1, "origin_id": 1, "origin_slot": 0, "target_id": 2, "target_slot": 2, "type": "*"}, "image", 0),
        ([1, 1, 0, 2, 9, "TEXT"], "prompt", 1),
        ([1, 1, -1, 2, 0, "TEXT"], "prompt", 1),
        ([1, 1, "text_out", 2, "system_prompt", "TEXT"], "system_prompt", 2),
        ([2, 1, None, 2, None, "TEXT"], "image", 2),
        ([9, 1, 0, 2, 3, "TEXT"], "tools[0]", 0),
    ],
)
def test_a_slot_is_found_where_one_reading_is_evident(link: Any, means: str, mends: int) -> None:
    found = two(link)
    assert [str(each) for each in found.workflow.links] == [f"text.text_out -> llm.{means}"]
    assert len(found.mends) == mends, found.mends
    assert not found.workflow.extra


@pytest.mark.parametrize(
    ("link", "sentence"),
    [
        (
            [5, 1, 0, 2, 9, "NUMBER"],
            'Link 5 from node "text" ends at slot 9 of node "llm", which has no such input; it was left out.',
        ),
        ([5, 1, 0, 3, 0, "TEXT"], 'Link 5 of node "text" ends at a node that is not there; it was left out.'),
        ([5, 8, 0, 2, 0, "TEXT"], 'Link 5 of node "llm" begins at a node that is not there; it was left out.'),
        ([5, 1], "Entry 1 of the links is no link and was left out."),
        ("1 to 2", "Entry 1 of the links is no link and was left out."),
        ([[], {}, [], {}, [], {}], "Entry 1 of the links begins at a node that is not there; it was left out."),
    ],
)
def test_what_means_nothing_is_left_out_told_and_kept(link: Any, sentence: str) -> None:
    found = two(link)
    assert found.workflow.links == ()
    assert found.mends == (sentence,)
    assert found.workflow.extra == {"litegraph": {"links": [link]}}


def test_null_entries_are_skipped() -> None:
    assert len(two(None, [1, 1, 0, 2, 0, "TEXT"]).workflow.links) == 1


def test_a_link_that_is_given_twice_is_one() -> None:
    found = two([1, 1, 0, 2, 0, "TEXT"], [3, 1, 0, 2, 0, "TEXT"])
    assert [str(each) for each in found.workflow.links] == ["text.text_out -> llm.prompt"]
    assert found.mends == ('The link "text.text_out -> llm.prompt" was given more than once; it is one.',)


def test_of_several_links_into_one_input_the_later_wins() -> None:
    data = graph([node(1, "TextNode", ["a"]), node(2, "TextNode", ["b"]), node(3, "LogNode", ["LOG"])], ())[
        "graph_data"
    ]
    links = [[1, 1, 0, 3, 0, "*"], [2, 2, 0, 3, 0, "*"]]
    found = import_graph({**data, "links": links}, REGISTRY)
    assert [str(each) for each in found.workflow.links] == ["text_2.text_out -> log.value_in"]
    assert found.workflow.extra == {"litegraph": {"links": [links[0]]}}
    assert "Several links end at log.value_in" in found.mends[0]


def test_two_links_with_one_slot_number_are_parted_by_what_the_slots_know() -> None:
    found = two([1, 1, 0, 2, 0, "TEXT"], [2, 1, 0, 2, 0, "TEXT"])
    assert [str(each) for each in found.workflow.links] == ["text.text_out -> llm.prompt", "text.text_out -> llm.image"]
    assert found.mends == ('Link 2 names a wrong slot of node "llm"; "image" is evidently meant.',)


def test_a_tool_takes_calls_from_several_models() -> None:
    tool = node(1, "CalculatorToolNode")
    models = [node(at, "LLMNode", ["openai"], outputs=("tool_calls_0",)) for at in (2, 3)]
    data = graph([tool, *models], ("2.tool_calls_0 > 1.tool_call", "3.tool_calls_0 > 1.tool_call"))
    found = import_graph(data, REGISTRY)
    assert len(found.workflow.links) == 2
    assert found.mends == ()


def test_slots_that_a_file_does_not_draw_are_those_of_the_class() -> None:
    entries = [
        {"id": 1, "type": "Input/TextNode", "widgets_values": ["a"]},
        {"id": 2, "type": "AI/LLMNode", "widgets_values": []},
    ]
    found = import_graph({"nodes": entries, "links": [[1, 1, 0, 2, 1, "TEXT"], [2, 1, 0, 2, 4, "TEXT"]]}, REGISTRY)
    assert [str(each) for each in found.workflow.links] == [
        "text.text_out -> llm.system_prompt",
        "text.text_out -> llm.tools[1]",
    ]


def test_without_a_list_the_links_that_both_ends_know_are_taken() -> None:
    data = graph([node(1, "TextNode", ["a"]), node(2, "LogNode", ["LOG"])], ("1.text_out > 2.value_in",))["graph_data"]
    del data["links"]
    found = import_graph(data, REGISTRY)
    assert [str(each) for each in found.workflow.links] == ["text.text_out -> log.value_in"]
    assert found.mends == ("The file has no list of links; those that the nodes know of are taken.",)


def test_of_two_nodes_with_one_id_links_mean_the_later() -> None:
    data = graph([node(1, "TextNode", ["a"]), node(2, "LogNode", ["LOG"])], ("1.text_out > 2.value_in",))["graph_data"]
    data["nodes"].insert(1, node(1, "TextNode", ["b"]))
    found = import_graph(data, REGISTRY)
    assert [str(each) for each in found.workflow.links] == ["text_2.text_out -> log.value_in"]
    assert found.mends == ('Nodes "text" and "text_2" had one id in the file, "1"; links to it mean the later one.',)


def test_a_start_that_is_not_there_is_told() -> None:
    found = import_graph({"graph_data": {"nodes": []}, "start_node_id": "9"}, REGISTRY)
    assert found.workflow.start is None
    assert found.mends == ("The file begins at a node that is not there; choose where the workflow begins.",)


def test_a_slot_of_a_name_that_the_class_has_not_is_told_by_it() -> None:
    entries = [node(1, "TextNode"), node(2, "DisplayOutputNode")]
    entries[1]["inputs"] = [{"name": "gone", "type": "*", "link": 1}]
    found = import_graph({"nodes": entries, "links": [[1, 1, 0, 2, 0, "*"]]}, REGISTRY)
    assert found.mends == (
        'Link 1 from node "text" ends at "gone" of node "display_output", which has no such input; it was left out.',
    )
