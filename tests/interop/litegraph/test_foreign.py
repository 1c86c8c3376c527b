"""Files of other programs are known and refused."""

from __future__ import annotations

import pytest

from nodebuilder.errors import WorkflowError
from nodebuilder.interop.litegraph.foreign import is_older, refuse_foreign
from nodebuilder.interop.litegraph.importing import import_graph
from nodebuilder.registry import load_registry
from nodebuilder.values import JSON
from tests.interop.litegraph.old import EIGHT

REGISTRY = load_registry()
COMFY_NODE = {"id": 1, "type": "KSampler", "properties": {"Node name for S&R": "KSampler"}, "widgets_values": [1]}
FLOWISE_NODE = {"id": "chatOpenAI_0", "type": "customNode", "data": {"inputAnchors": [], "inputParams": []}}
FOREIGN: dict[str, list[JSON]] = {
    "ComfyUI": [
        {"3": {"class_type": "KSampler", "inputs": {"seed": 5, "model": ["4", 0]}}},
        {"prompt": {"3": {"class_type": "KSampler", "inputs": {}}}, "client_id": "x"},
        {"last_node_id": 9, "nodes": [COMFY_NODE], "links": [], "version": 0.4},
        {"nodes": [{"id": 4, "type": "Loader"}], "links": [[1, 4, 0, 3, 0, "MODEL"]], "version": 0.4},
    ],
    "Langflow": [
        {"name": "Basic", "data": {"nodes": [{"type": "genericNode", "data": {}}], "edges": [], "viewport": {}}},
        {"flows": [{"data": {"nodes": [], "edges": []}, "last_tested_version": "1.1"}]},
        [{"data": {"nodes": [], "edges": []}}],
    ],
    "Flowise": [{"nodes": [FLOWISE_NODE], "edges": [{"source": "a", "target": "b"}]}],
    "n8n": [
        {"name": "W", "nodes": [{"type": "n8n-nodes-base.start", "parameters": {}}], "connections": {}},
        [{"nodes": [], "connections": {}}],
    ],
    "Node-RED": [
        [{"id": "a", "type": "tab", "label": "Flow 1"}, {"id": "b", "type": "inject", "z": "a", "wires": [[]]}],
        {"rev": "1", "flows": [{"id": "b", "type": "debug", "wires": []}]},
    ],
}


@pytest.mark.parametrize(
    ("program", "data"), [(program, data) for program, all_data in FOREIGN.items() for data in all_data]
)
def test_it_is_refused_by_the_name_of_its_program(program: str, data: JSON) -> None:
    with pytest.raises(WorkflowError) as refused:
        import_graph(data, REGISTRY)
    assert refused.value.message == f"This is a file of {program}, which cannot be opened here."
    assert refused.value.code == "foreign_workflow"
    assert refused.value.remedy


@pytest.mark.parametrize("name", EIGHT)
def test_files_of_the_earlier_system_are_none_of_them(name: str) -> None:
    refuse_foreign(EIGHT[name])
    refuse_foreign(EIGHT[name]["graph_data"])


def test_one_known_class_is_enough_to_be_ours() -> None:
    refuse_foreign({"nodes": [{"type": "Input/TextNode"}, COMFY_NODE], "links": []})


@pytest.mark.parametrize(
    "data",
    [
        *EIGHT.values(),
        *(wrapped["graph_data"] for wrapped in EIGHT.values()),
        {"graph_data": {"nodes": []}},
        {"last_node_id": 0, "nodes": [], "links": []},
        {"nodes": {"1": {"type": "Input/TextNode"}}},
    ],
)
def test_an_older_workflow_is_known_by_what_it_holds(data: JSON) -> None:
    assert is_older(data)


@pytest.mark.parametrize(
    "data",
    [
        *(data for of_one in FOREIGN.values() for data in of_one),
        {"format": "nodebuilder/1", "nodes": {}},
        {"context": [], "graph_hash": None},
        {"nodes": [{"id": "a", "type": "city"}], "links": []},
        {"nodes": {"nixpkgs": {"type": "github"}}, "version": 7},
        {"graph_data": 5},
        {"nodes": 5},
        {},
        [],
        None,
        "nodes",
    ],
)
def test_other_files_of_a_folder_are_none(data: JSON) -> None:
    assert not is_older(data)
