"""The engine beside bare asyncio, in the same process.

A firing is measured against one `asyncio.create_task` and its await; runs with a wait in them against the same waits in
bare tasks. Events are made in full and go to a listener that does nothing. CPU time is measured, the least of several
rounds that take turns, so that other programs on the machine disturb as little as possible.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable, Callable, Iterator
from time import perf_counter, process_time
from typing import Any

import uvloop

from benchmarks.graphs import REGISTRY, chain, chain_with_a_rest, fan, grid, loop, rounds
from benchmarks.result import Result
from nodebuilder.engine.runner import Runner
from nodebuilder.engine.services import Services
from nodebuilder.events import Event
from nodebuilder.workflow.model import Workflow

ROUNDS = 15
RUNS = 200
CHAIN = 20
REST = 0.05


def measure() -> Iterator[Result]:
    """Yield all measurements of the engine."""
    for name, start in (("asyncio", asyncio.run), ("uvloop", uvloop.run)):
        aims = name == "asyncio"
        for graph, workflow in _graphs().items():
            ours, bare = start(_firings(workflow))
            yield Result(f"engine, {name}", f"{graph}, per firing", ours, "µs", bare, at_most=2.0 if aims else None)
        for width in (1, 8):
            ours, bare = start(_firings(rounds(width, 5)))
            yield Result(
                f"engine, {name}", f"For Each, 300 items, body of 5, width {width}, per firing", ours, "µs", bare
            )
        ours, bare = start(_side_by_side())
        what = f"{RUNS} runs side by side, {CHAIN} nodes, one rest of {REST * 1000:g} ms"
        yield Result(f"engine, {name}", what, ours, "runs/s", bare, at_least=0.7)


def _graphs() -> dict[str, Workflow]:
    return {
        "chain of 1,000": chain(1000),
        "fan-out and fan-in of 1,000": fan(1000),
        "grid of 30 × 30": grid(30),
        "loop of 1,000": loop(),
    }


def _runner() -> Runner:
    nothing: Any = None  # the nodes of the graphs neither pay nor save nor need keys
    return Runner(REGISTRY, Services({}, nothing, nothing, nothing), on_event=_unheard)


def _unheard(_event: Event) -> None:
    """Hear an event and do nothing."""


async def _nothing(value: Any) -> Any:
    return value


async def _rest(value: Any) -> Any:
    await asyncio.sleep(REST)
    return value


async def _firings(workflow: Workflow) -> tuple[float, float]:
    """Return the µs that a firing of the workflow and a bare task take."""
    runner = _runner()
    finished = await runner.run(workflow)
    assert finished.status == "succeeded", finished.errors

    async def ours() -> None:
        await runner.run(workflow)

    async def bare() -> None:
        for number in range(finished.firings):
            await asyncio.create_task(_nothing(number))

    best_ours, best_bare = await _least(ours, bare, process_time)
    return best_ours / finished.firings * 1e6, best_bare / finished.firings * 1e6


async def _side_by_side() -> tuple[float, float]:
    """Return the runs per second of many runs at once, and of the same in bare tasks."""
    runner, workflow = _runner(), chain_with_a_rest(CHAIN)

    async def ours() -> None:
        handles = [runner.start(workflow) for _ in range(RUNS)]
        for handle in handles:
            assert (await handle.result()).status == "succeeded"

    async def bare_run() -> None:
        for number in range(CHAIN):
            await asyncio.create_task(_rest(number) if number == CHAIN // 2 else _nothing(number))

    async def bare() -> None:
        await asyncio.gather(*(bare_run() for _ in range(RUNS)))

    best_ours, best_bare = await _least(ours, bare, perf_counter)
    return RUNS / best_ours, RUNS / best_bare


async def _least(
    ours: Callable[[], Awaitable[None]], bare: Callable[[], Awaitable[None]], clock: Callable[[], float]
) -> tuple[float, float]:
    least = [float("inf"), float("inf")]
    for _ in range(ROUNDS):
        for place, act in enumerate((ours, bare)):
            gc.collect()
            began = clock()
            await act()
            least[place] = min(least[place], clock() - began)
    return least[0], least[1]
