"""Files as the earlier editor saved them (`fixtures/`): all its classes and oddities, and each passes its test."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nodebuilder.interop.litegraph.catalogue import CLASSES, class_name
from nodebuilder.interop.litegraph.importing import import_graph
from nodebuilder.registry import load_registry
from nodebuilder.workflow.check import check
from nodebuilder.workflow.read import load
from nodebuilder.workflow.write import save
from tests.terminal import Terminal, terminal

__all__ = ["terminal"]
FOLDER = Path(__file__).parent / "fixtures"
FILES = sorted(FOLDER.glob("*.json"))
MENDED = {
    "bare": ["was muted (mode 2)", "was muted (mode 4)"],
    "graph_within_a_graph": ['of the type "graph/subgraph"'],
    "odd_looks": ["was muted (mode 2)", "was muted (mode 4)", 'of the type "Custom/MyFancyNode"'],
    "webhook_by_hand": ['has no widget "port" any more'],
}
"""What is told of a file; of all others nothing, for nothing in them is to be mended."""
KEYS = {
    "graph_within_a_graph": [("subgraph", "api_key", "openai")],
    "model_draws_with_a_key_in_the_file": [("llm", "api_key", "openai")],
}
"""The keys that stand in files: node, widget, and the name of the secret."""


def graph_of(path: Path) -> dict[str, Any]:
    document = json.loads(path.read_text())
    return document.get("graph_data", document)


def test_every_class_of_the_earlier_system_is_in_some_file() -> None:
    used = {class_name(node["type"]) for path in FILES for node in graph_of(path)["nodes"]}
    assert set(CLASSES) <= used


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_is_imported_whole_and_mended_only_where_that_is_due(path: Path) -> None:
    registry = load_registry()
    imported = import_graph(json.loads(path.read_text()), registry)
    expected = MENDED.get(path.stem, [])
    assert len(imported.mends) == len(expected), imported.mends
    assert all(part in mend for part, mend in zip(expected, imported.mends, strict=True))
    assert [(each.node, each.widget, each.name) for each in imported.secrets] == KEYS.get(path.stem, [])
    graph = graph_of(path)
    assert len(imported.workflow.nodes) == len(graph["nodes"])
    assert len(imported.workflow.links) == len([link for link in graph["links"] if link])
    assert len(imported.workflow.layout) == len(graph["nodes"])
    assert imported.workflow.groups == tuple(graph["groups"])
    errors = [each for each in check(imported.workflow, registry) if each.severity == "error"]
    assert not errors


def test_titles_places_and_looks_are_kept() -> None:
    registry = load_registry()
    words = import_graph(json.loads((FOLDER / "texts_joined.json").read_text()), registry).workflow
    assert words.nodes["my_first_word"].title == "My First Word"
    assert words.nodes["concatenate_array"].extra["litegraph"] == {"flags": {"collapsed": True}}
    assert words.nodes["text_2"].extra["litegraph"] == {"color": "#322", "bgcolor": "#533"}
    odd = import_graph(json.loads((FOLDER / "odd_looks.json").read_text()), registry).workflow
    assert odd.layout["number_2"] == [-123456.75, 98765432.5, 210, 58]
    plain = import_graph(json.loads((FOLDER / "stale_and_plain.json").read_text()), registry).workflow
    assert {node.title for node in plain.nodes.values()} == {None}
    assert plain.nodes["number"].values == {"value": 5}


def test_graphs_within_and_beside_are_kept_without_their_keys() -> None:
    found = import_graph(json.loads((FOLDER / "graph_within_a_graph.json").read_text()), load_registry()).workflow
    assert found.extra["litegraph"] == {
        "definitions": {"subgraphs": [{"note": "kept"}]},
        "saved_by": {"editor": "earlier"},
    }
    assert '"subgraph": {' in save(found)
    assert "CANARY" not in save(found)


def test_all_of_them_pass_as_they_are(terminal: Terminal) -> None:
    said = terminal.run("test", FOLDER, "--sandbox", "--quiet")
    assert said.code == 0, said.out + said.err
    assert said.out.splitlines()[-1] == f"{len(FILES)} passed, 0 failed"


def test_all_of_them_pass_as_what_they_became(terminal: Terminal) -> None:
    registry = load_registry()
    for path in FILES:
        text = save(import_graph(json.loads(path.read_text()), registry, name=path.stem).workflow)
        assert save(load(text)) == text
        terminal.write(f"new/{path.stem}.flow.json", text)
    said = terminal.run("test", "new", "--sandbox")
    assert said.code == 0, said.out + said.err
    assert said.out.splitlines()[-1] == f"{len(FILES)} passed, 0 failed"


def ids_as_text(graph: dict[str, Any]) -> None:
    for node in graph["nodes"]:
        node["id"] = str(node["id"])
    graph["links"] = [link and [str(part) for part in link] for link in graph["links"]]


def links_as_objects(graph: dict[str, Any]) -> None:
    names = ("id", "origin_id", "origin_slot", "target_id", "target_slot", "type")
    graph["links"] = [link and dict(zip(names, link, strict=True)) for link in graph["links"]]


def numbers_as_floats(graph: dict[str, Any]) -> None:
    graph["links"] = [link and [float(part) for part in link[:5]] + link[5:] for link in graph["links"]]


def slots_that_know_of_no_link(graph: dict[str, Any]) -> None:
    for node in graph["nodes"]:
        for slot in node.get("inputs", []):
            slot["link"] = None
        for slot in node.get("outputs", []):
            slot["links"] = []
            slot.pop("slot_index", None)


def nothing_but_what_counts(graph: dict[str, Any]) -> None:
    for node in graph["nodes"]:
        for key in ("order", "properties", "mode", "flags"):
            node.pop(key, None)
    for key in ("last_node_id", "last_link_id", "config", "extra", "version"):
        del graph[key]


def another_order(graph: dict[str, Any]) -> None:
    graph["nodes"].reverse()
    for node in graph["nodes"]:
        node["type"] = f"Elsewhere/{class_name(node['type'])}"


def types_in_other_letters(graph: dict[str, Any]) -> None:
    for node in graph["nodes"]:
        for slot in [*node.get("inputs", []), *node.get("outputs", [])]:
            slot["type"] = slot["type"].lower() or 0


def links_in_another_order(graph: dict[str, Any]) -> None:
    graph["links"] = [None, *reversed(graph["links"])]


CHANGES = (
    ids_as_text,
    links_as_objects,
    numbers_as_floats,
    slots_that_know_of_no_link,
    nothing_but_what_counts,
    another_order,
    types_in_other_letters,
    links_in_another_order,
)


@pytest.mark.parametrize("change", CHANGES)
def test_written_in_another_hand_they_mean_the_same(change: Callable[[dict[str, Any]], None]) -> None:
    registry = load_registry()
    for path in FILES:
        document = json.loads(path.read_text())
        meant = import_graph(document, registry).workflow
        change(document.get("graph_data", document))
        read = import_graph(document, registry).workflow
        assert set(map(str, read.links)) == set(map(str, meant.links)), path.name
        assert {name: (node.type, node.values) for name, node in read.nodes.items()} == {
            name: (node.type, node.values) for name, node in meant.nodes.items()
        }, path.name
        assert read.start == meant.start
