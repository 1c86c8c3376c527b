"""A workflow compiled: nodes, inputs and routes by index."""

from __future__ import annotations

from typing import Annotated, Any

import pytest

from nodebuilder.engine.inputs import Kind
from nodebuilder.engine.plan import Form, Plan, compile_plan
from nodebuilder.errors import WorkflowError
from nodebuilder.node import NodeType, node
from nodebuilder.registry import Registry
from nodebuilder.values import Secret, SocketType
from nodebuilder.widgets import DoNotWait, Meant, Pull, When
from tests.engine.harness import flow
from tests.engine.samples import add_pushed, count_to, hand_on, loose, number, spread, text, texts


@node("keyed_node")
async def keyed_node(value: Any, *, api_key: Secret = Secret(""), size: int = 1) -> Any:
    """Need a key."""
    return value


@node("blocks", blocking=True)
def blocks(value: Any) -> Any:
    """Block."""
    return value


@node("ruled")
async def ruled(
    value: Annotated[Any, Pull(), Meant(SocketType.DICTIONARY), When("wait", False, DoNotWait())],
    *,
    wait: bool = True,
) -> Any:
    """Wait, or do not."""
    return value


def compiled(nodes: dict[str, Any], *links: str, **options: Any) -> Plan:
    types: list[NodeType] = [each[0] if isinstance(each, tuple) else each for each in nodes.values()]
    return compile_plan(flow(nodes, *links), Registry(tuple(types)), **options)


def test_inputs_are_in_the_order_of_the_definition_and_slots_by_number() -> None:
    plan = compiled(
        {"t": text, "join": texts},
        *("t.output -> join.plain", "t.output -> join.second_2[10]", "t.output -> join.second_2[9]"),
        "t.output -> join.first_1[0]",
    )
    join = plan.nodes[1]
    assert [each.name for each in join.inputs] == ["first_1[0]", "second_2[9]", "second_2[10]", "plain"]
    assert [each.kind for each in join.inputs] == [Kind.PULL, Kind.PLAIN, Kind.PLAIN, Kind.PULL]
    assert join.pulls == ((0, (0,)), (3, (0,)))
    assert plan.nodes[0].routes == {"output": ((1, 3), (1, 2), (1, 1), (1, 0))}


def test_array_outputs_have_a_route_for_each_slot() -> None:
    plan = compiled(
        {"t": text, "s": spread, "a": hand_on, "b": hand_on},
        *("t.output -> s.values[0]", "s.items[1] -> a.value", "s.items[0] -> b.value"),
    )
    assert plan.nodes[1].slots == {"items": {0: ((3, 0),), 1: ((2, 0),)}}
    assert plan.nodes[1].routes == {}


def test_the_form_of_a_node_says_how_its_function_is_run() -> None:
    plan = compiled(
        {"n": number, "t": text, "c": count_to, "k": keyed_node, "b": blocks},
        *("n.output -> c.last", "n.output -> k.value", "n.output -> b.value"),
    )
    assert [each.form for each in plan.nodes] == [Form.ASYNC, Form.DIRECT, Form.LONGER, Form.LONGER, Form.LONGER]


def test_a_run_starts_at_its_start_node_or_at_every_source() -> None:
    nodes = {"a": number, "b": number, "add": add_pushed, "l": loose}
    links = ("a.output -> add.a", "b.output -> add.b", "add.output -> l.value")
    assert compiled(nodes, *links).starts == (0, 1)
    plan = compiled(nodes, *links, start="add")
    assert (plan.starts, plan.start) == ((2,), "add")


def test_a_key_given_for_the_run_stays_apart_from_the_names_of_secrets() -> None:
    nodes = {"n": number, "k": (keyed_node, {"api_key": "stored"})}
    plan = compiled(nodes, "n.output -> k.value", values={"k": {"api_key": "sk-1234", "size": 3}})
    keyed = plan.nodes[1]
    assert keyed.secrets == {"api_key": "stored"}
    assert keyed.given == {"api_key": "sk-1234"}
    assert keyed.fixed == {"size": 3}


def test_a_workflow_that_check_refuses_names_its_first_problem_and_carries_all() -> None:
    with pytest.raises(WorkflowError) as caught:
        compiled({"a": hand_on, "b": hand_on}, "a.output -> b.nowhere")
    assert len(caught.value.problems) >= 2
    assert "more problem" in caught.value.message
    assert caught.value.code == caught.value.problems[0].code


def test_an_input_takes_part_as_the_widgets_say_also_those_given_for_the_run() -> None:
    for values, kind in (({}, Kind.PULL), ({"wait": False}, Kind.LOOSE)):
        link = "t.output -> r.value"
        assert compiled({"t": loose, "r": (ruled, values)}, link).nodes[1].inputs[0].kind is kind
        given = {"r": values} if values else None
        plan = compiled({"t": loose, "r": ruled}, link, values=given)
        assert plan.nodes[1].inputs[0].kind is kind
        assert plan.nodes[1].pulls == (((0, (0,)),) if kind is Kind.PULL else ())


def test_an_input_that_is_meant_for_a_type_converts_nothing() -> None:
    assert compiled({"t": loose, "r": ruled}, "t.output -> r.value").nodes[1].inputs[0].exact is None
