from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodebuilder.cli.flow_file import assigned, read_workflow
from nodebuilder.errors import WorkflowError
from nodebuilder.registry import Registry, load_registry
from nodebuilder.settings import load_settings
from nodebuilder.workflow.model import Workflow
from nodebuilder.workflow.read import from_json
from tests.cli.flows import PICTURE

REGISTRY: Registry = load_registry()
WORKFLOW: Workflow = from_json({**PICTURE, "nodes": {**PICTURE["nodes"], "amount": {"type": "number"}}})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("prompt.value=Hello", "Hello"),
        ("prompt.value=12", "12"),
        ("prompt.value=", ""),
        ("prompt.value=a=b.c", "a=b.c"),
        ("prompt.value=[1]", "[1]"),
        ("image.size=1536x1024", "1536x1024"),
        ("image.api_key=sk-1", "sk-1"),
        ("amount.value=12.5", 12.5),
        ("amount.value=-3", -3),
        ("amount.value=twelve", "twelve"),
    ],
)
def test_a_value_is_json_for_numbers_and_as_it_stands_for_texts(text: str, value: Any) -> None:
    node, _, rest = text.partition(".")
    assert assigned([text], WORKFLOW, REGISTRY) == {node: {rest.partition("=")[0]: value}}


def test_several_values_are_gathered_and_the_last_one_counts() -> None:
    texts = ["image.size=1024x1024", "image.quality=low", "image.size=1024x1536"]
    assert assigned(texts, WORKFLOW, REGISTRY) == {"image": {"size": "1024x1536", "quality": "low"}}


@pytest.mark.parametrize("text", ["prompt", "prompt=1", "prompt.=1", "=1", "", "."])
def test_what_names_no_widget_is_refused(text: str) -> None:
    with pytest.raises(WorkflowError) as caught:
        assigned([text], WORKFLOW, REGISTRY)
    assert caught.value.code == "bad_assignment"


def test_a_mistyped_widget_or_node_is_named() -> None:
    with pytest.raises(WorkflowError, match='has no widget "sise"') as caught:
        assigned(["image.sise=1"], WORKFLOW, REGISTRY)
    assert caught.value.remedy == 'Did you mean "size"?'
    with pytest.raises(WorkflowError, match='no node "imge"'):
        assigned(["imge.size=1"], WORKFLOW, REGISTRY)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_any_text_reaches_a_text_widget_unchanged(text: str) -> None:
    assert assigned([f"prompt.value={text}"], WORKFLOW, REGISTRY) == {"prompt": {"value": text}}


def test_a_file_larger_than_the_limit_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "large.flow.json"
    path.write_text('{"format": "nodebuilder/1", "name": "' + "x" * 5000 + '"}')
    with pytest.raises(WorkflowError) as caught:
        read_workflow(path, load_settings(max_document_bytes=1000))
    assert caught.value.code == "too_large"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(WorkflowError) as caught:
        read_workflow(tmp_path, load_settings())
    assert caught.value.code == "unreadable_file"
