"""Names that every host takes."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from nodebuilder.interop.mcp.catalogue import CALL, RESULT, TOOL, around, names
from nodebuilder.registry import load_registry
from nodebuilder.workflow.check import check

TAKEN = re.compile(r"[A-Za-z0-9._-]{1,128}")


@given(st.lists(st.text(max_size=200) | st.sampled_from(["a", "a b", "ä", "", "_"]), max_size=20))
def test_every_name_is_taken_and_none_twice(wanted: list[str]) -> None:
    given_names = names(wanted)
    assert len(given_names) == len(wanted) == len(set(given_names))
    assert all(TAKEN.fullmatch(name) for name in given_names)


def test_a_good_name_stays() -> None:
    assert names(["generate_image", "a.b-C", "generate_image"]) == ["generate_image", "a.b-C", "generate_image_2"]


def test_a_published_tool_uses_a_model_that_is_still_offered() -> None:
    definition = load_registry().definition("gpt_image_tool")
    assert definition is not None
    model = definition.widget("model")
    assert model is not None
    chosen = str(around(definition).nodes[TOOL].values.get("model", model.default))
    assert chosen in model.options
    assert chosen not in model.option_warnings


def test_the_workflow_around_a_tool_has_nothing_wrong() -> None:
    registry = load_registry()
    for kind in registry:
        if kind.definition.tool:
            workflow = around(kind.definition)
            assert set(workflow.nodes) == {CALL, TOOL, RESULT}
            assert not [problem for problem in check(workflow, registry) if problem.severity == "error"]
