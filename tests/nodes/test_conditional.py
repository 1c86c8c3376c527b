from __future__ import annotations

import json
import operator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodebuilder.errors import WorkflowError
from nodebuilder.nodes.conditional import Ways, decision
from nodebuilder.values import SKIP
from tests.workbench import Bench

OPERATORS: dict[str, Any] = {
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}


async def decide(bench: Bench, left: Any, right: Any, sign: str) -> dict[str, Any]:
    end = await bench.run(
        {
            "left": ("input", {"type": "any", "default": json.dumps(left)}),
            "right": ("input", {"type": "any", "default": json.dumps(right)}),
            "is": ("decision", {"operator": sign}),
        },
        "left.value -> is.input_value",
        "right.value -> is.comparison_value",
    )
    assert end.status == "succeeded"
    return dict(end.outputs["is"])


@pytest.mark.parametrize(
    ("left", "sign", "right", "holds"),
    [
        (10, "==", "10.0", True),
        ("10", ">", 9, True),
        ("10", ">", "9 apples", False),
        ("apple", "<", "pear", True),
        ("apple", "!=", "Apple", True),
        (5, ">=", 5, True),
        (5, "<=", 4, False),
        ([1], "==", "[1]", True),
    ],
)
async def test_numbers_compare_as_numbers_and_all_else_as_texts(
    bench: Bench, left: Any, sign: str, right: Any, holds: bool
) -> None:
    assert await decide(bench, left, right, sign) == {"true_output" if holds else "false_output": left}


@given(
    st.one_of(st.integers(), st.text(max_size=5)),
    st.one_of(st.integers(), st.text(max_size=5)),
    st.sampled_from(list(OPERATORS)),
)
async def test_the_value_leaves_as_it_came_by_one_of_the_two_ways(left: Any, right: Any, sign: str) -> None:
    try:
        expected = OPERATORS[sign](float(left), float(right))
    except (ValueError, OverflowError):
        expected = OPERATORS[sign](str(left), str(right))
    assert await decision.fn(left, right, operator=sign) == (Ways(left, SKIP) if expected else Ways(SKIP, left))


async def test_only_the_way_that_was_chosen_goes_on(bench: Bench) -> None:
    end = await bench.run(
        {
            "n": ("number", {"value": 7}),
            "five": ("number", {"value": 5}),
            "is": ("decision", {"operator": ">"}),
            "yes": ("log", {}),
            "no": ("log", {}),
        },
        *("n.number_out -> is.input_value", "five.number_out -> is.comparison_value"),
        *("is.true_output -> yes.value_in", "is.false_output -> no.value_in"),
    )
    assert end.outputs["yes"] == {"value_out": 7}
    assert "no" not in end.outputs
    assert end.waiting == ()


# ---- Number Classifier ----


async def classified(bench: Bench, number: Any, **values: Any) -> Any:
    nodes = {"n": ("input", {"type": "any", "default": json.dumps(number)}), "is": ("number_classifier", values)}
    return await bench.run(nodes, "n.value -> is.number")


@pytest.mark.parametrize(
    ("number", "way", "label"),
    [
        (-0.5, "below", "low"),
        (0, "within", "middle"),
        ("42", "within", "middle"),
        (100, "within", "middle"),
        (100.5, "above", "high"),
    ],
)
async def test_a_number_goes_down_one_of_three_ways(bench: Bench, number: Any, way: str, label: str) -> None:
    end = await classified(bench, number)
    assert end.status == "succeeded"
    assert end.outputs["is"] == {way: float(number), "label": label}


async def test_range_and_labels_are_set(bench: Bench) -> None:
    end = await classified(bench, 5, low=5, high=5, within_label="five")
    assert end.outputs["is"] == {"within": 5, "label": "five"}


async def test_a_range_the_wrong_way_round_is_found_before_anything_runs(bench: Bench) -> None:
    with pytest.raises(WorkflowError) as refused:
        await classified(bench, 5, low=6, high=4)
    (problem,) = refused.value.problems
    assert (problem.code, problem.node, problem.widget) == ("bad_limits", "is", "low")
    assert "the range begins at 6 and ends at 4" in problem.message
    assert problem.remedy == "Set low to the smaller of the two numbers."


@pytest.mark.parametrize("number", ["nan", "many", [1]])
async def test_what_is_no_number_is_refused(bench: Bench, number: Any) -> None:
    (error,) = (await classified(bench, number)).errors
    assert error.code == "bad_input"
