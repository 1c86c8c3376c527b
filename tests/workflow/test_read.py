from __future__ import annotations

import pytest

from nodebuilder.errors import WorkflowError
from nodebuilder.workflow.model import Link, Node, Ref
from nodebuilder.workflow.read import from_json, load
from tests.workflow.documents import LION, document
from tests.workflow.test_parse import Small


def test_the_example_of_the_design_is_read() -> None:
    workflow = load(LION)
    assert workflow.name == "A lion"
    assert list(workflow.nodes) == ["prompt", "image", "show"]
    assert workflow.nodes["image"] == Node("image", "gpt_image", values={"quality": "low"})
    assert workflow.links[0] == Link(Ref("prompt", "text_out"), Ref("image", "prompt"))
    assert workflow.start == "prompt"
    assert workflow.layout["image"] == [320, 0]
    assert (workflow.extra, workflow.raw, workflow.stray_links) == ({}, {}, ())


def test_bytes_and_text_give_the_same_workflow() -> None:
    assert load(LION.encode()) == load(LION)


def test_almost_everything_may_be_missing() -> None:
    assert load('{"format": "nodebuilder/1"}').nodes == {}
    assert load('{"nodes": {"a": {"type": "text"}}}').nodes == {"a": Node("a", "text")}


def test_a_newer_format_is_opened_and_kept() -> None:
    assert load('{"format": "nodebuilder/2", "nodes": {"a": {}}}').format == "nodebuilder/2"


def test_unknown_keys_are_kept_apart_in_their_order() -> None:
    workflow = document(z=1, nodes={"a": {"y": 1, "type": "text", "x": 2}}, b=2)
    assert list(workflow.extra.items()) == [("z", 1), ("b", 2)]
    assert list(workflow.nodes["a"].extra.items()) == [("y", 1), ("x", 2)]


def test_what_has_the_wrong_shape_is_kept_as_it_stands() -> None:
    workflow = document(nodes={"a": 5, "b": {"type": 1, "title": [], "values": "x"}}, links=["?", "a.b -> c.d", None])
    assert workflow.nodes["a"] == Node("a", "", instead=(5,))
    assert workflow.nodes["b"] == Node("b", "", raw={"type": 1, "title": [], "values": "x"})
    assert workflow.stray_links == ((0, "?"), (2, None))
    assert len(workflow.links) == 1
    assert document(nodes=[], links={}, start=1).raw == {"nodes": [], "links": {}, "start": 1}


@pytest.mark.parametrize("text", ["[]", "null", "5", '"nodebuilder/1"', "true"])
def test_json_that_is_no_object_is_no_workflow(text: str) -> None:
    with pytest.raises(WorkflowError) as caught:
        load(text)
    assert caught.value.code == "not_an_object"


@pytest.mark.parametrize(
    "text",
    ["{}", '{"name": "package", "version": "1"}', '{"format": "comfy", "nodes": {}}', '{"format": null}',
     '{"format": 1}', '{"format": "", "nodes": {}}',
     '{"last_node_id": 3, "nodes": [], "links": []}', '{"nodes": null}'],
)  # fmt: skip
def test_an_object_of_another_program_is_no_workflow(text: str) -> None:
    with pytest.raises(WorkflowError) as caught:
        load(text)
    assert caught.value.code == "not_a_workflow"
    assert "nodebuilder/1" in caught.value.remedy


def test_more_nodes_or_links_than_allowed_are_refused() -> None:
    few, many = {str(n): {} for n in range(10)}, {str(n): {} for n in range(11)}
    assert len(from_json({"nodes": few, "links": [5] * 10}, Small()).nodes) == 10
    with pytest.raises(WorkflowError, match="11 nodes; at most 10") as caught:
        from_json({"nodes": many}, Small())
    assert caught.value.code == "too_many_nodes"
    with pytest.raises(WorkflowError) as caught:
        from_json({"nodes": {}, "links": [5] * 11}, Small())
    assert caught.value.code == "too_many_links"
    assert "NODEBUILDER_MAX_LINKS" in caught.value.remedy


def test_more_nodes_than_the_settings_allow_are_refused() -> None:
    with pytest.raises(WorkflowError) as caught:
        load('{"nodes":{' + ",".join(f'"{n}":{{}}' for n in range(20_001)) + "}}")
    assert caught.value.code == "too_many_nodes"


def test_a_large_workflow_is_read() -> None:
    nodes = ",".join(f'"n{n}":{{"type":"text","values":{{"value":"{n}"}}}}' for n in range(5000))
    links = ",".join(f'"n{n % 5000}.text_out -> n{n * 7 % 5000}.prompt"' for n in range(20_000))
    workflow = load(f'{{"nodes":{{{nodes}}},"links":[{links}]}}')
    assert (len(workflow.nodes), len(workflow.links)) == (5000, 20_000)
