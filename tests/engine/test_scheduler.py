"""How a run moves: each rule by example."""

from __future__ import annotations

import asyncio
import contextvars
import sys
import threading
import time
from collections.abc import AsyncIterator
from typing import Annotated, Any, NamedTuple

import pytest

from nodebuilder.context import Context
from nodebuilder.engine.limits import Limits
from nodebuilder.events import NodeFinished, NodeFired
from nodebuilder.node import NodeType, node
from nodebuilder.values import SKIP
from nodebuilder.widgets import Array, DoNotWait, Pull
from tests.engine.harness import Harness
from tests.engine.samples import (
    add,
    count_to,
    fail,
    gather,
    hand_on,
    join,
    loose,
    number,
    show,
    skip_odd,
    slow,
    spread,
    text,
)


@node("drive")
async def drive(value: Any, pulled: Annotated[Any, Pull()]) -> list[Any]:
    """Give a pushed value and a pulled one."""
    return [value, pulled]


@node("watch")
async def watch(ctx: Context, seen: Annotated[Any, Pull()], *, seconds: float = 0.0) -> Any:
    """Take a while over each pulled value."""
    await asyncio.sleep(seconds)
    return [seen, sorted(ctx.fresh)]


# ---- where a run begins ----


async def test_without_a_start_node_every_source_starts(harness: Harness) -> None:
    finished = await harness.run({"a": number, "b": number, "join": join}, "a.output -> join.a", "b.output -> join.b")
    assert finished.firings == 3
    assert finished.outputs["join"] == {"output": [1, 1]}


async def test_a_start_node_runs_only_what_it_reaches_or_pulls(harness: Harness) -> None:
    await harness.run({"a": number, "b": number, "end": hand_on}, "a.output -> end.value", start="a")
    assert harness.fired("b") == 0
    assert harness.fired() == 2


async def test_a_node_with_only_loose_links_is_a_source(harness: Harness) -> None:
    await harness.run({"a": number, "loose": loose}, "a.output -> loose.value")
    assert harness.sent("loose") == [["fresh", 1]] or harness.sent("loose") == [["nothing", None], ["fresh", 1]]


# ---- queues, pulls and loose inputs ----


async def test_each_value_of_a_plain_input_is_used_once_and_in_order(harness: Harness) -> None:
    await harness.run(
        {"three": (number, {"value": 3}), "count": count_to, "slow": slow, "last": hand_on},
        *("three.output -> count.last", "count.output -> slow.value", "slow.output -> last.value"),
    )
    assert harness.sent("last") == [1, 2, 3]


async def test_a_join_pairs_values_in_order_and_reports_what_is_left_over(harness: Harness) -> None:
    finished = await harness.run(
        {"n3": (number, {"value": 3}), "n2": (number, {"value": 2}), "c3": count_to, "c2": count_to, "join": join},
        *("n3.output -> c3.last", "n2.output -> c2.last", "c3.output -> join.a", "c2.output -> join.b"),
    )
    assert harness.sent("join") == [[1, 1], [2, 2]]
    assert [(waiting.node, waiting.inputs) for waiting in finished.waiting] == [("join", ("b",))]


async def test_a_pulled_input_keeps_its_value_for_later_firings(harness: Harness) -> None:
    await harness.run(
        {"three": (number, {"value": 3}), "count": count_to, "kept": (text, {"value": "k"}), "drive": drive},
        *("three.output -> count.last", "count.output -> drive.value", "kept.output -> drive.pulled"),
        start="three",
    )
    assert harness.sent("drive") == [[1, "k"], [2, "k"], [3, "k"]]
    assert harness.fired("kept") == 1


async def test_only_the_latest_of_the_values_that_gather_at_a_pulled_input_counts(harness: Harness) -> None:
    await harness.run(
        {"three": (number, {"value": 3}), "count": count_to, "one": number, "late": slow, "drive": drive},
        *("three.output -> count.last", "count.output -> drive.pulled", "one.output -> late.value"),
        "late.output -> drive.value",
    )
    assert harness.sent("drive") == [[1, 3]]


async def test_each_value_that_a_busy_node_gets_at_a_pulled_input_is_a_reason_to_fire_again(harness: Harness) -> None:
    await harness.run(
        {"three": (number, {"value": 3}), "count": count_to, "watch": (watch, {"seconds": 0.02})},
        *("three.output -> count.last", "count.output -> watch.seen"),
    )
    assert harness.sent("watch") == [[1, ["seen"]], [2, ["seen"]], [3, ["seen"]]]


async def test_a_loose_input_never_holds_back_and_each_value_fires(harness: Harness) -> None:
    await harness.run(
        {"three": (number, {"value": 3}), "count": count_to, "loose": loose},
        *("three.output -> count.last", "count.output -> loose.value"),
        start="three",
    )
    assert harness.sent("loose") == [["fresh", 1], ["fresh", 2], ["fresh", 3]]


async def test_do_not_wait_wins_over_pull(harness: Harness) -> None:
    @node
    async def both(value: Annotated[Any, Pull(), DoNotWait()] = "none") -> Any:
        return value

    await harness.run({"a": number, "both": both}, "a.output -> both.value", start="both")
    assert harness.sent("both") == ["none"]
    assert harness.fired("a") == 0


async def test_an_unconnected_input_uses_its_default(harness: Harness) -> None:
    @node
    async def defaults(a: float = 7, items: Annotated[list[Any], Array()] = []) -> Any:  # noqa: B006 - never changed
        return [a, items]

    await harness.run({"d": defaults})
    assert harness.sent("d") == [[7, []]]


async def test_values_become_what_the_socket_wants(harness: Harness) -> None:
    @node
    async def typed(words: str) -> str:
        return words + "!"

    await harness.run({"a": (number, {"value": 2}), "typed": typed}, "a.output -> typed.words")
    assert harness.sent("typed") == ["2!"]


async def test_a_value_that_does_not_fit_is_an_error_of_the_node_that_gets_it(harness: Harness) -> None:
    @node
    async def wants(value: dict[str, Any]) -> Any:
        return value

    finished = await harness.run(
        {"a": number, "any": hand_on, "w": wants}, "a.output -> any.value", "any.output -> w.value"
    )
    assert finished.status == "failed"
    assert [(error.node, error.code) for error in finished.errors] == [("w", "bad_input")]
    assert "DICTIONARY" in finished.errors[0].message


# ---- pulling ----


async def test_a_source_that_two_inputs_pull_fires_once(harness: Harness) -> None:
    finished = await harness.run({"a": number, "add": add}, "a.output -> add.a", "a.output -> add.b", start="add")
    assert finished.outputs["add"] == {"output": 2}
    assert harness.fired("a") == 1


async def test_in_a_diamond_of_pulls_every_node_fires_once(harness: Harness) -> None:
    @node
    async def relay(value: Annotated[float, Pull()]) -> float:
        return value + 1

    for start in ("s", "add", None):
        finished = await harness.run(
            {"s": number, "a": relay, "b": relay, "add": add},
            *("s.output -> a.value", "s.output -> b.value", "a.output -> add.a", "b.output -> add.b"),
            start=start,
        )
        assert finished.outputs["add"] == {"output": 4}
        assert finished.firings == 4, start


async def test_a_pull_is_answered_by_the_last_firing_without_a_loose_value(harness: Harness) -> None:
    """A tool that was called before anybody asked for its definition is asked for it all the same."""
    finished = await harness.run(
        {"call": (text, {"value": "call"}), "tool": loose, "gate": slow, "user": drive},
        *("call.output -> tool.value", "call.output -> gate.value", "gate.output -> user.value"),
        "tool.output -> user.pulled",
        start="call",
    )
    # The result of the call was pushed before the user was triggered, so nothing had to be pulled.
    assert finished.outputs["user"] == {"output": ["call", ["fresh", "call"]]}
    assert harness.fired("tool") == 1


async def test_a_tool_whose_call_gave_nothing_is_still_asked_for_its_definition(harness: Harness) -> None:
    @node
    async def silent(call: Annotated[Any, DoNotWait()] = None) -> Any:
        return "definition" if call is None else SKIP

    finished = await harness.run(
        {"call": (text, {"value": "call"}), "tool": silent, "gate": slow, "user": drive},
        *("call.output -> tool.call", "call.output -> gate.value", "gate.output -> user.value"),
        "tool.output -> user.pulled",
        start="call",
    )
    assert finished.outputs["user"] == {"output": ["call", "definition"]}
    assert harness.fired("tool") == 2


async def test_a_pull_of_a_source_that_skipped_fires_nothing_again(harness: Harness) -> None:
    finished = await harness.run(
        {"one": number, "skip": skip_odd, "drive": drive},
        *("one.output -> skip.value", "one.output -> drive.value", "skip.output -> drive.pulled"),
    )
    assert harness.fired("skip") == 1
    assert [(waiting.node, waiting.inputs) for waiting in finished.waiting] == [("drive", ("pulled",))]


async def test_pulls_reach_through_thousands_of_nodes(harness: Harness) -> None:
    @node
    async def relay(value: Annotated[float, Pull()]) -> float:
        return value + 1

    nodes: dict[str, Any] = {"n0": number} | {f"n{i}": relay for i in range(1, 5000)}
    links = [f"n{i - 1}.output -> n{i}.value" for i in range(1, 5000)]
    finished = await harness.run(nodes, *links, start="n4999")
    assert finished.outputs["n4999"] == {"output": 5000}


async def test_pulls_in_a_circle_fail_the_run_and_name_the_circle(harness: Harness) -> None:
    finished = await harness.run({"a": add, "b": add, "n": number}, *(
        "b.output -> a.a", "a.output -> b.a", "n.output -> a.b", "n.output -> b.b",
    ), start="a")  # fmt: skip
    assert finished.status == "failed"
    assert finished.errors[0].code == "circle"
    assert "a → b → a" in finished.errors[0].message


async def test_a_start_node_that_nothing_feeds_fails_the_run(harness: Harness) -> None:
    finished = await harness.run({"a": number, "h": hand_on}, "a.output -> h.value", start="h")
    assert finished.status == "failed"
    assert finished.errors[0].code == "never_fired"


# ---- waiting for other inputs ----


class Turn(NamedTuple):
    """A call of a tool, or an answer."""

    call: Any
    answer: Any


@node("agent")
async def agent(
    ctx: Context,
    prompt: Annotated[str, Pull()],
    tools: Annotated[list[Any], Array(), Pull()] = [],  # noqa: B006 - never changed
) -> Turn:
    """Call the second tool once, and answer with what it gave."""
    turns = ctx.memory.setdefault("turns", [])
    turns.append([sorted(ctx.fresh), list(tools)])
    if len(turns) == 1:
        ctx.wait_for(["tools[1]"], fresh=["tools[1]"])
        return Turn(prompt, SKIP)
    return Turn(SKIP, turns)


@node("tool_like")
async def tool_like(call: Annotated[Any, DoNotWait()] = None) -> Any:
    """Give a definition, or a result."""
    return "definition" if call is None else "result"


async def test_a_node_may_wait_for_one_of_its_pulled_inputs_anew(harness: Harness) -> None:
    finished = await harness.run(
        {"p": (text, {"value": "hi"}), "agent": agent, "t0": tool_like, "t1": tool_like},
        *("p.output -> agent.prompt", "t0.output -> agent.tools[0]", "t1.output -> agent.tools[1]"),
        "agent.call -> t1.call",
        start="p",
    )
    [[first, second]] = harness.sent("agent", "answer")
    assert sorted(first[0]) == ["prompt", "tools[0]", "tools[1]"]
    assert first[1] == ["definition", "definition"]
    assert second == [["tools[1]"], ["definition", "result"]]
    assert harness.fired("t0") == 1
    assert finished.status == "succeeded"


async def test_with_an_empty_list_whatever_arrives_fires(harness: Harness) -> None:
    @node
    async def eager(ctx: Context, a: Any = None, b: Any = None) -> Any:
        ctx.wait_for([])
        return [a, b]

    await harness.run(
        {"n": (number, {"value": 2}), "count": count_to, "one": number, "eager": eager},
        *("n.output -> count.last", "count.output -> eager.a", "one.output -> eager.b"),
        start="n",
    )
    assert harness.sent("eager") == []
    await harness.run(
        {"n": (number, {"value": 3}), "count": count_to, "one": number, "eager": eager},
        *("n.output -> count.last", "count.output -> eager.a", "one.output -> eager.b"),
    )
    assert harness.sent("eager") == [[1, 1], [2, None], [3, None]]


async def test_waiting_for_an_input_that_does_not_exist_is_an_error(harness: Harness) -> None:
    @node
    async def lost(ctx: Context, a: Any = None) -> Any:
        ctx.wait_for(["nowhere"])

    finished = await harness.run({"lost": lost})
    assert finished.errors[0].message == "Lost waits for an input nowhere that it does not have."


# ---- arrays, skips and generators ----


async def test_array_inputs_are_compact_lists_in_slot_order(harness: Harness) -> None:
    await harness.run(
        {"a": (text, {"value": "a"}), "b": (text, {"value": "b"}), "g": gather},
        *("b.output -> g.values[7]", "a.output -> g.values[2]"),
    )
    assert harness.sent("g") == [["a", "b"]]


async def test_a_skipped_slot_sends_nothing_and_leaves_its_neighbours_alone(harness: Harness) -> None:
    @node
    async def holes(value: Any) -> Annotated[list[Any], Array()]:
        return [value, SKIP, value]

    finished = await harness.run(
        {"n": number, "holes": holes, "a": hand_on, "b": hand_on, "c": hand_on, "d": hand_on},
        *("n.output -> holes.value", "holes.output[0] -> a.value", "holes.output[1] -> b.value"),
        *("holes.output[2] -> c.value", "holes.output[3] -> d.value"),
    )
    assert [harness.fired(name) for name in "abcd"] == [1, 0, 1, 0]
    assert finished.outputs["holes"] == {"output": [1, None, 1]}


async def test_an_array_output_must_be_a_list(harness: Harness) -> None:
    @node
    async def wrong(value: Any) -> Annotated[list[Any], Array()]:
        return value

    finished = await harness.run(
        {"n": number, "w": wrong, "a": hand_on}, "n.output -> w.value", "w.output[0] -> a.value"
    )
    assert finished.errors[0].code == "wrong_return"


async def test_a_generator_sends_each_value_as_it_comes(harness: Harness) -> None:
    order: list[str] = []

    @node
    async def three(value: Any) -> Any:
        order.append(f"got {value:g}")

    finished = await harness.run(
        {"n": (number, {"value": 3}), "count": count_to, "three": three},
        *("n.output -> count.last", "count.output -> three.value"),
    )
    assert order == ["got 1", "got 2", "got 3"]
    assert harness.fired("count") == 1
    assert finished.outputs["count"] == {"output": 3}
    seen = [(event.kind, event.node) for event in harness.events if isinstance(event, NodeFired | NodeFinished)]
    assert seen.index(("node_fired", "three")) < seen.index(("node_finished", "count"))


async def test_a_generator_that_fails_keeps_what_it_sent(harness: Harness) -> None:
    @node
    async def breaks(value: Any) -> AsyncIterator[Any]:
        yield value
        raise RuntimeError("enough")

    finished = await harness.run({"n": number, "b": breaks, "h": hand_on}, "n.output -> b.value", "b.output -> h.value")
    assert finished.outputs["h"] == {"output": 1}
    assert finished.errors[0].message == "Breaks crashed: RuntimeError: enough."


# ---- side by side ----


async def test_independent_nodes_run_at_the_same_time(harness: Harness) -> None:
    met = asyncio.Barrier(3)

    @node
    async def meet(value: Any) -> Any:
        async with asyncio.timeout(5):
            await met.wait()

    finished = await harness.run(
        {"n": number, "a": meet, "b": meet, "c": meet}, *(f"n.output -> {name}.value" for name in "abc")
    )
    assert finished.status == "succeeded"


async def test_a_node_never_fires_beside_itself(harness: Harness) -> None:
    inside = 0

    @node
    async def alone(value: Any) -> Any:
        nonlocal inside
        inside += 1
        assert inside == 1
        await asyncio.sleep(0.001)
        inside -= 1

    finished = await harness.run(
        {"n": (number, {"value": 5}), "count": count_to, "alone": alone},
        *("n.output -> count.last", "count.output -> alone.value"),
    )
    assert finished.status == "succeeded"
    assert harness.fired("alone") == 5


async def test_a_blocking_node_runs_in_a_thread_and_talks_in_order(harness: Harness) -> None:
    here = threading.get_ident()

    @node(blocking=True)
    def blocks(ctx: Context, value: Any) -> Any:
        ctx.log("one")
        ctx.log("two")
        ctx.display("text", "three")
        time.sleep(0.01)
        return threading.get_ident() != here

    finished = await harness.run({"n": number, "b": blocks}, "n.output -> b.value")
    assert finished.outputs["b"] == {"output": True}
    assert [event.message for event in harness.told("node_logged")] == ["one", "two"]
    assert [event.seq for event in harness.events] == list(range(1, len(harness.events) + 1))


async def test_a_plain_function_runs_on_the_loop(harness: Harness) -> None:
    here = threading.get_ident()

    @node
    def plain(value: Any) -> Any:
        return threading.get_ident() == here

    finished = await harness.run({"n": number, "p": plain}, "n.output -> p.value")
    assert finished.outputs["p"] == {"output": True}


async def test_a_node_that_never_waits_still_has_a_task_of_its_own_to_time_out(harness: Harness) -> None:
    @node
    async def hurried(value: Any) -> Any:
        try:
            async with asyncio.timeout(0.01):
                await asyncio.sleep(10)
        except TimeoutError:
            return "late"

    @node
    async def grouped(value: Any) -> Any:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(asyncio.sleep(0, each)) for each in range(3)]
        return [task.result() for task in tasks]

    finished = await harness.run(
        {"n": number, "h": hurried, "g": grouped, "other": slow},
        *("n.output -> h.value", "n.output -> g.value", "n.output -> other.value"),
    )
    assert finished.status == "succeeded", finished.errors
    assert finished.outputs["h"] == {"output": "late"}
    assert finished.outputs["g"] == {"output": [0, 1, 2]}


async def test_the_current_task_stays_the_same_through_a_firing(harness: Harness) -> None:
    @node
    async def same(value: Any) -> Any:
        before = asyncio.current_task()
        await asyncio.sleep(0)
        return asyncio.current_task() is before

    finished = await harness.run({"n": number, "a": same, "b": same}, "n.output -> a.value", "n.output -> b.value")
    assert finished.outputs["a"] == finished.outputs["b"] == {"output": True}


async def test_a_context_variable_stays_within_its_firing(harness: Harness) -> None:
    variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable", default="outside")
    variable.set("runner")

    @node
    async def sets(value: Any, *, wait: bool = False) -> Any:
        seen = variable.get()
        token = variable.set("mine")
        if wait:
            await asyncio.sleep(0)
        mine = variable.get()
        variable.reset(token)
        variable.set("left behind")
        return [seen, mine]

    finished = await harness.run(
        {"n": number, "a": sets, "b": (sets, {"wait": True}), "c": sets},
        *("n.output -> a.value", "a.output -> b.value", "b.output -> c.value"),
    )
    for name in "abc":
        assert finished.outputs[name] == {"output": ["runner", "mine"]}
    assert variable.get() == "runner"


async def test_a_node_that_cancels_its_own_task_hurts_only_itself(harness: Harness) -> None:
    @node
    async def suicidal(value: Any, *, wait: bool = False) -> Any:
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        if wait:
            await asyncio.sleep(0)
        return value

    finished = await harness.run(
        {"n": number, "s": suicidal, "h": hand_on}, "n.output -> s.value", "n.output -> h.value"
    )
    assert finished.status == "succeeded"
    assert finished.outputs["h"] == {"output": 1}


async def test_a_node_that_awaits_something_cancelled_crashes(harness: Harness) -> None:
    @node
    async def unlucky(value: Any) -> Any:
        future = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_soon(future.cancel)
        await future

    finished = await harness.run({"n": number, "u": unlucky, "h": slow}, "n.output -> u.value", "n.output -> h.value")
    assert finished.status == "failed"
    assert finished.errors[0].code == "node_crashed"
    assert finished.outputs["h"] == {"output": 1}


async def test_a_chain_of_thousands_needs_no_recursion_and_lets_others_have_their_turn(harness: Harness) -> None:
    nodes: dict[str, NodeType | tuple[NodeType, dict[str, Any]]] = {"n0": number}
    nodes |= {f"n{i}": hand_on for i in range(1, 5000)}
    turns = 0

    async def count_turns() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    other = asyncio.create_task(count_turns())
    finished = await harness.run(nodes, *(f"n{i - 1}.output -> n{i}.value" for i in range(1, 5000)))
    other.cancel()
    assert finished.firings == 5000
    assert turns > 3


# ---- failure, limits, cancelling ----


async def test_a_failing_node_stops_what_hangs_on_it_and_nothing_else(harness: Harness) -> None:
    finished = await harness.run(
        {"n": number, "fail": fail, "after": hand_on, "other": slow, "join": join},
        *("n.output -> fail.value", "fail.output -> after.value", "n.output -> other.value"),
        *("fail.output -> join.a", "other.output -> join.b"),
    )
    assert finished.status == "failed"
    assert harness.fired("after") == 0
    assert finished.outputs["other"] == {"output": 1}
    [error] = finished.errors
    assert (error.node, error.code) == ("fail", "node_crashed")
    assert error.message == "Fail crashed: ValueError: no use for 1.0."
    assert error.remedy
    assert [(waiting.node, waiting.inputs) for waiting in finished.waiting] == [("join", ("a",))]


async def test_a_node_cannot_end_the_program(harness: Harness) -> None:
    @node
    async def leaves(value: Any, *, wait: bool = False) -> Any:
        if wait:
            await asyncio.sleep(0)
        sys.exit(3)

    finished = await harness.run(
        {"n": number, "a": leaves, "b": (leaves, {"wait": True}), "h": slow},
        *("n.output -> a.value", "n.output -> b.value", "n.output -> h.value"),
    )
    assert [error.message for error in finished.errors] == ["Leaves crashed: SystemExit: 3."] * 2
    assert finished.outputs["h"] == {"output": 1}


async def test_a_failed_node_does_not_fire_again(harness: Harness) -> None:
    await harness.run(
        {"n": (number, {"value": 3}), "count": count_to, "fail": fail},
        *("n.output -> count.last", "count.output -> fail.value"),
    )
    assert harness.fired("fail") == 1


async def test_a_reported_error_fails_the_run_while_its_outputs_flow(harness: Harness) -> None:
    @node
    async def reports(ctx: Context, value: Any) -> str:
        ctx.error("There is no picture.", "Try again.", code="no_picture")
        return ""

    finished = await harness.run(
        {"n": number, "r": reports, "h": hand_on}, "n.output -> r.value", "r.output -> h.value"
    )
    assert finished.status == "failed"
    assert finished.outputs["h"] == {"output": ""}
    assert [(error.message, error.code) for error in finished.errors] == [("There is no picture.", "no_picture")]
    assert [event.node for event in harness.told("node_finished")] == ["n", "h"]


async def test_a_loop_without_an_end_is_ended(harness: Harness) -> None:
    harness.limits = Limits(firings_per_node=50)
    harness.__post_init__()

    @node
    async def forever(back: Annotated[float, DoNotWait()] = 0.0) -> float:
        return back + 1

    finished = await harness.run(
        {"f": forever, "s": (slow, {"seconds": 60})}, "f.output -> f.back", "f.output -> s.value"
    )
    assert finished.status == "failed"
    assert finished.errors[0].code == "too_many_firings"
    assert "50 times" in finished.errors[0].message
    assert harness.fired("f") == 50


@pytest.mark.parametrize("endless", [True, False])
async def test_a_run_that_takes_too_long_is_ended(endless: bool) -> None:
    harness = Harness(limits=Limits(firings_per_node=10**9, run_seconds=0.05))

    @node
    async def forever(back: Annotated[float, DoNotWait()] = 0.0) -> float:
        return back + 1

    nodes: dict[str, Any] = {"f": forever} if endless else {"n": number, "s": (slow, {"seconds": 60})}
    links = ["f.output -> f.back"] if endless else ["n.output -> s.value"]
    finished = await harness.run(nodes, *links)
    assert finished.status == "failed"
    assert finished.errors[0].code == "run_too_long"
    assert finished.errors[0].node == ("f" if endless else "s")


async def test_cancelling_reaches_every_node_that_waits(harness: Harness) -> None:
    told: list[str] = []
    begun = asyncio.Barrier(4)

    @node
    async def waits(ctx: Context, value: Any) -> Any:
        try:
            await begun.wait()
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            told.append(ctx.node)
            raise

    handle = harness.start(
        {"n": number, "a": waits, "b": waits, "c": waits}, *(f"n.output -> {x}.value" for x in "abc")
    )
    await begun.wait()
    handle.cancel()
    handle.cancel()
    finished = await handle.result()
    assert finished.status == "cancelled"
    assert sorted(told) == ["a", "b", "c"]
    assert finished.errors == ()
    assert finished.waiting == ()
    assert harness.events[-1] is finished


async def test_a_busy_loop_can_be_cancelled(harness: Harness) -> None:
    harness.limits = Limits(firings_per_node=10**9)
    harness.__post_init__()

    @node
    async def forever(back: Annotated[float, DoNotWait()] = 0.0) -> float:
        return back + 1

    handle = harness.start({"f": forever}, "f.output -> f.back")
    await asyncio.sleep(0.02)
    handle.cancel()
    assert (await handle.result()).status == "cancelled"


async def test_a_run_can_be_cancelled_before_its_first_firing_and_from_a_node(harness: Harness) -> None:
    handle = harness.start({"n": number, "h": slow}, "n.output -> h.value")
    handle.cancel()
    assert (await handle.result()).status == "cancelled"
    assert harness.fired() == 0

    @node
    async def ends(value: Any, *, wait: bool = False) -> Any:
        handle.cancel()
        if wait:
            await asyncio.sleep(60)
        return value

    for wait in (False, True):
        handle = harness.start(
            {"n": number, "e": (ends, {"wait": wait}), "h": hand_on}, "n.output -> e.value", "e.output -> h.value"
        )
        assert (await handle.result()).status == "cancelled"
        assert harness.fired("h") == 0


async def test_a_node_that_will_not_be_cancelled_does_not_keep_the_run() -> None:
    harness = Harness(limits=Limits(cancel_seconds=0.05))
    release = asyncio.Event()

    @node
    async def stubborn(value: Any) -> Any:
        while not release.is_set():
            try:
                await release.wait()
            except asyncio.CancelledError:
                continue

    handle = harness.start({"n": number, "s": stubborn}, "n.output -> s.value")
    await asyncio.sleep(0.01)
    handle.cancel()
    assert (await handle.result()).status == "cancelled"
    release.set()
    await asyncio.sleep(0.01)
    assert harness.events[-1].kind == "run_finished"


def test_a_loop_that_is_closed_ends_the_run_as_cancelled() -> None:
    harness = Harness()

    async def begin(seconds: float) -> None:
        harness.start({"n": number, "s": (slow, {"seconds": 60})}, "n.output -> s.value")
        await asyncio.sleep(seconds)

    for seconds in (0.01, 0):
        asyncio.run(begin(seconds))
        assert harness.events[0].kind == "run_started"


async def test_slots_of_arrays_go_where_they_are_drawn(harness: Harness) -> None:
    await harness.run(
        {"a": (text, {"value": "a"}), "b": (text, {"value": "b"}), "s": spread, "x": show, "y": show},
        *("a.output -> s.values[0]", "b.output -> s.values[1]", "s.items[1] -> x.value", "s.items[0] -> y.value"),
    )
    assert {event.node: event.data for event in harness.told("displayed")} == {"x": "b", "y": "a"}
