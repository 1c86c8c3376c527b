"""Random graphs, run by the engine and by the simple interpreter of `reference.py`: both must say the same."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any, NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from nodebuilder.context import Context
from nodebuilder.engine.limits import Limits
from nodebuilder.engine.runner import Runner
from nodebuilder.events import Event, RunFinished
from nodebuilder.node import NodeType, node
from nodebuilder.registry import Registry
from nodebuilder.values import SKIP
from nodebuilder.widgets import Array, DoNotWait, Pull
from nodebuilder.workflow.model import Link, Node, Workflow
from tests.engine.memory import Memory
from tests.engine.reference import INPUTS, MOODS, OUTPUTS, PLAIN, Failed, Graph, Interpreter, behave

MOST = 6
NOTHING = "nothing"


class Sent(NamedTuple):
    """What the node of the random graphs gives."""

    out: Any
    slots: Annotated[list[Any], Array()]


Calls = list[tuple[str, dict[str, Any]]]


def reference_type(calls: Calls) -> NodeType:
    """Return the node type of the random graphs; it notes its calls."""

    @node("behaves")
    async def behaves(
        ctx: Context,
        a: Any = NOTHING,
        b: Any = NOTHING,
        items: Annotated[list[Any], Array()] = [],  # noqa: B006 - never changed
        p: Annotated[Any, Pull()] = NOTHING,
        q: Annotated[Any, Pull()] = NOTHING,
        d: Annotated[Any, DoNotWait()] = NOTHING,
        *,
        mood: str = "calm",
        steps: int = 0,
    ) -> Sent:
        """Do as the reference says, in as many steps as asked for."""
        for _ in range(steps):
            await asyncio.sleep(0)
        slots = [name for name in ("items[0]", "items[3]") if name in ctx.connected]
        if len(items) < len(slots):  # a loose slot had nothing: the node can tell by what is fresh
            slots = [name for name in slots if name in ctx.fresh]
        got = {"a": a, "b": b, "p": p, "q": q, "d": d, **dict(zip(slots, items, strict=True))}
        got = {name: value for name, value in got.items() if value != NOTHING}
        calls.append((ctx.node, got))
        done = behave(ctx.node, mood, got, ctx.connected)
        if done.waits is not None:
            ctx.wait_for(*done.waits)
        sent = done.sent
        return Sent(sent.get("out", SKIP), [sent.get(f"slots[{slot}]", SKIP) for slot in range(3)])

    return behaves


def document(graph: Graph, steps: dict[str, int]) -> Workflow:
    nodes = {
        name: Node(name, "behaves", values={"mood": mood, "steps": steps.get(name, 0)})
        for name, mood in graph.moods.items()
    }
    links = [
        Link.parse(f"{source}.{output} -> {target}.{name}") for (target, name), (source, output) in graph.links.items()
    ]
    return Workflow("random", nodes, tuple(link for link in links if link), graph.start)


def run(graph: Graph, steps: dict[str, int] | None = None) -> tuple[RunFinished, Calls, list[Event]]:
    calls: Calls = []
    events: list[Event] = []
    limits = Limits(firings_per_node=MOST)

    async def main() -> RunFinished:
        runner = Runner(Registry((reference_type(calls),)), Memory().services, limits, on_event=events.append)
        async with asyncio.timeout(20):
            return await runner.run(document(graph, steps or {}))

    return asyncio.run(main()), calls, events


def outputs_of(finished: RunFinished) -> dict[str, dict[str, int]]:
    told: dict[str, dict[str, int]] = {}
    for name, outputs in finished.outputs.items():
        slots = {f"slots[{place}]": value for place, value in enumerate(outputs["slots"]) if value is not None}
        told[name] = {**({"out": outputs["out"]} if "out" in outputs else {}), **slots}
    return told


def compare(graph: Graph) -> None:
    expected = Interpreter(graph, MOST).run()
    finished, calls, events = run(graph)
    assert calls == expected.firings
    assert outputs_of(finished) == expected.outputs
    errors = [error.node for error in finished.errors if error.code == "node_crashed"]
    assert errors == expected.errors
    assert {each.node: list(each.inputs) for each in finished.waiting} == expected.waiting
    ended = [error.node for error in finished.errors if error.code == "too_many_firings"]
    assert ended == ([expected.too_often] if expected.too_often else [])
    never = graph.start is not None and not any(name == graph.start for name, _ in expected.firings)
    assert finished.status == ("failed" if errors or ended or never else "succeeded")
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert finished.firings == len(calls)


@st.composite
def any_graph(draw: st.DrawFn) -> Graph:
    """Return a graph with many links: forward ones mostly, so that much of it runs, and some back."""
    names = [f"n{number}" for number in range(draw(st.integers(2, 7)))]
    graph = Graph({name: draw(st.sampled_from(MOODS)) for name in names})
    for place, target in enumerate(names):
        for name in INPUTS:
            if not draw(st.integers(0, 2)):
                back = name == "d" or not draw(st.integers(0, 7))
                source = draw(st.sampled_from(names if back else names[:place] or names))
                if source != target or name == "d":
                    graph.links[target, name] = (source, draw(st.sampled_from(("out", *OUTPUTS))))
    graph.start = draw(st.sampled_from([None, None, *names]))
    return graph


class AnyGraph(RuleBasedStateMachine):
    """Changes a graph step by step and runs it on the way: cycles, arrays, pulls, loose inputs, failures, moods."""

    @initialize(graph=any_graph())
    def begin(self, graph: Graph) -> None:
        self.graph = graph

    @precondition(lambda self: len(self.graph.moods) < 8)
    @rule(mood=st.sampled_from(MOODS))
    def add(self, mood: str) -> None:
        self.graph.moods[f"n{len(self.graph.moods)}"] = mood

    @rule(data=st.data(), name=st.sampled_from(INPUTS), output=st.sampled_from(OUTPUTS))
    def connect(self, data: st.DataObject, name: str, output: str) -> None:
        nodes = list(self.graph.moods)
        source, target = data.draw(st.sampled_from(nodes)), data.draw(st.sampled_from(nodes))
        if source != target or name == "d":
            self.graph.links[target, name] = (source, output)

    @precondition(lambda self: self.graph.links)
    @rule(data=st.data())
    def disconnect(self, data: st.DataObject) -> None:
        del self.graph.links[data.draw(st.sampled_from(list(self.graph.links)))]

    @rule(data=st.data())
    def choose_start(self, data: st.DataObject) -> None:
        self.graph.start = data.draw(st.sampled_from([None, *self.graph.moods]))

    @precondition(lambda self: self.graph.starts)
    @rule()
    def run(self) -> None:
        compare(self.graph)


AnyGraph.TestCase.settings = settings(
    max_examples=200, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
)
TestAnyGraph = AnyGraph.TestCase


@settings(max_examples=300, deadline=None)
@given(any_graph())
def test_any_graph_runs_as_the_reference_says(graph: Graph) -> None:
    if graph.starts:
        compare(graph)


@st.composite
def order_free(draw: st.DrawFn) -> tuple[Graph, dict[str, int]]:
    """Return a graph of queues alone, whose result no delay can change, and the steps that each node takes."""
    names = [f"n{number}" for number in range(draw(st.integers(2, 8)))]
    graph = Graph({name: draw(st.sampled_from(("calm", "skips", "fails"))) for name in names})
    for place, target in enumerate(names):
        for name in PLAIN:
            if place and draw(st.integers(0, 2)):
                source = draw(st.sampled_from(names[:place] if draw(st.integers(0, 9)) else names))
                if source != target:
                    graph.links[target, name] = (source, draw(st.sampled_from(OUTPUTS)))
    return graph, {name: draw(st.integers(0, 4)) for name in names}


@settings(max_examples=150, deadline=None)
@given(order_free())
def test_delays_change_nothing_in_graphs_of_queues(drawn: tuple[Graph, dict[str, int]]) -> None:
    graph, steps = drawn
    if not graph.starts:
        return
    expected = Interpreter(graph, MOST).run()
    finished, calls, _ = run(graph, steps)
    for name in graph.moods:
        assert [got for node, got in calls if node == name] == [got for node, got in expected.firings if node == name]
    assert outputs_of(finished) == expected.outputs
    assert sorted(error.node for error in finished.errors) == sorted(expected.errors)
    assert {each.node: list(each.inputs) for each in finished.waiting} == expected.waiting


@node("yields")
async def yields(begin: Any, *, values: int = 3, steps: int = 0) -> AsyncIterator[int]:
    """Give 0, 1, 2 … with pauses."""
    for value in range(values):
        for _ in range(steps):
            await asyncio.sleep(0)
        yield value


@node("begins")
async def begins() -> int:
    """Begin."""
    return 0


@node("pairs")
async def pairs(left: Any, right: Any, *, steps: int = 0) -> Any:
    """Give both, after a while."""
    for _ in range(steps):
        await asyncio.sleep(0)
    return (left, right)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 3)), min_size=2, max_size=5), st.integers(0, 3))
def test_streams_are_joined_in_order_however_they_are_paced(streams: list[tuple[int, int]], steps: int) -> None:
    """A tree of joins over generators: the n-th value of each, as many times as the shortest has values."""
    nodes = {"begin": Node("begin", "begins")}
    links: list[str] = []
    for place, (values, pauses) in enumerate(streams):
        nodes[f"s{place}"] = Node(f"s{place}", "yields", values={"values": values, "steps": pauses})
        links.append(f"begin.output -> s{place}.begin")
        if place:
            nodes[f"j{place}"] = Node(f"j{place}", "pairs", values={"steps": steps})
            links.append(f"{'s0' if place == 1 else f'j{place - 1}'}.output -> j{place}.left")
            links.append(f"s{place}.output -> j{place}.right")
    workflow = Workflow("streams", nodes, tuple(link for text in links if (link := Link.parse(text))))
    sent: dict[str, list[Any]] = {}

    def note(event: Event) -> None:
        if event.kind == "output_sent":
            sent.setdefault(event.node, []).append(event.outputs["output"])

    async def main() -> RunFinished:
        runner = Runner(Registry((yields, begins, pairs)), Memory().services, on_event=note)
        return await runner.run(workflow)

    assert asyncio.run(main()).status == "succeeded"
    for place in range(1, len(streams)):
        expected: Any = list(range(streams[0][0]))
        for values, _ in streams[1 : place + 1]:
            expected = list(zip(expected, range(values), strict=False))
        assert sent.get(f"j{place}", []) == expected


def test_the_reference_fails_and_skips_often_enough_to_matter() -> None:
    got = [{"a": number} for number in range(200)]
    failed = 0
    for each in got:
        try:
            behave("n", "fails", each, frozenset())
        except Failed:
            failed += 1
    skipped = sum("out" not in behave("n", "skips", each, frozenset()).sent for each in got)
    assert 20 < failed < 180
    assert 20 < skipped < 180
