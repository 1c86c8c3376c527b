from __future__ import annotations

import pytest

from nodebuilder.errors import Problem
from nodebuilder.registry import load_registry
from nodebuilder.workflow.check import check
from nodebuilder.workflow.check_loops import MOST_LOOPS
from nodebuilder.workflow.model import Link, Node, Workflow

REGISTRY = load_registry()
NODES = {
    "items": Node("items", "input", values={"type": "list", "default": "[1]"}),
    "each": Node("each", "for_each", title="All of them"),
    "do": Node("do", "log"),
    "last": Node("last", "log"),
    "show": Node("show", "display_output"),
}
AFTER = "each.results -> show.data"


def problems(*links: str, nodes: dict[str, Node] | None = None) -> list[Problem]:
    parsed = tuple(link for text in ("items.value -> each.items", *links) if (link := Link.parse(text)))
    used = {ref.node for link in parsed for ref in (link.source, link.target)}
    placed = {name: node for name, node in (nodes or NODES).items() if name in used}
    return check(Workflow(nodes=placed, links=parsed), REGISTRY)


@pytest.mark.parametrize(
    "links",
    [
        ("each.item -> do.value_in", "do.value_out -> each.result", AFTER),
        ("each.item -> do.value_in", "do.value_out -> last.value_in", "last.value_out -> each.result", AFTER),
        ("each.index -> each.result", AFTER),
        ("each.item -> do.value_in",),
        ("each.item -> do.value_in", "each.count -> show.data", "do.value_out -> each.result"),
    ],
)
def test_a_body_that_leads_back_or_of_which_nobody_wants_anything_is_right(links: tuple[str, ...]) -> None:
    assert problems(*links) == []


def test_a_body_that_is_empty_is_told() -> None:
    (found,) = problems(AFTER)
    assert (found.code, found.severity, found.node, found.socket) == ("empty_body", "warning", "each", "item")
    assert found.message == 'All of them has nothing to go through: no link begins at its output "item".'


def test_a_body_that_never_leads_back_is_told() -> None:
    (found,) = problems("each.item -> do.value_in", AFTER)
    assert (found.code, found.severity, found.node, found.socket) == ("nothing_comes_back", "warning", "each", "result")
    assert found.remedy == "Link the last node of the body to each.result."


@pytest.mark.parametrize(
    ("links", "why"),
    [
        (("each.item -> do.value_in", "items.value -> each.result"), 'nothing leads to it from "item"'),
        (("each.item -> do.value_in", "each.results -> each.result"), "it comes after all rounds"),
        (
            ("each.item -> do.value_in", "each.results -> last.value_in", "last.value_out -> each.result"),
            "what comes after all rounds leads to it too",
        ),
    ],
)
def test_a_link_back_from_outside_is_an_error_that_says_why(links: tuple[str, ...], why: str) -> None:
    (found,) = problems(*links)
    assert (found.code, found.severity, found.node, found.socket) == ("back_from_outside", "error", "each", "result")
    assert found.message.endswith(f"leads back into All of them from outside of its body: {why}.")


def test_an_inner_loop_lies_in_the_body_of_the_outer_one() -> None:
    nodes = {**NODES, "inner": Node("inner", "for_each"), "join": Node("join", "concatenate_array")}
    links = (
        *("each.item -> inner.items", "inner.results -> each.result", AFTER),
        *("inner.item -> join.texts[0]", "each.index -> join.texts[1]", "join.full_text -> inner.result"),
    )
    assert problems(*links, nodes=nodes) == []


def test_what_only_the_inner_loop_leads_to_does_not_come_back_to_it_from_the_outer_body() -> None:
    nodes = {**NODES, "inner": Node("inner", "for_each")}
    links = ("each.item -> inner.items", "inner.results -> each.result", "inner.item -> last.value_in")
    (found,) = problems(*links, "each.index -> do.value_in", "do.value_out -> inner.result", nodes=nodes)
    assert (found.code, found.node) == ("back_from_outside", "inner")


def test_links_to_what_is_not_there_are_no_problem_of_the_loop() -> None:
    found = problems("each.item -> do.value_in", "nobody.output -> each.result")
    assert {problem.code for problem in found} == {"missing_node"}


@pytest.mark.parametrize(("more", "codes"), [(0, ["empty_body"]), (1, ["too_many_loops"])])
def test_a_workflow_has_only_so_many_loops(more: int, codes: list[str]) -> None:
    many = MOST_LOOPS + more
    nodes = {"items": NODES["items"]} | {f"l{at}": Node(f"l{at}", "for_each") for at in range(many)}
    links = ["items.value -> l0.items"]
    for at in range(1, many):
        links += [f"l{at - 1}.item -> l{at}.items", f"l{at}.results -> l{at - 1}.result"]
    parsed = tuple(link for text in links if (link := Link.parse(text)))
    found = check(Workflow(nodes=nodes, links=parsed), REGISTRY)
    assert [problem.code for problem in found] == codes
