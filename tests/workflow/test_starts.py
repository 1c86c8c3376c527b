from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Any

import pytest

from nodebuilder import DoNotWait, Pull, When, node
from nodebuilder.registry import Registry
from nodebuilder.workflow.model import Link, Node, Workflow
from nodebuilder.workflow.starts import starting_nodes, taking_part, touching


@node
async def plain(value: Any = None) -> Any: ...


@node
async def pulling(value: Annotated[Any, Pull()]) -> Any: ...


@node
async def loose(call: Annotated[Any, DoNotWait()] = None) -> Any: ...


@node
async def either(value: Annotated[Any, Pull(), When("wait", False, DoNotWait())], *, wait: bool = True) -> Any: ...


REGISTRY = Registry((plain, pulling, loose, either))


def workflow(nodes: str, *links: str, start: str | None = None) -> Workflow:
    parsed = [Link.parse(f"{link.split('>')[0]}.output -> {link.split('>')[1]}") for link in links]
    placed = {name: Node(name, kind) for name, kind in (part.split(":") for part in nodes.split())}
    return Workflow(nodes=placed, links=tuple(link for link in parsed if link), start=start)


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        (workflow("a:plain b:plain", "a>b.value"), ("a",)),
        (workflow("a:plain b:plain", "a>b.value", start="b"), ("b",)),
        (workflow("a:plain", start="gone"), ()),
        (workflow("a:plain b:plain", "a>b.value", "b>a.value"), ()),
        (workflow("a:plain b:pulling", "a>b.value"), ("a",)),
        (workflow("a:plain b:plain"), ("a", "b")),
        (workflow("a:plain tool:loose", "a>tool.call"), ("a",)),
        (workflow("tool:loose b:pulling", "tool>b.value"), ("tool",)),
        (workflow("text:plain llm:pulling tool:loose", "text>llm.value", "llm>tool.call", "tool>llm.value"), ("text",)),
        (workflow("one:loose two:loose", "one>two.call", "two>one.call"), ("one",)),
        (workflow("a:plain b:plain one:loose two:loose", "a>b.value", "one>two.call", "two>one.call"), ("a", "one")),
        (workflow("a:plain b:loose", "a>b.call", "gone>b.call"), ("a",)),
        (Workflow(), ()),
    ],
)
def test_a_run_begins_where_no_link_must_feed(graph: Workflow, expected: tuple[str, ...]) -> None:
    assert starting_nodes(graph, REGISTRY.definition) == expected


def test_a_long_chain_is_followed_without_recursion() -> None:
    names = [f"n{index}" for index in range(5000)]
    links = [f"{first}>{second}.value" for first, second in pairwise(names)]
    graph = workflow(" ".join(f"{name}:plain" for name in names), *links)
    assert starting_nodes(graph, REGISTRY.definition) == ("n0",)


def test_a_widget_may_let_a_node_begin_that_would_wait_otherwise() -> None:
    links = tuple(link for text in ("a.output -> b.value", "b.output -> a.value") if (link := Link.parse(text)))
    for wait, expected in ((True, ()), (False, ("a",))):
        nodes = {"a": Node("a", "either", values={"wait": wait}), "b": Node("b", "plain")}
        assert starting_nodes(Workflow(nodes=nodes, links=links), REGISTRY.definition) == expected


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        (workflow("a:plain b:plain c:plain", "a>b.value", start="a"), "a b"),
        (workflow("a:plain b:plain c:plain", "a>b.value", start="b"), "b"),
        (workflow("a:plain b:pulling c:plain", "a>b.value", start="b"), "a b"),
        (workflow("a:plain b:pulling c:plain d:plain", "a>b.value", "a>c.value", start="b"), "a b c"),
        (workflow("a:pulling b:pulling c:plain", "a>b.value", "c>a.value", start="b"), "a b c"),
        (workflow("a:plain b:loose", "a>b.call", start="b"), "b"),
        (workflow("a:plain b:plain"), "a b"),
        (workflow("a:plain", start="gone"), "gone"),
    ],
)
def test_a_run_comes_to_what_is_sent_to_and_what_is_asked(graph: Workflow, expected: str) -> None:
    assert taking_part(graph, REGISTRY.definition) == set(expected.split())


def test_what_a_link_joins_to_a_part_is_found_at_both_of_its_ends() -> None:
    graph = workflow("a:plain b:plain c:plain d:plain e:plain", "a>b.value", "c>a.value", "d>e.value")
    assert touching(graph, {"a"}) == {"a", "b", "c"}
    assert touching(graph, set()) == frozenset()
