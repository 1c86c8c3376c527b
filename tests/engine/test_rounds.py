"""Rounds: the bodies of loops, worked through one by one or side by side, one within the other."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nodebuilder.context import Context
from nodebuilder.engine.bodies import with_bodies
from nodebuilder.engine.plan import compile_plan
from nodebuilder.errors import NodeError
from nodebuilder.events import NodeFailed, NodeFinished
from nodebuilder.node import node
from nodebuilder.registry import Registry
from nodebuilder.values import SKIP
from nodebuilder.widgets import Back, Body, DoNotWait, Pull
from tests.engine.harness import Harness, flow
from tests.engine.samples import Way, add, count_to, double, hand_on, join, number, skip_odd, slow, text


class Each(NamedTuple):
    """What the loop of these tests sends; `all` is what its rounds gave, `errors` what failed."""

    item: Annotated[Any, Body()]
    results: list[Any]
    errors: list[Any]


@node("each")
async def each(
    ctx: Context,
    items: list[Any],
    result: Annotated[Any, DoNotWait(), Back()] = None,
    *,
    width: int = 1,
    catch: bool = False,
    apart: bool = False,
) -> Each:
    """Work through the body for each item.

    Args:
        items: The items.
        result: What the body gives.
        width: How many at once.
        catch: Whether failures are dealt with here.
        apart: Whether each has a memory of its own.
    """
    assert result is None
    gate = asyncio.Semaphore(width)

    async def one(item: Any) -> Any:
        async with gate:
            return await ctx.round({"item": item}, catch=catch, apart=apart)

    rounds = await asyncio.gather(*(one(item) for item in items))
    nothing: Any = SKIP
    return Each(
        nothing,
        [list(each.values.get("result", ())) for each in rounds],
        [[f"{error.node}: {error.message}" for error in each.errors] for each in rounds],
    )


@node("listed")
async def listed(*, upto: int = 3) -> list[Any]:
    """Give the numbers from 1 on.

    Args:
        upto: The last.
    """
    return [float(number) for number in range(1, upto + 1)]


@node("lists")
async def lists(*, rows: int = 2, columns: int = 3) -> list[Any]:
    """Give rows of numbers.

    Args:
        rows: How many rows.
        columns: How many numbers in each.
    """
    return [[float(10 * row + column) for column in range(columns)] for row in range(rows)]


@node("picky")
async def picky(value: Any, *, but: float = 2.0) -> Any:
    """Fail for one value.

    Args:
        value: The value.
        but: The value that it fails for.
    """
    if value == but:
        raise NodeError(f"{but:g} is not liked.", "Leave it out.", code="picky", charged="no")
    return value


@node("tally")
async def tally(ctx: Context, value: Any, *, own: bool = False) -> float:
    """Count the values.

    Args:
        value: A value.
        own: Whether each round that is apart counts by itself.
    """
    memory = ctx.own_memory if own else ctx.memory
    memory["count"] = memory.get("count", 0) + 1
    return float(memory["count"])


@node("slower_first")
async def slower_first(value: float) -> float:
    """Take longer for small numbers, so that the first comes last.

    Args:
        value: The number.
    """
    for _ in range(max(0, 20 - int(value))):
        await asyncio.sleep(0)
    return value


def results(finished: Any, loop: str = "loop") -> Any:
    return finished.outputs[loop]["results"]


async def test_a_body_is_worked_through_once_for_each_item(harness: Harness) -> None:
    finished = await harness.run(
        {"list": listed, "loop": each, "work": hand_on, "after": hand_on},
        "list.output -> loop.items",
        "loop.item -> work.value",
        "work.output -> loop.result",
        "loop.results -> after.value",
    )
    assert finished.status == "succeeded"
    assert results(finished) == [[1.0], [2.0], [3.0]]
    assert harness.fired("work") == 3
    assert harness.fired("after") == 1
    assert [event.firing for event in harness.told("node_fired") if event.node == "work"] == [1, 2, 3]
    assert finished.waiting == ()


@pytest.mark.parametrize("width", [1, 2, 8])
async def test_the_rounds_of_any_width_keep_the_order_of_the_items(harness: Harness, width: int) -> None:
    finished = await harness.run(
        {"list": (listed, {"upto": 12}), "loop": (each, {"width": width}), "work": slower_first, "double": join},
        "list.output -> loop.items",
        "loop.item -> work.value",
        "loop.item -> double.a",
        "work.output -> double.b",
        "double.output -> loop.result",
    )
    assert results(finished) == [[[float(n), float(n)]] for n in range(1, 13)]


async def test_what_comes_from_outside_is_the_same_in_every_round(harness: Harness) -> None:
    finished = await harness.run(
        {"list": listed, "loop": each, "ten": (number, {"value": 10}), "plain": text, "sum": add, "both": join},
        "list.output -> loop.items",
        "loop.item -> sum.a",
        "ten.output -> sum.b",
        "sum.output -> both.a",
        "plain.output -> both.b",
        "both.output -> loop.result",
    )
    assert results(finished) == [[[11.0, ""]], [[12.0, ""]], [[13.0, ""]]]
    assert harness.fired("ten") == harness.fired("plain") == 1


async def test_a_source_outside_that_only_the_body_asks_for_is_asked_for_once(harness: Harness) -> None:
    finished = await harness.run(
        {"list": listed, "loop": (each, {"width": 3}), "ten": (number, {"value": 10}), "late": slow_pull, "sum": add},
        "list.output -> loop.items",
        "loop.item -> sum.a",
        "ten.output -> late.value",
        "late.output -> sum.b",
        "sum.output -> loop.result",
        start="list",
    )
    assert results(finished) == [[11.0], [12.0], [13.0]]
    assert harness.fired("late") == harness.fired("ten") == 1


@node("slow_pull")
async def slow_pull(value: Annotated[float, Pull()]) -> float:
    """Give a value on after a while.

    Args:
        value: The value.
    """
    await asyncio.sleep(0.01)
    return value


async def test_loops_within_loops_and_what_the_outer_body_knows(harness: Harness) -> None:
    finished = await harness.run(
        {"list": lists, "rows": each, "cells": (each, {"width": 2}), "sum": add, "ten": (number, {"value": 100})},
        "list.output -> rows.items",
        "rows.item -> cells.items",
        "cells.item -> sum.a",
        "ten.output -> sum.b",
        "sum.output -> cells.result",
        "cells.results -> rows.result",
    )
    assert finished.status == "succeeded"
    assert results(finished, "rows") == [[[[100.0], [101.0], [102.0]]], [[[110.0], [111.0], [112.0]]]]


async def test_a_value_of_the_outer_round_reaches_the_inner_rounds(harness: Harness) -> None:
    finished = await harness.run(
        {"list": lists, "rows": (each, {"width": 2}), "cells": (each, {"width": 2}), "pair": join},
        "list.output -> rows.items",
        "rows.item -> cells.items",
        "rows.item -> pair.b",
        "cells.item -> pair.a",
        "pair.output -> cells.result",
        "cells.results -> rows.result",
    )
    row = [0.0, 1.0, 2.0]
    assert results(finished, "rows")[0] == [[[[cell, row]] for cell in row]]


async def test_a_branch_not_taken_ends_the_round_and_is_told(harness: Harness) -> None:
    finished = await harness.run(
        {"list": listed, "loop": each, "odd": skip_odd, "both": join},
        "list.output -> loop.items",
        "loop.item -> odd.value",
        "loop.item -> both.a",
        "odd.output -> both.b",
        "both.output -> loop.result",
    )
    assert finished.status == "succeeded"
    assert results(finished) == [[], [[2.0, 2.0]], []]
    assert [(waiting.node, waiting.inputs) for waiting in finished.waiting] == [("both", ("b",))]


async def test_a_value_from_outside_that_never_comes_ends_the_rounds(harness: Harness) -> None:
    finished = await harness.run(
        {"list": listed, "loop": (each, {"width": 2}), "one": number, "odd": skip_odd, "both": join},
        "list.output -> loop.items",
        "loop.item -> both.a",
        "one.output -> odd.value",
        "odd.output -> both.b",
        "both.output -> loop.result",
    )
    assert finished.status == "succeeded"
    assert results(finished) == [[], [], []]
    assert [waiting.node for waiting in finished.waiting] == ["both"]


async def test_generators_and_circles_in_a_body(harness: Harness) -> None:
    finished = await harness.run(
        {"list": listed, "loop": each, "count": count_to},
        "list.output -> loop.items",
        "loop.item -> count.last",
        "count.output -> loop.result",
    )
    assert [len(given) for given in results(finished)] == [len(results(finished)[0]) + extra for extra in range(3)]
    circled = await harness.run(
        {"list": listed, "loop": (each, {"width": 3}), "circle": double},
        "list.output -> loop.items",
        "loop.item -> circle.begin",
        f"circle.{Way._fields[0]} -> circle.back",
        f"circle.{Way._fields[1]} -> loop.result",
    )
    assert circled.status == "succeeded"
    assert all(len(given) == 1 for given in results(circled))


async def test_a_failure_in_a_round_fails_the_run_and_no_other_round(harness: Harness) -> None:
    finished = await harness.run(
        {"list": listed, "loop": each, "work": picky},
        "list.output -> loop.items",
        "loop.item -> work.value",
        "work.output -> loop.result",
    )
    assert finished.status == "failed"
    assert [error.message for error in finished.errors] == ["2 is not liked."]
    assert results(finished) == [[1.0], [], [3.0]]
    assert finished.outputs["loop"]["errors"] == [[], ["work: 2 is not liked."], []]


async def test_a_caught_failure_is_told_and_does_not_fail_the_run(harness: Harness) -> None:
    finished = await harness.run(
        {"list": listed, "loop": (each, {"catch": True, "width": 3}), "work": picky, "next": hand_on},
        "list.output -> loop.items",
        "loop.item -> work.value",
        "work.output -> next.value",
        "next.output -> loop.result",
    )
    assert finished.status == "succeeded"
    assert finished.errors == ()
    assert results(finished) == [[1.0], [], [3.0]]
    assert [(event.node, event.caught) for event in harness.events if isinstance(event, NodeFailed)] == [("work", True)]


async def test_the_nearest_loop_that_catches_deals_with_a_failure(harness: Harness) -> None:
    finished = await harness.run(
        {"list": lists, "rows": (each, {"catch": True}), "cells": each, "work": (picky, {"but": 11})},
        "list.output -> rows.items",
        "rows.item -> cells.items",
        "cells.item -> work.value",
        "work.output -> cells.result",
        "cells.results -> rows.result",
    )
    assert finished.status == "succeeded"
    assert finished.outputs["rows"]["errors"] == [[], ["work: 11 is not liked."]]


async def test_an_error_that_is_only_reported_is_caught_too(harness: Harness) -> None:
    @node("complains")
    async def complains(ctx: Context, value: Any) -> Any:
        ctx.error("It did not work.", "Try again.", code="sad")
        return value

    finished = await harness.run(
        {"list": listed, "loop": (each, {"catch": True}), "work": complains},
        "list.output -> loop.items",
        "loop.item -> work.value",
        "work.output -> loop.result",
    )
    assert finished.status == "succeeded"
    assert finished.outputs["loop"]["errors"] == [["work: It did not work."]] * 3


@pytest.mark.parametrize(("own", "counts"), [(False, [[1.0], [2.0], [3.0]]), (True, [[1.0], [1.0], [1.0]])])
async def test_memory_is_shared_and_own_memory_is_not(harness: Harness, own: bool, counts: list[list[float]]) -> None:
    finished = await harness.run(
        {"list": listed, "loop": (each, {"apart": True}), "work": (tally, {"own": own})},
        "list.output -> loop.items",
        "loop.item -> work.value",
        "work.output -> loop.result",
    )
    assert results(finished) == counts


async def test_rounds_that_are_not_apart_share_the_own_memory_of_what_is_around_them(harness: Harness) -> None:
    finished = await harness.run(
        {"list": lists, "rows": (each, {"apart": True}), "cells": each, "work": (tally, {"own": True})},
        "list.output -> rows.items",
        "rows.item -> cells.items",
        "cells.item -> work.value",
        "work.output -> cells.result",
        "cells.results -> rows.result",
    )
    assert results(finished, "rows") == [[[[1.0], [2.0], [3.0]]], [[[1.0], [2.0], [3.0]]]]


async def test_an_empty_body_gives_empty_rounds(harness: Harness) -> None:
    finished = await harness.run({"list": (listed, {"upto": 50}), "loop": each}, "list.output -> loop.items")
    assert results(finished) == [[]] * 50


async def test_a_run_that_is_cancelled_ends_all_rounds(harness: Harness) -> None:
    handle = harness.start(
        {
            "list": listed,
            "loop": (each, {"width": 3}),
            "inner": (each, {"width": 2}),
            "one": lists,
            "work": (slow, {"seconds": 60}),
        },
        "list.output -> loop.items",
        "loop.item -> work.value",
        "one.output -> inner.items",
        "work.output -> loop.result",
    )
    while harness.fired("work") < 3:  # noqa: ASYNC110 - the run tells by its events
        await asyncio.sleep(0)
    handle.cancel()
    assert (await handle.result()).status == "cancelled"


class Impatient(NamedTuple):
    """What Impatient sends."""

    out: Annotated[Any, Body()]
    said: str


@node("impatient")
async def impatient(ctx: Context, value: Any, back: Annotated[Any, DoNotWait(), Back()] = None) -> Impatient:
    """Give up a round after a moment.

    Args:
        value: What goes round.
        back: What the body gives.
    """
    nothing: Any = SKIP
    try:
        async with asyncio.timeout(0.02):
            await ctx.round({"out": value})
    except TimeoutError:
        return Impatient(nothing, "given up")
    return Impatient(nothing, "done")


async def test_a_round_that_nobody_awaits_is_stopped_and_the_run_goes_on(harness: Harness) -> None:
    finished = await harness.run(
        {"n": number, "loop": impatient, "work": (slow, {"seconds": 60}), "after": hand_on, "never": hand_on},
        "n.output -> loop.value",
        "loop.out -> work.value",
        "work.output -> never.value",
        "never.output -> loop.back",
        "loop.said -> after.value",
    )
    assert finished.status == "succeeded"
    assert finished.outputs["after"]["output"] == "given up"
    assert harness.fired("never") == 0
    assert any(isinstance(event, NodeFinished) and event.node == "work" for event in harness.events)


async def test_each_round_has_the_limit_of_firings_for_itself(harness: Harness) -> None:
    harness = Harness(limits=type(harness.limits)(firings_per_node=10))
    finished = await harness.run(
        {"list": (listed, {"upto": 40}), "loop": (each, {"width": 4}), "work": hand_on},
        "list.output -> loop.items",
        "loop.item -> work.value",
        "work.output -> loop.result",
    )
    assert finished.status == "succeeded"
    assert harness.fired("work") == 40
    endless = await harness.run(
        {"list": listed, "loop": (each, {"catch": True}), "work": loose_circle},
        "list.output -> loop.items",
        "loop.item -> work.value",
        "work.output -> work.again",
        "work.output -> loop.result",
    )
    assert endless.status == "failed"
    assert endless.errors[0].code == "too_many_firings"


@node("loose_circle")
async def loose_circle(value: Annotated[Any, DoNotWait()] = 0.0, again: Annotated[Any, DoNotWait()] = 0.0) -> Any:
    """Give a value on, again and again.

    Args:
        value: The first.
        again: The others.
    """
    return value or again


async def test_what_the_body_sends_elsewhere_arrives_there(harness: Harness) -> None:
    finished = await harness.run(
        {"list": listed, "loop": each, "work": hand_on, "both": join},
        "list.output -> loop.items",
        "loop.item -> work.value",
        "work.output -> loop.result",
        "work.output -> both.a",
        "loop.results -> both.b",
    )
    assert finished.status == "succeeded"
    assert finished.outputs["both"]["output"] == [1.0, [[1.0], [2.0], [3.0]]]


async def test_a_run_that_begins_in_a_body_works_there_as_anywhere(harness: Harness) -> None:
    finished = await harness.run(
        {"list": listed, "loop": each, "first": text, "work": hand_on, "next": hand_on},
        "list.output -> loop.items",
        "loop.item -> work.value",
        "work.output -> next.value",
        "next.output -> loop.result",
        start="loop",
    )
    assert finished.status == "failed"  # nobody asks for the list: plain inputs wait
    begun = await harness.run(
        {"list": listed, "loop": each, "work": (tells, {}), "next": hand_on},
        "list.output -> loop.items",
        "loop.item -> work.value",
        "work.output -> next.value",
        "next.output -> loop.result",
        start="work",
    )
    assert begun.outputs["next"]["output"] == "told"


@node("tells")
async def tells(value: Annotated[Any, DoNotWait()] = None) -> Any:
    """Give on what came, or a word.

    Args:
        value: What came.
    """
    return value or "told"


def test_bodies_are_what_hangs_on_the_loop_and_leads_nowhere_else() -> None:
    workflow = flow(
        {"list": listed, "loop": each, "a": hand_on, "b": hand_on, "after": join, "inner": each, "c": hand_on},
        "list.output -> loop.items",
        "loop.item -> a.value",
        "a.output -> inner.items",
        "inner.item -> c.value",
        "c.output -> inner.result",
        "inner.results -> b.value",
        "b.output -> loop.result",
        "b.output -> after.a",
        "loop.results -> after.b",
    )
    plan = with_bodies(compile_plan(workflow, Registry((listed, each, hand_on, join))))
    names = [node.id for node in plan.nodes]
    bodies = {names[loop]: {node.id for node in body.nodes} for loop, body in plan.bodies.items()}
    assert bodies == {"loop": {"a", "inner", "c", "b"}, "inner": {"c"}}
    assert {names[index] for index in plan.covered} == {"a", "inner", "c", "b"}
    assert {names[index] for index in plan.bodies[names.index("loop")].covered} == {"c"}


def test_a_back_input_that_is_waited_for_is_a_mistake() -> None:
    with pytest.raises(Exception, match="marked Back"):

        @node("wrong")
        async def wrong(value: Annotated[Any, Back()]) -> Any:  # pyright: ignore[reportUnusedFunction]
            return value


@given(
    rows=st.integers(0, 3),
    columns=st.integers(0, 4),
    widths=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    catch=st.tuples(st.booleans(), st.booleans()),
    bad=st.floats(0, 34),
)
@settings(max_examples=60, deadline=None)
def test_nested_loops_of_any_shape_give_each_round_its_own(
    rows: int, columns: int, widths: tuple[int, int], catch: tuple[bool, bool], bad: float
) -> None:
    bad = float(int(bad))

    async def check() -> None:
        harness = Harness()
        finished = await harness.run(
            {
                "list": (lists, {"rows": rows, "columns": columns}),
                "rows": (each, {"width": widths[0], "catch": catch[0]}),
                "cells": (each, {"width": widths[1], "catch": catch[1]}),
                "slow": slower_first,
                "work": (picky, {"but": bad}),
            },
            "list.output -> rows.items",
            "rows.item -> cells.items",
            "cells.item -> slow.value",
            "slow.output -> work.value",
            "work.output -> cells.result",
            "cells.results -> rows.result",
        )
        given = [[float(10 * row + column) for column in range(columns)] for row in range(rows)]
        hit = any(bad in row for row in given)
        assert results(finished, "rows") == [[[[cell] if cell != bad else [] for cell in row]] for row in given]
        assert finished.status == ("failed" if hit and not any(catch) else "succeeded")
        assert harness.fired("work") == rows * columns

    asyncio.run(check())


class Strange(BaseException):
    """What no handler of errors takes."""


@pytest.mark.parametrize("rests", [False, True])
@pytest.mark.parametrize("strange", [SystemExit, asyncio.CancelledError, Strange, GeneratorExit, StopIteration])
async def test_whatever_a_node_raises_ends_its_own_round_alone(
    harness: Harness, strange: type[BaseException], rests: bool
) -> None:
    if strange is GeneratorExit and rests:
        pytest.skip("it is what a task hears that is taken down")

    @node("raises")
    async def raises(value: Any) -> Any:
        if rests:
            await asyncio.sleep(0)
        if value == 2.0:
            raise strange
        return value

    async with asyncio.timeout(10):
        finished = await harness.run(
            {"list": listed, "loop": (each, {"width": 2, "catch": True}), "work": raises},
            "list.output -> loop.items",
            "loop.item -> work.value",
            "work.output -> loop.result",
        )
    assert finished.status == "succeeded"
    assert results(finished) == [[1.0], [], [3.0]]
