"""Random loops: rounds give what the body alone would give for each item, and any graph with loops comes to an end."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Annotated, Any, NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nodebuilder.context import Context
from nodebuilder.engine.limits import Limits
from nodebuilder.engine.runner import Runner
from nodebuilder.errors import NodeError
from nodebuilder.events import Event, NodeFired, OutputSent, RunFinished
from nodebuilder.node import node
from nodebuilder.registry import Registry
from nodebuilder.values import SKIP
from nodebuilder.widgets import Back, Body, DoNotWait, Pull
from nodebuilder.workflow.check import check
from nodebuilder.workflow.model import Link, Node, Workflow
from tests.engine.memory import Memory

MOODS = ("calm", "calm", "calm", "skips odd", "fails on 3", "slow")
INPUTS = ("a", "b", "p", "d")


class Looped(NamedTuple):
    """What the loop of these tests sends."""

    item: Annotated[Any, Body()]
    results: list[Any]


@node("each")
async def each(
    ctx: Context,
    items: Any,
    result: Annotated[Any, DoNotWait(), Back()] = None,
    *,
    width: int = 1,
    catch: bool = False,
) -> Looped:
    """Work through the body for each item."""
    gate = asyncio.Semaphore(width)

    async def one(item: Any) -> list[Any]:
        async with gate:
            return list((await ctx.round({"item": item}, catch=catch)).values.get("result", ()))

    found: list[Any] = [*items] if isinstance(items, list) else [items, "again"]  # pyright: ignore[reportUnknownArgumentType]
    nothing: Any = SKIP
    return Looped(nothing, await asyncio.gather(*(one(item) for item in found)))


@node("given")
async def given_node(*, value: int = 0) -> Any:
    """Give a number."""
    return value


@node("numbers")
async def numbers(*, count: int = 0) -> Any:
    """Give a list of numbers."""
    return list(range(count))


@node("mixes")
async def mixes(
    ctx: Context,
    a: Any = None,
    b: Any = None,
    p: Annotated[Any, Pull()] = None,
    d: Annotated[Any, DoNotWait()] = None,
    *,
    mood: str = "calm",
) -> Any:
    """Give what came, together with its own name."""
    if mood == "slow":
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    if mood == "skips odd" and isinstance(a, int) and a % 2:
        return SKIP
    if mood == "fails on 3" and a == 3:
        raise NodeError("3 is not liked.", "Leave it out.")
    return [ctx.node, a, b, p, d]


TYPES = (each, given_node, numbers, mixes)


@dataclass
class Loop:
    """A body of nodes that follow each other, fed by an item and by two numbers from outside."""

    moods: dict[str, str] = field(default_factory=dict[str, str])
    links: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    back: str = ""


@st.composite
def any_loop(draw: st.DrawFn) -> Loop:
    """Return a body without circles."""
    names = [f"n{number}" for number in range(draw(st.integers(1, 5)))]
    loop = Loop({name: draw(st.sampled_from(MOODS)) for name in names})
    for place, name in enumerate(names):
        loop.links[name, draw(st.sampled_from(("a", "p")))] = draw(st.sampled_from(["item", *names[:place]]))
        for socket in INPUTS:
            if (name, socket) not in loop.links and not draw(st.integers(0, 2)):
                loop.links[name, socket] = draw(st.sampled_from(["item", "one", "two", *names[:place]]))
    loop.back = draw(st.sampled_from(names))
    return loop


def nodes_of(loop: Loop) -> dict[str, Node]:
    body = {name: Node(name, "mixes", values={"mood": mood}) for name, mood in loop.moods.items()}
    outside = {"one": Node("one", "given", values={"value": 101}), "two": Node("two", "given", values={"value": 102})}
    return {**outside, **body}


def links_of(loop: Loop, item: str) -> list[str]:
    return [
        f"{item if source == 'item' else f'{source}.output'} -> {target}.{name}"
        for (target, name), source in loop.links.items()
    ]


def run(nodes: dict[str, Node], links: list[str], limits: Limits | None = None) -> tuple[RunFinished, list[Event]]:
    events: list[Event] = []
    parsed = [Link.parse(text) for text in links]
    workflow = Workflow("random", nodes, tuple(link for link in parsed if link))

    async def main() -> RunFinished:
        runner = Runner(Registry(TYPES), Memory().services, limits or Limits(), on_event=events.append)
        async with asyncio.timeout(30):
            finished = await runner.run(workflow)
        left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for _ in range(3):
            await asyncio.sleep(0)
        assert not [task for task in left if not task.done()], "tasks outlive the run"
        return finished

    return asyncio.run(main()), events


@given(loop=any_loop(), count=st.integers(0, 5), width=st.integers(1, 4), catch=st.booleans())
@settings(max_examples=150, deadline=None)
def test_each_round_gives_what_the_body_alone_gives_for_its_item(
    loop: Loop, count: int, width: int, catch: bool
) -> None:
    expected: list[list[Any]] = []
    failed = False
    for number in range(count):
        alone = {**nodes_of(loop), "item": Node("item", "given", values={"value": number})}
        finished, events = run(alone, links_of(loop, "item.output"))
        failed = failed or finished.status == "failed"
        expected.append(
            [event.outputs["output"] for event in events if isinstance(event, OutputSent) and event.node == loop.back]
        )
    looped = {
        **nodes_of(loop),
        "list": Node("list", "numbers", values={"count": count}),
        "loop": Node("loop", "each", values={"width": width, "catch": catch}),
    }
    links = ["list.output -> loop.items", *links_of(loop, "loop.item"), f"{loop.back}.output -> loop.result"]
    finished, events = run(looped, links)
    assert finished.outputs["loop"]["results"] == expected
    assert finished.status == ("failed" if failed and not catch else "succeeded")
    assert [event.seq for event in events] == list(range(1, len(events) + 1))


@st.composite
def any_graph(draw: st.DrawFn) -> tuple[dict[str, Node], list[str]]:
    """Return a graph of loop nodes and others, wired anyhow: bodies that overlap, lead astray, or bite their tail."""
    names = [f"n{number}" for number in range(draw(st.integers(2, 9)))]
    nodes: dict[str, Node] = {}
    for name in names:
        if draw(st.integers(0, 2)):
            nodes[name] = Node(name, "mixes", values={"mood": draw(st.sampled_from(MOODS))})
        else:
            width, catch = draw(st.integers(1, 3)), draw(st.booleans())
            nodes[name] = Node(name, "each", values={"width": width, "catch": catch})
    nodes["list"] = Node("list", "numbers", values={"count": draw(st.integers(0, 3))})
    links: list[str] = []
    for place, target in enumerate(names):
        for socket in ("items", "result") if nodes[target].type == "each" else INPUTS:
            if socket == "items" or draw(st.booleans()):
                back = socket in ("result", "d") or not draw(st.integers(0, 7))
                source = draw(st.sampled_from(["list", *(names if back else names[:place])]))
                if source == target and socket not in ("result", "d"):
                    source = "list"
                output = draw(st.sampled_from(("item", "item", "results"))) if source != "list" else "output"
                if source != "list" and nodes[source].type != "each":
                    output = "output"
                links.append(f"{source}.{output} -> {target}.{socket}")
    return nodes, links


def refused(nodes: dict[str, Node], links: list[str]) -> set[str]:
    parsed = [Link.parse(text) for text in links]
    workflow = Workflow("random", nodes, tuple(link for link in parsed if link))
    problems = [problem for problem in check(workflow, Registry(TYPES)) if problem.severity == "error"]
    assert {problem.code for problem in problems} <= {"back_from_outside"}
    return {f"{problem.node}.result" for problem in problems}


@given(graph=any_graph())
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_graph_with_loops_comes_to_a_defined_end(graph: tuple[dict[str, Node], list[str]]) -> None:
    nodes, links = graph
    limits = Limits(firings_per_node=12, run_seconds=8)
    outside = refused(nodes, links)  # links back from outside of a body: what is left without them runs
    links = [link for link in links if link.partition(" -> ")[2] not in outside]
    finished, events = run(nodes, links, limits)
    assert finished.status in ("succeeded", "failed")
    told = [error.node for error in finished.errors]
    assert (finished.status == "failed") == bool(told)
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    begun = [(event.node, event.firing) for event in events if isinstance(event, NodeFired)]
    assert len(begun) == len(set(begun)) == finished.firings
    assert {each.node for each in finished.waiting} <= set(nodes)
