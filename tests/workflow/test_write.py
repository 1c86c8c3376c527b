from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodebuilder.errors import WorkflowError
from nodebuilder.values import JSON
from nodebuilder.workflow.model import Workflow, with_start, with_values
from nodebuilder.workflow.parse import parse
from nodebuilder.workflow.read import from_json, load
from nodebuilder.workflow.write import WIDTH, lay_out, save, to_json
from tests.workflow.documents import LION, NUMBER_LITERALS, anything, document, documents, text_of

spaces = st.sampled_from([{}, {"indent": 1}, {"indent": 4}, {"separators": (",", ":")}, {"ensure_ascii": False}])


def written(workflow: Workflow) -> str:
    """What save writes when the text it came from is not at hand."""
    return save(replace(workflow, origin=None))


@given(documents)
def test_a_saved_document_is_loaded_again_as_it_was(value: dict[str, JSON]) -> None:
    workflow = from_json(value)
    assert load(save(workflow)) == workflow


@given(documents)
def test_a_document_says_the_same_after_it_was_read_and_written(value: dict[str, JSON]) -> None:
    text = written(from_json(value))
    assert json.loads(text) == value
    assert to_json(load(text)) == value


@given(documents, spaces)
def test_saving_what_was_loaded_gives_the_very_text_back(value: dict[str, JSON], style: dict[str, object]) -> None:
    text = json.dumps(value, **style)  # type: ignore[arg-type] - options of dumps
    assert save(load(text)) == text
    assert save(load(text.encode())) == text


@given(documents, spaces)
def test_the_laid_out_text_does_not_change_when_it_is_laid_out_again(
    value: dict[str, JSON], style: dict[str, object]
) -> None:
    text = written(load(json.dumps(value, **style)))  # type: ignore[arg-type] - options of dumps
    assert written(load(text)) == text


@given(anything)
def test_any_json_is_laid_out_without_a_change(value: JSON) -> None:
    assert json.loads(lay_out(value)) == value


@given(st.lists(NUMBER_LITERALS, min_size=1, max_size=5))
def test_numbers_come_back_as_they_were_written(literals: list[str]) -> None:
    text = (
        f'{{"format": "nodebuilder/1", "nodes": {{"a": {{"type": "t", "values": {{"v": [{", ".join(literals)}]}}}}}}}}'
    )
    workflow = with_start(load(text), "a")
    assert "[" + ", ".join(literals) + "]" in "".join(
        line.strip() + " " * line.endswith(",") for line in save(workflow).splitlines()
    )


def test_the_parts_are_written_in_one_order_and_line_by_line() -> None:
    workflow = with_values(load(LION), {"image": {"quality": "high"}})
    assert (
        save(workflow)
        == """{
  "format": "nodebuilder/1",
  "name": "A lion",
  "nodes": {
    "prompt": {"type": "text", "values": {"value": "A majestic lion"}},
    "image": {"type": "gpt_image", "values": {"quality": "high"}},
    "show": {"type": "display_output"}
  },
  "links": [
    "prompt.text_out -> image.prompt",
    "image.image_url -> show.data"
  ],
  "start": "prompt",
  "layout": {
    "prompt": [0, 0],
    "image": [320, 0],
    "show": [640, 0]
  }
}
"""
    )


def test_unknown_keys_stand_after_the_name_in_their_order() -> None:
    workflow = document(
        layout={}, zeta=1, name="n", groups=[], alpha={"é": "ü"}, nodes={"a": {"z": 1, "type": "t", "b": 2}}
    )
    assert (
        save(workflow)
        == """{
  "format": "nodebuilder/1",
  "name": "n",
  "zeta": 1,
  "alpha": {"é": "ü"},
  "nodes": {
    "a": {"type": "t", "z": 1, "b": 2}
  },
  "groups": [],
  "layout": {}
}
"""
    )


def test_a_node_too_long_for_a_line_is_broken_member_by_member() -> None:
    workflow = document(nodes={"a": {"type": "text", "title": "T", "values": {"value": "x" * 100, "n": [1, 2]}}})
    assert (
        save(workflow)
        == f"""{{
  "format": "nodebuilder/1",
  "nodes": {{
    "a": {{
      "type": "text",
      "title": "T",
      "values": {{
        "value": "{"x" * 100}",
        "n": [1, 2]
      }}
    }}
  }}
}}
"""
    )


@pytest.mark.parametrize(("length", "lines"), [(WIDTH - 60, 1), (WIDTH - 22, 1), (WIDTH - 21, 3)])
def test_a_line_holds_several_values_up_to_its_width(length: int, lines: int) -> None:
    text = save(document(nodes={"a": {"type": "t" * length}}))
    node = text.splitlines()[3:-2]
    assert len(node) == lines
    assert lines > 1 or len(node[0]) + 1 <= WIDTH


def test_wrong_things_and_unknown_types_come_back_when_another_node_is_edited() -> None:
    nodes = {
        "a": 5,
        "b": {"type": "of_someone", "values": [1], "x": {"y": 1.0}},
        "c": {"type": None},
        "d": {"type": "text"},
    }
    links = ["nonsense", "a.b->c.d", 7, {"from": "a.b", "to": "c.d", "w": 2}, ["a"]]
    before = load(text_of(name=5, nodes=nodes, links=links, layout=[1], start=3, odd=[]))
    after = json.loads(save(with_values(before, {"d": {"value": "new"}})))
    assert after["nodes"] == {**nodes, "d": {"type": "text", "values": {"value": "new"}}}
    assert after["links"] == links
    assert (after["name"], after["layout"], after["start"], after["odd"]) == (5, [1], 3, [])


def test_an_edited_document_is_not_saved_as_the_text_it_came_from() -> None:
    workflow = load(LION)
    assert save(workflow) == LION
    assert json.loads(save(with_start(workflow, "show")))["start"] == "show"
    assert json.loads(save(replace(workflow, name="Other")))["name"] == "Other"


def test_a_byte_order_mark_and_the_ends_of_lines_come_back() -> None:
    raw = b"\xef\xbb\xbf" + LION.replace("\n", "\r\n").encode()
    assert save(load(raw)).encode() == raw


def test_text_is_written_unescaped_and_ends_in_a_newline() -> None:
    text = written(load(r'{"format": "nodebuilder/1", "name": "\u00e9\ud83d\ude00\u0001\n\/"}'))
    assert '"é😀\\u0001\\n/"' in text
    assert text.endswith("}\n")


def test_a_document_without_format_gets_one_and_nothing_else() -> None:
    assert json.loads(written(load('{"nodes": {}}'))) == {"format": "nodebuilder/1", "nodes": {}}


@pytest.mark.parametrize("value", [float("nan"), float("inf"), ("a", "b"), object(), b"x"])
def test_what_is_not_json_is_never_written(value: object) -> None:
    with pytest.raises(WorkflowError, match="JSON does not have it") as caught:
        save(Workflow(extra={"x": value}))  # type: ignore[dict-item] - wrong on purpose
    assert caught.value.code == "not_json"


def test_half_a_character_is_never_written() -> None:
    with pytest.raises(WorkflowError) as caught:
        save(Workflow(name="\ud800"))
    assert caught.value.code == "lone_surrogate"


def test_a_parsed_value_can_be_laid_out_for_an_answer() -> None:
    assert (
        lay_out(parse('{"version":1.0,"workflow":{"x":1e400}}'))
        == '{\n  "version": 1.0,\n  "workflow": {"x": 1e400}\n}\n'
    )
    assert lay_out([]) == "[]\n"
    assert lay_out({}) == "{}\n"
