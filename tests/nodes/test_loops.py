"""For Each, While and Catch in the real engine: bodies of many shapes, nested, failing, cancelled, in order."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated, Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nodebuilder.context import Context
from nodebuilder.errors import NodeError
from nodebuilder.node import node
from nodebuilder.values import SKIP
from nodebuilder.widgets import DoNotWait
from nodebuilder.workflow.model import Link, Node, Workflow
from tests.workbench import Bench

Nodes = dict[str, tuple[str, dict[str, Any]]]


class Sides(NamedTuple):
    """Two ways."""

    even: Any
    odd: Any


class Meter:
    """How many firings of `slowly` are under way, and the most there were."""

    now = most = 0


@node("slowly")
async def slowly(value: Any, *, turns: int = 0) -> Any:
    """Pass a value on after some turns of the loop: the smaller it is, the later."""
    Meter.now += 1
    Meter.most = max(Meter.most, Meter.now)
    try:
        for _ in range(turns - value % turns if turns and isinstance(value, int) else turns):
            await asyncio.sleep(0)
    finally:
        Meter.now -= 1
    return value


@node("parity")
async def parity(value: int) -> Sides:
    """Send even and odd numbers down different ways."""
    return Sides(value, SKIP) if value % 2 == 0 else Sides(SKIP, value)


@node("fails_at")
async def fails_at(value: Any, *, at: str = "[3]") -> Any:
    """Fail for some values."""
    if value in json.loads(at):
        raise NodeError(f"{value} cannot be.", "Give another.", code="cannot_be")
    return value


@node("fails_first")
async def fails_first(ctx: Context, value: Any, *, times: int = 1) -> Any:
    """Fail so many times in a run, then pass on."""
    ctx.memory["n"] = ctx.memory.get("n", 0) + 1
    if ctx.memory["n"] <= times:
        raise NodeError(f"Time {ctx.memory['n']}.", "Try again.", code="not_yet", charged="unknown")
    return value


@node("up_to")
async def up_to(value: int) -> AsyncIterator[int]:
    """Give the numbers below a number, one by one."""
    for number in range(value):
        yield number


@node("pair")
async def pair(left: Any, right: Any) -> list[Any]:
    """Give two values as a list."""
    return [left, right]


@node("countdown")
async def countdown(ctx: Context, value: Any = None, back: Annotated[Any, DoNotWait()] = None) -> Sides:
    """Go round a circle of links until 0."""
    if "back" not in ctx.fresh:
        ctx.wait_for(["back"])
        return Sides(value, SKIP)
    return Sides(SKIP, "landed") if back == 0 else Sides(back - 1, SKIP)


@node("notes")
async def notes(ctx: Context, value: Any) -> list[Any]:
    """Give all values that its own memory has seen."""
    seen = ctx.own_memory.setdefault("seen", [])
    seen.append(value)
    return list(seen)


@node("for_ever")
async def for_ever(value: Any) -> Any:
    """Wait without end."""
    await asyncio.Event().wait()
    return value


@pytest.fixture(autouse=True)
def more_nodes(bench: Bench) -> None:
    for kind in (slowly, parity, fails_at, fails_first, up_to, pair, countdown, notes, for_ever):
        bench.registry.add(kind)
    Meter.now = Meter.most = 0


def given_value(value: Any) -> tuple[str, dict[str, Any]]:
    return ("input", {"type": "any", "default": json.dumps(value)})


async def each(bench: Bench, items: Any, body: Nodes, *links: str, **values: Any) -> Any:
    """Run a For Each over items; return its outputs. A body of one node named `do` is linked by itself."""
    nodes: Nodes = {"items": given_value(items), "each": ("for_each", values), **body}
    return await bench.run(nodes, "items.value -> each.items", *links)


DO = ("each.item -> do.value", "do.output -> each.result")


# ---- For Each ----


async def test_results_come_in_the_order_of_the_items(bench: Bench) -> None:
    items = list(range(40))
    for width in (1, 8, 64):
        Meter.most = 0
        end = await each(bench, items, {"do": ("slowly", {"turns": 40})}, *DO, width=width)
        assert end.outputs["each"] == {"results": items, "errors": [], "count": 40}
        assert Meter.most == min(width, 40), "so many at once"


async def test_index_and_what_comes_from_outside_are_there_in_each_round(bench: Bench) -> None:
    body: Nodes = {"tag": given_value("x"), "both": ("pair", {}), "all": ("pair", {})}
    end = await each(
        bench,
        ["a", "b", "c"],
        body,
        *("each.item -> both.left", "each.index -> both.right"),
        *("both.output -> all.left", "tag.value -> all.right", "all.output -> each.result"),
        width=2,
    )
    assert end.outputs["each"]["results"] == [[["a", 0], "x"], [["b", 1], "x"], [["c", 2], "x"]]
    assert end.waiting == ()


async def test_a_pulled_constant_from_outside_is_asked_for_once(bench: Bench) -> None:
    body: Nodes = {"five": ("number", {"value": 5}), "do": ("add", {})}
    links = ("each.item -> do.a", "five.number_out -> do.b", "do.result -> each.result")
    end = await each(bench, [1, 2, 3], body, *links, width=3)
    assert end.outputs["each"]["results"] == [6, 7, 8]
    assert [event.node for event in bench.told("node_fired")].count("five") == 1


@pytest.mark.parametrize(
    ("items", "given"),
    [
        ([], []),
        ({"a": 1, "b": [2]}, [{"key": "a", "value": 1}, {"key": "b", "value": [2]}]),
        ([None, 0, ""], [None, 0, ""]),
    ],
)
async def test_any_list_and_the_entries_of_a_dictionary(bench: Bench, items: Any, given: list[Any]) -> None:
    end = await each(bench, items, {"do": ("slowly", {})}, *DO)
    assert end.outputs["each"] == {"results": given, "errors": [], "count": len(given)}


@pytest.mark.parametrize("items", ["[1, 2]", 5])
async def test_what_is_no_list_is_refused(bench: Bench, items: Any) -> None:
    end = await bench.run(
        {"items": ("input", {"type": "any", "default": json.dumps(items)}), "each": ("for_each", {})},
        "items.value -> each.items",
        "each.item -> each.result",
    )
    assert [(error.node, error.code) for error in end.errors] == [("each", "bad_input")]


async def test_a_body_may_be_nothing_but_a_link_or_not_there_at_all(bench: Bench) -> None:
    end = await each(bench, [1, 2], {}, "each.item -> each.result")
    assert end.outputs["each"]["results"] == [1, 2]
    assert (await each(bench, [1, 2], {})).outputs["each"] == {"results": [], "errors": [], "count": 2}


async def test_a_decision_in_the_body_makes_a_filter(bench: Bench) -> None:
    links = ("each.item -> do.value", "do.even -> each.result")
    end = await each(bench, [1, 2, 3, 4], {"do": ("parity", {})}, *links, width=4)
    assert end.outputs["each"] == {"results": [2, 4], "errors": [], "count": 4}


async def test_both_ways_of_a_decision_come_together_again(bench: Bench) -> None:
    body: Nodes = {"do": ("parity", {}), "odd": ("slowly", {"turns": 9}), "merge": ("merge", {"mode": "first"})}
    links = (
        "each.item -> do.value",
        "do.even -> merge.inputs[0]",
        "do.odd -> odd.value",
        "odd.output -> merge.inputs[1]",
    )
    end = await each(bench, [1, 2, 3, 4], body, *links, "merge.output -> each.result", width=4)
    assert end.outputs["each"]["results"] == [1, 2, 3, 4], "the first of each item"


async def test_several_values_of_one_item_are_a_list(bench: Bench) -> None:
    end = await each(bench, [0, 1, 3], {"do": ("up_to", {})}, *DO, width=2)
    assert end.outputs["each"]["results"] == [0, [0, 1, 2]], "none: nothing; one: itself; more: a list"


async def test_fan_out_and_join_in_the_body_do_not_mix_items(bench: Bench) -> None:
    body: Nodes = {"fast": ("slowly", {}), "slow": ("slowly", {"turns": 7}), "join": ("pair", {})}
    links = (
        *("each.item -> fast.value", "each.item -> slow.value"),
        *("fast.output -> join.left", "slow.output -> join.right", "join.output -> each.result"),
    )
    items = list(range(30))
    end = await each(bench, items, body, *links, width=8)
    assert end.outputs["each"]["results"] == [[item, item] for item in items]


async def test_a_circle_inside_the_body_goes_round_for_each_item(bench: Bench) -> None:
    links = ("each.item -> do.value", "do.even -> do.back", "do.odd -> each.result")
    end = await each(bench, [3, 0, 5], {"do": ("countdown", {})}, *links, width=3)
    assert end.outputs["each"]["results"] == ["landed"] * 3


async def test_generators_and_joins_in_the_body_do_not_mix_items(bench: Bench) -> None:
    links = (
        *("each.item -> first.value", "each.item -> second.value", "first.output -> both.left"),
        *("second.output -> both.right", "both.output -> each.result"),
    )
    body: Nodes = {"first": ("up_to", {}), "second": ("up_to", {}), "both": ("pair", {})}
    end = await each(bench, [2, 0, 3], body, *links, width=3)
    assert end.outputs["each"]["results"] == [[[0, 0], [1, 1]], [[0, 0], [1, 1], [2, 2]]]
    more = ("each.item -> first.value", "first.output -> both.left", "each.item -> both.right")
    del body["second"]
    end = await each(bench, [2, 3], body, *more, "both.output -> each.result", width=2)
    assert end.outputs["each"]["results"] == [[0, 2], [0, 3]]
    assert [(each.node, each.inputs) for each in end.waiting] == [("both", ("right",))]


@pytest.mark.parametrize(("start", "waits_for"), [("items", ""), ("each", "items"), ("do", "value"), ("show", "data")])
async def test_a_run_may_begin_before_a_loop_and_is_told_what_is_missing_elsewhere(
    bench: Bench, start: str, waits_for: str
) -> None:
    nodes: Nodes = {"items": given_value([1, 2]), "each": ("for_each", {}), "do": ("slowly", {})}
    nodes["show"] = ("display_output", {})
    end = await bench.run(nodes, "items.value -> each.items", *DO, "each.results -> show.data", start=start)
    if waits_for:
        assert [(error.node, error.code) for error in end.errors] == [(start, "never_fired")]
        assert end.errors[0].message.endswith(f"nothing came to {waits_for}.")
    else:
        assert end.outputs["show"] == {"data_out": [1, 2]}


async def test_accumulate_collects_each_item_for_itself(bench: Bench) -> None:
    body: Nodes = {"up": ("up_to", {}), "all": ("accumulate", {"size": 2})}
    links = ("each.item -> up.value", "up.output -> all.value", "all.items -> each.result")
    end = await each(bench, [2, 3, 5], body, *links, width=3)
    assert end.outputs["each"]["results"] == [[0, 1], [0, 1], [[0, 1], [2, 3]]]


async def test_counter_counts_over_all_items(bench: Bench) -> None:
    links = ("each.item -> do.trigger", "do.count -> each.result")
    end = await each(bench, ["a", "b", "c"], {"do": ("counter", {})}, *links)
    assert end.outputs["each"]["results"] == [1, 2, 3]


async def test_own_memories_are_those_of_one_item(bench: Bench) -> None:
    end = await each(bench, ["a", "b", "c"], {"do": ("notes", {})}, *DO)
    assert end.outputs["each"]["results"] == [["a"], ["b"], ["c"]]


async def test_stop_begins_nothing_after_a_failure_and_says_which_item(bench: Bench) -> None:
    end = await each(bench, [1, 2, 3, 4, 5], {"do": ("fails_at", {"at": "[3]"})}, *DO)
    assert end.status == "failed"
    assert [(error.node, error.code) for error in end.errors] == [("do", "cannot_be"), ("each", "item_failed")]
    assert end.errors[1].message == "Item 2 failed, in Fails At: 3 cannot be."
    assert [event.node for event in bench.told("node_fired")].count("do") == 3
    assert "each" not in end.outputs


async def test_stop_finishes_what_is_under_way(bench: Bench) -> None:
    body: Nodes = {"check": ("fails_at", {"at": "[0]"}), "do": ("slowly", {"turns": 5})}
    links = ("each.item -> check.value", "check.output -> do.value", "do.output -> each.result")
    end = await each(bench, list(range(9)), body, *links, width=3)
    assert end.errors[-1].message.startswith("Item 0 failed")
    finished = [event.node for event in bench.told("node_finished")]
    assert finished.count("do") == 2, "the other two that had begun"


async def test_continue_tells_the_failures_and_gives_the_rest(bench: Bench) -> None:
    end = await each(bench, [1, 2, 3, 4], {"do": ("fails_at", {"at": "[2, 4]"})}, *DO, width=4, on_error="continue")
    assert (end.status, end.errors) == ("succeeded", ())
    outputs = end.outputs["each"]
    assert (outputs["results"], outputs["count"]) == ([1, 3], 4)
    assert outputs["errors"] == [
        {"index": 1, "item": 2, "node": "do", "message": "2 cannot be.", "code": "cannot_be"},
        {"index": 3, "item": 4, "node": "do", "message": "4 cannot be.", "code": "cannot_be"},
    ]
    assert all(event.caught for event in bench.told("node_failed"))


async def test_ten_thousand_items_need_few_tasks_and_tell_how_far_they_are(bench: Bench) -> None:
    tasks = 0

    @node("crowd")
    async def crowd(value: int) -> int:
        """Note how many tasks there are."""
        nonlocal tasks
        tasks = max(tasks, len(asyncio.all_tasks()))
        await asyncio.sleep(0)
        return value

    bench.registry.add(crowd)
    before = len(asyncio.all_tasks())
    items = list(range(10_000))
    end = await each(bench, items, {"do": ("crowd", {})}, *DO, width=4)
    assert end.status == "succeeded"
    assert end.outputs["each"]["results"] == items
    assert tasks - before < 30
    told = [event.fraction for event in bench.told("node_progressed")]
    assert len(told) == 100
    assert (told, told[-1]) == (sorted(told), 1)


async def test_a_run_that_is_cancelled_stops_all_rounds(bench: Bench) -> None:
    nodes: Nodes = {"items": given_value([1, 2, 3]), "each": ("for_each", {"width": 2}), "do": ("for_ever", {})}
    placed = {name: Node(name, kind, values=values) for name, (kind, values) in nodes.items()}
    links = tuple(link for text in ("items.value -> each.items", *DO) if (link := Link.parse(text)))
    begun = asyncio.Event()
    fired: list[str] = []

    def hear(event: Any) -> None:
        if event.kind == "node_fired":
            fired.append(event.node)
            if fired.count("do") == 2:
                begun.set()

    handle = bench.runner.start(Workflow(nodes=placed, links=links), on_event=hear)
    await begun.wait()
    handle.cancel()
    end = await handle.result()
    assert (end.status, end.errors) == ("cancelled", ())
    assert fired.count("do") == 2


# ---- nested ----

INNER = ("outer.item -> inner.items", "inner.results -> outer.result")


async def nested(bench: Bench, items: Any, body: Nodes, *links: str, width: int = 3) -> Any:
    nodes: Nodes = {
        "items": given_value(items),
        "outer": ("for_each", {"width": width}),
        "inner": ("for_each", {"width": width}),
        **body,
    }
    return await bench.run(nodes, "items.value -> outer.items", *INNER, *links)


async def test_loops_nest(bench: Bench) -> None:
    links = ("inner.item -> do.value", "do.output -> inner.result")
    end = await nested(bench, [[1, 2], [], [3]], {"do": ("slowly", {"turns": 5})}, *links)
    assert end.outputs["outer"]["results"] == [[1, 2], [], [3]]


async def test_the_inner_body_sees_the_item_of_the_outer_one(bench: Bench) -> None:
    links = (
        *("inner.item -> both.left", "outer.index -> both.right", "both.output -> inner.result"),
        *("one.number_out -> far.left", "inner.index -> far.right"),
    )
    body: Nodes = {"both": ("pair", {}), "one": ("number", {"value": 1}), "far": ("pair", {})}
    end = await nested(bench, [["a", "b"], ["c"]], body, *links)
    assert end.outputs["outer"]["results"] == [[["a", 0], ["b", 0]], [["c", 1]]]
    assert end.waiting == ()


@pytest.mark.parametrize("deep", [1, 4])
async def test_loops_nest_as_deep_as_one_likes(bench: Bench, deep: int) -> None:
    items: Any = 7
    for _ in range(deep):
        items = [items, items]
    nodes: Nodes = {"items": given_value(items), "do": ("slowly", {"turns": 3})}
    links: list[str] = []
    before = "items.value"
    for level in range(deep):
        nodes[f"l{level}"] = ("for_each", {"width": 2})
        links.append(f"{before} -> l{level}.items")
        before = f"l{level}.item"
        if level:
            links.append(f"l{level}.results -> l{level - 1}.result")
    links += [f"{before} -> do.value", f"do.output -> l{deep - 1}.result"]
    end = await bench.run(nodes, *links)
    assert end.outputs["l0"]["results"] == items


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.integers(0, 9), max_size=4), max_size=5), st.integers(1, 6), st.integers(0, 6))
async def test_whatever_the_speed_and_width_results_belong_to_their_items(
    bench: Bench, items: list[list[int]], width: int, turns: int
) -> None:
    links = (
        "inner.item -> do.value",
        "do.output -> both.left",
        "outer.item -> both.right",
        "both.output -> inner.result",
    )
    end = await nested(bench, items, {"do": ("slowly", {"turns": turns}), "both": ("pair", {})}, *links, width=width)
    assert end.outputs["outer"]["results"] == [[[item, within] for item in within] for within in items]


async def test_a_while_in_a_for_each_and_a_catch_around_both(bench: Bench) -> None:
    nodes: Nodes = {
        "items": given_value([3, 50, 200]),
        "catch": ("catch", {}),
        "each": ("for_each", {"width": 3}),
        "loop": ("while", {"limit": "100"}),
        "double": ("add", {}),
        "check": ("fails_at", {"at": "[400]"}),
    }
    links = (
        *("items.value -> catch.value", "catch.attempt -> each.items", "each.item -> loop.value"),
        *("loop.body -> double.a", "loop.body -> double.b", "double.result -> loop.next"),
        *("loop.result -> check.value", "check.output -> each.result", "each.results -> catch.result"),
    )
    end = await bench.run(nodes, *links)
    assert end.outputs["catch"] == {"output": [192, 100, 200]}
    nodes["check"] = ("fails_at", {"at": "[100]"})
    end = await bench.run(nodes, *links)
    assert (end.status, end.errors) == ("succeeded", ())
    assert (end.outputs["catch"]["error"]["node"], end.outputs["catch"]["error"]["code"]) == ("check", "cannot_be")
    assert [error["code"] for error in end.outputs["catch"]["errors"]] == ["cannot_be", "item_failed"]


# ---- While ----


async def turns(bench: Bench, value: Any, body: Nodes, *links: str, **values: Any) -> Any:
    nodes: Nodes = {"value": given_value(value), "loop": ("while", values), **body}
    return await bench.run(nodes, "value.value -> loop.value", *links)


DOUBLE: Nodes = {"double": ("add", {})}
ROUND = ("loop.body -> double.a", "loop.body -> double.b", "double.result -> loop.next")


@pytest.mark.parametrize(
    ("value", "condition", "limit", "result", "rounds"),
    [
        (3, "value < limit", "100", 192, 6),
        (3, "value <= limit", "96", 192, 6),
        (100, "value < limit", "100", 100, 0),
        (3, "value != limit", "12", 12, 2),
        (-1, "value > limit", "-10", -16, 4),
        (-1, "value >= limit", "-8.0", -16, 4),
        (5, "value == limit", "5", 10, 1),
    ],
)
async def test_it_goes_on_as_long_as_the_condition_holds(
    bench: Bench, value: float, condition: str, limit: str, result: float, rounds: int
) -> None:
    end = await turns(bench, value, DOUBLE, *ROUND, condition=condition, limit=limit)
    assert end.status == "succeeded"
    assert end.outputs["loop"] == {"result": result, "rounds": rounds}


async def test_a_loop_without_an_end_fails_at_the_most_rounds(bench: Bench) -> None:
    end = await turns(bench, 0, DOUBLE, *ROUND, max_rounds=7)
    (error,) = end.errors
    assert (error.node, error.code, error.message) == (
        "loop",
        "loop_without_end",
        "The loop has not ended after 7 rounds.",
    )
    end = await turns(bench, 1, DOUBLE, *ROUND, max_rounds=7)
    assert end.outputs["loop"] == {"result": 128, "rounds": 7}, "the last round that is allowed may be the last"


async def test_a_round_that_brings_nothing_ends_it_with_the_value_it_had(bench: Bench) -> None:
    nodes: Nodes = {"is": ("parity", {}), "half": ("slowly", {})}
    links = ("loop.body -> is.value", "is.even -> half.value", "half.output -> loop.next")
    end = await turns(bench, 3, nodes, *links)
    assert end.outputs["loop"] == {"result": 3, "rounds": 1}


async def test_again_goes_on_while_the_body_says_yes(bench: Bench) -> None:
    nodes: Nodes = {
        "count": ("counter", {}),
        "three": ("number", {"value": 3}),
        "less": ("decision", {"operator": "<"}),
    }
    links = (
        *("loop.body -> count.trigger", "count.count -> less.input_value", "three.number_out -> less.comparison_value"),
        "less.true_output -> loop.again",
    )
    end = await turns(bench, "x", nodes, *links, condition="again")
    assert end.outputs["loop"] == {"result": "x", "rounds": 3}, "without a link to next the value stays"


async def test_again_takes_a_no_and_the_newest_value(bench: Bench) -> None:
    nodes: Nodes = {"up": ("up_to", {}), "no": given_value("no")}
    links = ("loop.body -> up.value", "up.output -> loop.next", "up.output -> loop.again")
    end = await turns(bench, 4, nodes, *links, condition="again")
    assert end.outputs["loop"] == {"result": 0, "rounds": 4}, "4, 3, 2, 1: the last of each round; 0 is a no"


async def test_a_failing_body_fails_the_loop(bench: Bench) -> None:
    nodes: Nodes = {**DOUBLE, "check": ("fails_at", {"at": "[8]"})}
    links = (
        "loop.body -> double.a",
        "loop.body -> double.b",
        "double.result -> check.value",
        "check.output -> loop.next",
    )
    end = await turns(bench, 2, nodes, *links)
    assert [(error.node, error.code) for error in end.errors] == [("check", "cannot_be"), ("loop", "round_failed")]
    assert end.errors[1].message == "Round 2 failed, in Fails At: 8.0 cannot be."


async def test_memories_go_on_from_round_to_round(bench: Bench) -> None:
    nodes: Nodes = {**DOUBLE, "notes": ("notes", {})}
    await turns(bench, 30, nodes, *ROUND, "double.result -> notes.value")
    told = [event.outputs["output"] for event in bench.told("output_sent") if event.node == "notes"]
    assert told == [[60], [60, 120]]


async def test_many_rounds_are_no_limit_of_firings(bench: Bench) -> None:
    nodes: Nodes = {"one": ("number", {"value": 1}), "more": ("add", {})}
    links = ("loop.body -> more.a", "one.number_out -> more.b", "more.result -> loop.next")
    end = await turns(bench, 0, nodes, *links, limit="2500", max_rounds=3000)
    assert end.outputs["loop"] == {"result": 2500, "rounds": 2500}


# ---- Catch ----


async def attempt(bench: Bench, body: Nodes, *links: str, **values: Any) -> Any:
    nodes: Nodes = {"value": given_value(3), "catch": ("catch", values), **body}
    return await bench.run(nodes, "value.value -> catch.value", "catch.attempt -> do.value", *links)


BACK = "do.output -> catch.result"


async def test_without_a_failure_the_result_goes_on(bench: Bench) -> None:
    end = await attempt(bench, {"do": ("slowly", {})}, BACK)
    assert (end.status, end.outputs["catch"]) == ("succeeded", {"output": 3})
    assert (await attempt(bench, {"do": ("up_to", {})}, BACK)).outputs["catch"] == {"output": [0, 1, 2]}
    assert (await attempt(bench, {"do": ("slowly", {})})).outputs.get("catch", {}) == {}


async def test_a_failure_becomes_a_value_and_the_run_succeeds(bench: Bench) -> None:
    end = await attempt(
        bench, {"do": ("fails_at", {}), "show": ("display_output", {})}, BACK, "catch.error -> show.data"
    )
    told = {
        "node": "do",
        "title": "Fails At",
        "message": "3 cannot be.",
        "remedy": "Give another.",
        "code": "cannot_be",
        "charged": None,
    }
    assert (end.status, end.errors) == ("succeeded", ())
    assert end.outputs["catch"] == {"error": told, "errors": [told]}
    assert [event.caught for event in bench.told("node_failed")] == [True]


async def test_only_what_fails_in_the_body_is_caught(bench: Bench) -> None:
    end = await attempt(bench, {"do": ("slowly", {}), "after": ("fails_at", {})}, BACK, "catch.output -> after.value")
    assert [error.node for error in end.errors] == ["after"]


async def test_a_failing_branch_beside_a_good_one_is_a_failure(bench: Bench) -> None:
    nodes: Nodes = {"do": ("slowly", {}), "side": ("fails_at", {})}
    end = await attempt(bench, nodes, BACK, "catch.attempt -> side.value")
    assert set(end.outputs["catch"]) == {"error", "errors"}


@pytest.mark.parametrize(("times", "keys"), [(0, {"output"}), (2, {"output"}), (3, {"error", "errors"})])
async def test_it_tries_again(bench: Bench, times: int, keys: set[str]) -> None:
    end = await attempt(bench, {"do": ("fails_first", {"times": times})}, BACK, attempts=3, pause_seconds=0.001)
    assert end.status == "succeeded"
    assert set(end.outputs["catch"]) == keys
    assert [event.node for event in bench.told("node_fired")].count("do") == min(times + 1, 3)
    if "error" in keys:
        assert end.outputs["catch"]["error"]["message"] == "Time 3."
        assert [error["charged"] for error in end.outputs["catch"]["errors"]] == ["unknown"] * 3
    assert sum("failed, in Fails First" in line for line in bench.log()) == times


async def test_a_later_attempt_remembers_nothing_of_an_earlier_one(bench: Bench) -> None:
    nodes: Nodes = {"do": ("notes", {}), "fail": ("fails_first", {})}
    links = ("do.output -> fail.value", "fail.output -> catch.result")
    assert (await attempt(bench, nodes, *links, attempts=2)).outputs["catch"] == {"output": [3]}


async def test_caps_of_the_run_are_not_caught(bench: Bench) -> None:
    nodes: Nodes = {"do": ("countdown", {}), "next": ("slowly", {})}
    nodes["value"] = given_value(5000)
    nodes["catch"] = ("catch", {})
    links = ("value.value -> catch.value", "catch.attempt -> do.value", "do.even -> do.back", "do.odd -> catch.result")
    del nodes["next"]
    end = await bench.run(nodes, *links)
    assert end.status == "failed"
    assert [error.code for error in end.errors] == ["too_many_firings"]
    assert "catch" not in end.outputs
