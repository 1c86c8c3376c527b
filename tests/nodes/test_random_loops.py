"""Random loops of the real For Each, While and Catch, beside plain Python that says what must come of them."""

from __future__ import annotations

import asyncio
import json
import operator
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from nodebuilder.context import Context
from nodebuilder.engine.runner import Runner
from nodebuilder.errors import NodeError
from nodebuilder.events import Event, NodeFailed, NodeFired, RunFinished
from nodebuilder.node import node
from nodebuilder.nodes.flow import merge
from nodebuilder.nodes.loops import catch, for_each, while_node
from nodebuilder.registry import Registry
from nodebuilder.values import SKIP
from nodebuilder.workflow.model import Link, Node, Workflow
from tests.engine.memory import Memory

OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
NOTHING: Any = SKIP
FAILED = "failed"
plays = st.lists(st.sampled_from(("ok", "ok", "ok", "skip", "fail", "both", "no")), max_size=8)


class Said(NamedTuple):
    """A value, and whether to go on."""

    value: Any
    again: Any


class Failed(Exception):
    """What fails in the oracle; it bears the code of the error."""


@node("source")
async def source(*, text: str = "") -> Any:
    """Give a value."""
    return json.loads(text)


@node("script")
async def script(ctx: Context, value: Any, *, play: str = "", slow: int = 0) -> Said:
    """Do at its n-th call what the play says; after its end, and at `ok`, pass a number on, one higher."""
    at = ctx.memory["n"] = ctx.memory.get("n", -1) + 1
    does = play.split()[at] if at < len(play.split()) else "ok"
    for _ in range(value * slow % 5):
        await asyncio.sleep(0)
    if does == "both":
        ctx.emit({"value": value})
    if does in ("fail", "both"):
        raise NodeError(f"Call {at} failed.", "Try again.", code="scripted")
    return Said(NOTHING if does == "skip" else value + 1, does != "no")


@node("picky")
async def picky(value: int, *, slow: int = 0) -> Any:
    """Fail and skip by the value alone, so that it does not matter who comes first."""
    for _ in range(value * slow % 5):
        await asyncio.sleep(0)
    if value % 7 == 3:
        raise NodeError(f"{value} is not liked.", "Give another.", code="scripted")
    return SKIP if value % 7 == 5 else value + 1


@node("spread")
async def spread(value: int, *, size: int = 2) -> list[int]:
    """Make a list of a number."""
    return [value + number for number in range(size)]


@node("both")
async def both(left: Any, right: Any) -> list[Any]:
    """Bring the item and what was made of it together."""
    return [left, right]


def weight(value: Any) -> int:
    """Make a number of anything."""
    return sum(map(weight, value)) + 1 if isinstance(value, list) else 7 if value == FAILED else value  # pyright: ignore[reportUnknownArgumentType]


@node("weigh")
async def weigh(value: Any) -> int:
    """Make a number of anything."""
    return weight(value)


@node("told")
async def told(error: Any) -> str:
    """Say that something failed."""
    assert error["message"]
    return FAILED


TYPES = (for_each, while_node, catch, merge, source, script, picky, spread, both, weigh, told)
Nodes = dict[str, tuple[str, dict[str, Any]]]


def run(nodes: Mapping[str, tuple[str, dict[str, Any]]], *links: str) -> tuple[RunFinished, list[Event]]:
    events: list[Event] = []
    placed = {name: Node(name, kind, values=values) for name, (kind, values) in nodes.items()}
    workflow = Workflow("random", placed, tuple(link for text in links if (link := Link.parse(text))))

    async def main() -> RunFinished:
        async with asyncio.timeout(30):
            return await Runner(Registry(TYPES), Memory().services, on_event=events.append).run(workflow)

    return asyncio.run(main()), events


def fired(events: list[Event], name: str) -> int:
    return sum(isinstance(event, NodeFired) and event.node == name for event in events)


def played(play: list[str], at: int) -> str:
    return play[at] if at < len(play) else "ok"


# ---- one loop ----


@dataclass
class Turns:
    """A While around a script."""

    value: int
    condition: str
    limit: int
    most: int
    play: list[str]
    linked: bool

    def expected(self) -> tuple[str, int, int]:
        """Return how it ends, with which value, after how many rounds."""
        value, rounds, again = self.value, 0, True
        while again if self.condition == "again" else again and OPERATORS[self.condition](value, self.limit):
            if rounds == self.most:
                return "loop_without_end", value, rounds
            does = played(self.play, rounds)
            rounds += 1
            if does in ("fail", "both"):
                return "round_failed", value, rounds
            came = self.linked and does != "skip"
            value = value + 1 if came else value
            again = does != "no" and (came or not self.linked) if self.condition == "again" else came
        return "", value, rounds


any_turns = st.builds(
    Turns,
    value=st.integers(-3, 12),
    condition=st.sampled_from([*OPERATORS, "again"]),
    limit=st.integers(-3, 12),
    most=st.integers(1, 12),
    play=plays,
    linked=st.booleans(),
)


@given(loop=any_turns)
@settings(max_examples=120, deadline=None)
def test_a_while_goes_on_as_plain_python_would(loop: Turns) -> None:
    condition = loop.condition if loop.condition == "again" else f"value {loop.condition} limit"
    values = {"condition": condition, "limit": str(loop.limit), "max_rounds": loop.most}
    nodes: Nodes = {
        "source": ("source", {"text": str(loop.value)}),
        "loop": ("while", values),
        "do": ("script", {"play": " ".join(loop.play)}),
    }
    links = ["source.output -> loop.value", "loop.body -> do.value", "do.again -> loop.again"]
    end, events = run(nodes, *links, *(["do.value -> loop.next"] if loop.linked else []))
    code, value, rounds = loop.expected()
    assert fired(events, "do") == rounds
    assert [error.code for error in end.errors if error.node == "loop"] == ([code] if code else [])
    assert end.outputs.get("loop") == (None if code else {"result": value, "rounds": rounds})


@given(play=plays, attempts=st.integers(1, 4), value=st.integers(0, 9))
@settings(max_examples=60, deadline=None)
def test_a_catch_tries_until_it_works_and_tells_what_failed(play: list[str], attempts: int, value: int) -> None:
    nodes: Nodes = {
        "source": ("source", {"text": str(value)}),
        "catch": ("catch", {"attempts": attempts}),
        "do": ("script", {"play": " ".join(play)}),
    }
    end, events = run(nodes, "source.output -> catch.value", "catch.attempt -> do.value", "do.value -> catch.result")
    failing = next((n for n in range(attempts) if played(play, n) not in ("fail", "both")), attempts)
    given_ = end.outputs.get("catch", {})
    assert (end.status, end.errors) == ("succeeded", ())
    assert fired(events, "do") == min(failing + 1, attempts)
    assert sum(isinstance(event, NodeFailed) and event.caught for event in events) == failing
    if failing == attempts:
        assert [error["message"] for error in given_["errors"]] == [f"Call {n} failed." for n in range(attempts)]
        assert given_["error"] == given_["errors"][-1]
    else:
        assert given_ == ({} if played(play, failing) == "skip" else {"output": value + 1})


# ---- loops in loops ----


@dataclass
class Layer:
    """A loop around the next one: its kind, how many items, rounds or attempts, and more of its values."""

    kind: str
    size: int
    values: dict[str, Any] = field(default_factory=dict[str, Any])


@st.composite
def any_nest(draw: st.DrawFn) -> tuple[list[Layer], str]:
    """Return up to six layers, the outermost first, and the type of the innermost node."""
    inner = draw(st.sampled_from(("script", "picky")))
    layers: list[Layer] = []
    work = 1
    for _ in range(draw(st.integers(1, 6))):
        kind = draw(st.sampled_from(("for_each", "while", "catch")))
        size = draw(st.integers(kind != "for_each", 3 if work < 12 else 1))
        work *= max(size, 1)
        values: dict[str, Any] = {"attempts": size}
        if kind == "for_each":
            width = draw(st.integers(1, 4)) if inner == "picky" else 1
            values = {"width": width, "on_error": draw(st.sampled_from(("stop", "continue")))}
        elif kind == "while":
            values = {"limit": str(draw(st.integers(0, 15))), "max_rounds": size}
        layers.append(Layer(kind, size, values))
    return layers, inner


class Oracle:
    """What must come of layers of loops."""

    def __init__(self, layers: list[Layer], inner: str, play: list[str]) -> None:
        self.calls = 0
        self.sure = True
        self._layers, self._inner, self._play = layers, inner, play

    def at(self, depth: int, value: int) -> Any:
        """Return what a layer gives for a value, SKIP for nothing; raises `Failed` as it does."""
        if depth == len(self._layers):
            return self._innermost(value)
        layer = self._layers[depth]
        return {"for_each": self._each, "while": self._while, "catch": self._catch}[layer.kind](depth, layer, value)

    def _innermost(self, value: int) -> Any:
        self.calls += 1
        if self._inner == "picky":
            does = {3: "fail", 5: "skip"}.get(value % 7, "ok")
        else:
            does = played(self._play, self.calls - 1)
        if does in ("fail", "both"):
            raise Failed("scripted")
        return SKIP if does == "skip" else value + 1

    def _each(self, depth: int, layer: Layer, value: int) -> Any:
        results: list[Any] = []
        for item in range(value, value + layer.size):
            try:
                made = self.at(depth + 1, item)
            except Failed as error:
                if layer.values["on_error"] == "stop":
                    # Those that have begun meanwhile are worked on to their end.
                    self.sure = self.sure and layer.values["width"] == 1
                    raise Failed("item_failed") from error
            else:
                if made is not SKIP:
                    results.append([item, made])
        return results

    def _while(self, depth: int, layer: Layer, value: int) -> Any:
        rounds = 0
        while value < int(layer.values["limit"]):
            if rounds == layer.size:
                raise Failed("loop_without_end")
            rounds += 1
            try:
                made = self.at(depth + 1, value)
            except Failed as error:
                raise Failed("round_failed") from error
            if made is SKIP:
                break
            value = weight(made)
        return value

    def _catch(self, depth: int, layer: Layer, value: int) -> Any:
        for _ in range(layer.size):
            try:
                return self.at(depth + 1, value)
            except Failed:
                pass
        return FAILED


def wired(layers: list[Layer]) -> tuple[Nodes, list[str]]:
    """Return the layers as nodes and links, with `do` within all of them."""
    nodes: Nodes = {}
    links: list[str] = []
    begin = "source.output"
    for depth, layer in enumerate(layers):
        nodes[f"l{depth}"] = (layer.kind, layer.values)
        if layer.kind == "for_each":
            nodes[f"spread{depth}"] = ("spread", {"size": layer.size})
            links += [f"{begin} -> spread{depth}.value", f"spread{depth}.output -> l{depth}.items"]
        else:
            links.append(f"{begin} -> l{depth}.value")
        begin = f"l{depth}.{ {'for_each': 'item', 'while': 'body', 'catch': 'attempt'}[layer.kind] }"
    links.append(f"{begin} -> do.value")
    for depth, layer in enumerate(layers):
        back = f"l{depth}.{'next' if layer.kind == 'while' else 'result'}"
        if layer.kind == "for_each":
            nodes[f"both{depth}"] = ("both", {})
            links += [f"l{depth}.item -> both{depth}.left", f"both{depth}.output -> {back}"]
            back = f"both{depth}.right"
        elif layer.kind == "while":
            nodes[f"weigh{depth}"] = ("weigh", {})
            links.append(f"weigh{depth}.output -> {back}")
            back = f"weigh{depth}.value"
        links.append(f"{_end(layers, depth + 1)} -> {back}")
    for depth, layer in enumerate(layers):
        if layer.kind == "catch":
            nodes |= {f"told{depth}": ("told", {}), f"either{depth}": ("merge", {})}
            links += [f"l{depth}.error -> told{depth}.error", f"told{depth}.output -> either{depth}.inputs[1]"]
            links.append(f"l{depth}.output -> either{depth}.inputs[0]")
    return nodes, links


def _end(layers: list[Layer], depth: int) -> str:
    if depth == len(layers):
        return "do.output"
    return {"for_each": f"l{depth}.results", "while": f"l{depth}.result", "catch": f"either{depth}.output"}[
        layers[depth].kind
    ]


@given(nest=any_nest(), play=plays, value=st.integers(0, 9), slow=st.integers(0, 3))
@settings(max_examples=120, deadline=None)
def test_loops_in_loops_give_what_plain_python_gives(
    nest: tuple[list[Layer], str], play: list[str], value: int, slow: int
) -> None:
    layers, inner = nest
    nodes, links = wired(layers)
    if inner == "script":
        links = [link.replace("do.output", "do.value") for link in links]
        play = ["ok" if does == "no" else does for does in play]
    nodes["source"] = ("source", {"text": str(value)})
    nodes["do"] = (inner, {"slow": slow, **({"play": " ".join(play)} if inner == "script" else {})})
    oracle = Oracle(layers, inner, play)
    try:
        expected, code = oracle.at(0, value), ""
    except Failed as error:
        expected, code = SKIP, str(error)
    end, events = run(nodes, *links)
    node_id, _, socket = _end(layers, 0).partition(".")
    assert end.status == ("failed" if code else "succeeded")
    assert [error.code for error in end.errors if error.node == "l0"] == ([code] if code else [])
    assert end.outputs.get(node_id, {}).get(socket, SKIP) == expected
    if oracle.sure:
        assert fired(events, "do") == oracle.calls
    again = Counter((event.node, event.firing) for event in events if isinstance(event, NodeFired))
    assert set(again.values()) <= {1}
