from __future__ import annotations

from nodebuilder.registry import load_registry
from nodebuilder.workflow.bodies import Bodies, repeated
from nodebuilder.workflow.graph import definition_of
from nodebuilder.workflow.model import Link, Node, Workflow

REGISTRY = load_registry()


def workflow(nodes: str, *links: str) -> Workflow:
    """Return a workflow of nodes written as `id:type`."""
    pairs = [word.partition(":") for word in nodes.split()]
    parsed = [Link.parse(text) for text in links]
    assert all(parsed), "a link is misspelt"
    return Workflow(
        nodes={name: Node(name, kind) for name, _, kind in pairs}, links=tuple(link for link in parsed if link)
    )


def found(document: Workflow) -> dict[str, set[str]]:
    bodies = Bodies(document, {name: definition_of(node, REGISTRY.definition) for name, node in document.nodes.items()})
    return {loop: set(bodies.inside(loop)) for loop in bodies.loops}


def test_a_body_is_what_hangs_on_the_body_outputs_up_to_the_loop_itself() -> None:
    document = workflow(
        "each:for_each do:log also:log show:display_output",
        "each.item -> do.value_in",
        "do.value_out -> each.result",
        "do.value_out -> also.value_in",
        "each.results -> show.data",
    )
    assert found(document) == {"each": {"do", "also"}}


def test_what_the_other_outputs_lead_to_is_not_in_it() -> None:
    document = workflow(
        "each:for_each do:log both:string_array_creator",
        "each.item -> do.value_in",
        "do.value_out -> each.result",
        "do.value_out -> both.inputs[0]",
        "each.results -> both.inputs[1]",
    )
    assert found(document) == {"each": {"do"}}


def test_loops_in_bodies_have_bodies_of_their_own() -> None:
    document = workflow(
        "rows:for_each cells:for_each pair:string_array_creator",
        "rows.item -> cells.items",
        "rows.item -> pair.inputs[1]",
        "cells.item -> pair.inputs[0]",
        "pair.string_array -> cells.result",
        "cells.results -> rows.result",
    )
    assert found(document) == {"rows": {"cells", "pair"}, "cells": {"pair"}}


def test_tools_of_a_model_are_in_no_body_but_those_called_by_hand_are() -> None:
    document = workflow(
        "each:for_each llm:llm tool:calculator_tool hand:calculator_tool",
        "each.item -> llm.prompt",
        "llm.tool_calls[0] -> tool.tool_call",
        "tool.output -> llm.tools[0]",
        "llm.response -> hand.tool_call",
        "hand.output -> each.result",
    )
    assert found(document) == {"each": {"llm", "hand"}}


def test_what_a_loop_repeats_is_all_that_is_in_any_body() -> None:
    document = workflow("each:for_each do:log alone:text", "each.item -> do.value_in", "do.value_out -> each.result")
    definitions = {name: REGISTRY.definition(node.type) for name, node in document.nodes.items()}
    assert repeated(document, definitions) == {"do"}


def test_unknown_nodes_and_links_to_nowhere_are_borne() -> None:
    document = workflow(
        "each:for_each odd:nobody_knows",
        "each.item -> odd.value",
        "odd.output -> each.result",
        "gone.output -> each.items",
        "each.item -> gone.value",
    )
    assert found(document) == {"each": {"odd", "gone"}}
