"""The graphs that the engine is measured on, and the few node types they are made of."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from itertools import pairwise
from typing import Annotated, Any

from nodebuilder.node import node
from nodebuilder.nodes.loops import for_each
from nodebuilder.registry import Registry
from nodebuilder.values import SKIP
from nodebuilder.widgets import Array, DoNotWait
from nodebuilder.workflow.model import Link, Node, Workflow


@node("bench_source")
async def source() -> int:
    """Begin."""
    return 1


@node("bench_pass")
async def step(value: Any) -> Any:
    """Give what came."""
    return value


@node("bench_pair")
async def pair(left: Any, right: Any) -> Any:
    """Give the left of two."""
    assert right is not None
    return left


@node("bench_join")
async def join(values: Annotated[list[Any], Array()]) -> int:
    """Count what came."""
    return len(values)


@node("bench_loop")
async def again(back: Annotated[int, DoNotWait()] = 0, *, rounds: int = 1000) -> int:
    """Count up to the number of rounds."""
    return back + 1 if back + 1 < rounds else SKIP  # pyright: ignore[reportReturnType] - SKIP may stand for any output


@node("bench_sleep")
async def rest(value: Any, *, seconds: float = 0.05) -> Any:
    """Wait a little."""
    await asyncio.sleep(seconds)
    return value


@node("bench_items")
async def items(*, count: int = 300) -> list[Any]:
    """Give a list."""
    return list(range(count))


REGISTRY = Registry((source, step, pair, join, again, rest, items, for_each))


def flow(nodes: dict[str, str], links: list[tuple[str, str]]) -> Workflow:
    ends = [Link.parse(f"{begin} -> {end}") for begin, end in links]
    return Workflow("bench", {name: Node(name, kind) for name, kind in nodes.items()}, tuple(e for e in ends if e))


def chain(length: int) -> Workflow:
    nodes = {"n0": "bench_source"} | {f"n{i}": "bench_pass" for i in range(1, length)}
    return flow(nodes, [(f"n{i - 1}.output", f"n{i}.value") for i in range(1, length)])


def fan(width: int) -> Workflow:
    nodes = {"begin": "bench_source", "end": "bench_join"} | {f"n{i}": "bench_pass" for i in range(width)}
    out = [("begin.output", f"n{i}.value") for i in range(width)]
    return flow(nodes, out + [(f"n{i}.output", f"end.values[{i}]") for i in range(width)])


def grid(side: int) -> Workflow:
    """A square of nodes: each gets the value of the one above and of the one to its left."""
    nodes: dict[str, str] = {"begin": "bench_source"}
    links: list[tuple[str, str]] = []
    for row in range(side):
        for column in range(side):
            nodes[f"r{row}c{column}"] = "bench_pair"
            above = f"r{row - 1}c{column}" if row else "begin"
            before = f"r{row}c{column - 1}" if column else "begin"
            links += [(f"{above}.output", f"r{row}c{column}.left"), (f"{before}.output", f"r{row}c{column}.right")]
    return flow(nodes, links)


def loop() -> Workflow:
    return flow({"again": "bench_loop"}, [("again.output", "again.back")])


def chain_with_a_rest(length: int) -> Workflow:
    workflow = chain(length)
    middle = f"n{length // 2}"
    return Workflow("bench", {**workflow.nodes, middle: Node(middle, "bench_sleep")}, workflow.links)


def rounds(width: int, body: int) -> Workflow:
    """Return a For Each over 300 items, with a body of so many nodes one after the other."""
    names = [f"b{number}" for number in range(body)]
    nodes = {"items": "bench_items", "each": "for_each", **dict.fromkeys(names, "bench_pass")}
    steps = [(f"{begin}.output", f"{end}.value") for begin, end in pairwise(names)]
    ends = [("items.output", "each.items"), ("each.item", f"{names[0]}.value"), (f"{names[-1]}.output", "each.result")]
    workflow = flow(nodes, [*ends, *steps])
    looped = replace(workflow.nodes["each"], values={"width": width})
    return replace(workflow, nodes={**workflow.nodes, "each": looped})
