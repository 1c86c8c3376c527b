"""Keys in clear text: found, handed back, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest

from nodebuilder.errors import WorkflowError
from nodebuilder.interop.litegraph.importing import Imported, import_graph
from nodebuilder.registry import load_registry
from nodebuilder.workflow.write import save
from tests.interop.litegraph.old import node

REGISTRY = load_registry()
KEY = "sk-CANARY-0123456789-abcdefghij"


def secrets_of(found: Imported) -> list[tuple[str, str, str, str]]:
    return [(each.node, each.widget, each.name, each.value.reveal()) for each in found.secrets]


def nowhere(found: Imported, key: str = KEY) -> bool:
    return key not in save(found.workflow) and key not in "".join(found.mends) and key not in repr(found)


@pytest.mark.parametrize(
    ("entry", "widget", "name"),
    [
        (node(1, "LLMNode", ["openai", "gpt-4o", KEY]), "api_key", "openai"),
        (node(1, "LLMNode", ["anthropic", "claude", KEY]), "api_key", "anthropic"),
        (node(1, "LLMNode", ["not a name!", "claude", KEY]), "api_key", "openai"),
        (node(1, "GPTImageNode", [f" {KEY} "]), "api_key", "openai"),
        (node(1, "GPTImageToolNode", [KEY]), "api_key", "openai"),
        (node(1, "WeatherToolNode", [KEY]), "openweathermap_api_key", "openweathermap"),
        (
            {**node(1, "WeatherToolNode"), "properties": {"openweathermap_api_key": KEY}},
            "openweathermap_api_key",
            "openweathermap",
        ),
        ({**node(1, "GPTImageNode"), "widgets_values": {"api_key": KEY}}, "api_key", "openai"),
        ({**node(1, "FrobNode", ["a", KEY]), "properties": {"service_token": KEY}}, "service_token", "key"),
        (node(1, "FrobNode", ["a", KEY]), "widgets_values[1]", "key"),
    ],
)
def test_a_key_is_handed_back_and_stands_nowhere_else(entry: dict[str, Any], widget: str, name: str) -> None:
    found = import_graph({"nodes": [entry]}, REGISTRY)
    (secret,) = secrets_of(found)
    assert secret[1:] == (widget, name, KEY)
    assert secret[0] in found.workflow.nodes
    assert nowhere(found)


def test_a_short_key_is_taken_from_its_widget_and_its_mirror_alone() -> None:
    found = import_graph({"nodes": [node(1, "GPTImageNode", ["openai"], title="openai")]}, REGISTRY)
    assert secrets_of(found) == [("openai", "api_key", "openai", "openai")]
    assert found.workflow.nodes["openai"].title == "openai"
    assert found.workflow.nodes["openai"].values == {}


def test_the_key_is_blanked_wherever_else_it_was_pasted() -> None:
    entries = [
        node(1, "LLMNode", ["openai", KEY, KEY], title=f"Mine {KEY}", notes={KEY: [KEY]}),
        node(2, "TextNode", [f"my key is {KEY}"]),
        node(3, "NumberNode", [KEY]),
    ]
    links = [[1, 1, KEY, 2, KEY, KEY], [KEY, KEY]]
    found = import_graph({"nodes": entries, "links": links, "extra": {"a": KEY}, "start_node_id": KEY}, REGISTRY)
    assert len(found.secrets) == 1
    assert found.workflow.nodes["text"].values == {"value": "my key is "}
    assert nowhere(found)


def test_a_mirror_that_differs_is_dropped_with_the_widget() -> None:
    entry = node(1, "GPTImageNode", [KEY])
    entry["properties"]["api_key"] = "sk-OLDER-9876543210-zyxwvuts"
    found = import_graph({"nodes": [entry]}, REGISTRY)
    assert nowhere(found, "sk-OLDER-9876543210-zyxwvuts")


def test_an_empty_widget_is_no_secret() -> None:
    assert import_graph({"nodes": [node(1, "GPTImageNode", ["  ", "1024x1024"])]}, REGISTRY).secrets == ()


def test_a_file_full_of_keys_is_refused() -> None:
    entries = [node(at, "LLMNode", ["openai", "m", f"sk-CANARY-{at:020}"]) for at in range(101)]
    with pytest.raises(WorkflowError, match="101 different keys") as refused:
        import_graph({"nodes": entries}, REGISTRY)
    assert refused.value.code == "too_many_keys"


LONG = f"sk-{'CANARY0123456789abcdefghijklmnop'}"


def inner_graph() -> dict[str, Any]:
    inner = node(7, "LLMNode", ["openai", "gpt-4o", LONG])
    return {"nodes": [{**inner, "properties": {"api_key": LONG}}], "links": []}


def test_a_key_in_a_graph_within_a_node_is_taken_out() -> None:
    found = import_graph({"nodes": [{**node(1, "subgraph"), "subgraph": inner_graph()}]}, REGISTRY)
    assert secrets_of(found) == [("subgraph", "api_key", "openai", LONG)]
    assert nowhere(found, LONG)


def test_a_key_beside_the_nodes_is_left_out_and_told() -> None:
    found = import_graph({"nodes": [node(1, "TextNode")], "definitions": {"subgraphs": [inner_graph()]}}, REGISTRY)
    assert found.mends == ("Keys stood in clear text outside of the nodes; they are left out.",)
    assert "definitions" in save(found.workflow)
    assert nowhere(found, LONG)


def test_keys_in_fields_that_are_not_for_them_are_taken_out() -> None:
    other = LONG.replace("0", "7")
    entry = {**node(1, "LLMNode", [LONG, "gpt-4o", ""]), "openai_api_key": other}
    found = import_graph({"nodes": [entry]}, REGISTRY)
    assert secrets_of(found) == [("llm", "provider", "key", LONG), ("llm", "openai_api_key", "key", other)]
    assert nowhere(found, LONG)
    assert nowhere(found, other)


def test_values_that_only_remind_of_keys_stay() -> None:
    texts = ["sk-learn", "pk_primary_2024", "how to make a token", "8c0e3b4c-7f0e-4a1e-9a44-0123456789ab"]
    entries = [node(at, "TextNode", [text]) for at, text in enumerate(texts)]
    found = import_graph({"nodes": entries, "extra": {"id": texts[-1], "max_tokens": "12"}}, REGISTRY)
    assert [each.values["value"] for each in found.workflow.nodes.values()] == texts
    assert found.secrets == ()
    assert texts[-1] in str(found.workflow.extra)
