"""A simple interpreter of workflows, written to be obviously right and not to be fast.

It knows the rules of how a run moves and nothing of the engine: values in lists, inputs looked through again and again,
one firing after the other. It runs graphs of one kind of node, `behave`, whose every decision follows from what it got.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

PLAIN = ("a", "b", "items[0]", "items[3]")
PULLED = ("p", "q")
LOOSE = ("d",)
INPUTS = (*PLAIN, *PULLED, *LOOSE)
OUTPUTS = ("out", "slots[0]", "slots[1]", "slots[2]")
MOODS = ("calm", "skips", "fails", "moody")


class Failed(Exception):
    """The node fails."""


@dataclass(frozen=True)
class Behaviour:
    """What a node does in one firing: what it sends, and which inputs it waits for from now on (None: as before)."""

    sent: Mapping[str, int]
    waits: tuple[frozenset[str], frozenset[str]] | None


def behave(name: str, mood: str, got: Mapping[str, Any], connected: frozenset[str]) -> Behaviour:
    """Return what node `name` does with what it got; the same always does the same."""
    value = crc32(repr((name, sorted(got.items()))).encode()) % 997
    if mood == "fails" and value % 4 == 0:
        raise Failed
    sent = {"out": value, "slots[0]": value + 1, "slots[2]": value + 3}
    if mood == "skips" and value % 3 == 0:
        del sent["out"]
    if value % 2:
        sent["slots[1]"] = value + 2
    if mood != "moody":
        return Behaviour(sent, None)
    numbered = list(enumerate(sorted(connected)))
    waits = frozenset(each for place, each in numbered if value >> place & 1)
    anew = frozenset(each for place, each in numbered if value >> place & 2)
    return Behaviour(sent, (waits, anew))


@dataclass
class Graph:
    """Nodes with their moods, and for each input the output that feeds it: `(node, input) -> (node, output)`."""

    moods: dict[str, str] = field(default_factory=dict)
    links: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    start: str | None = None

    def inputs(self, node: str) -> list[str]:
        return [each for each in INPUTS if (node, each) in self.links]

    @property
    def starts(self) -> list[str]:
        """The start node, or all that nothing feeds; then those that need no feeding and that nobody reaches."""
        if self.start is not None:
            return [self.start]
        starts = {node for node in self.moods if not self.inputs(node)}
        for node in self.moods:
            if all(each in LOOSE for each in self.inputs(node)) and node not in self.reached(starts):
                starts.add(node)
        return [node for node in self.moods if node in starts]

    def reached(self, begin: set[str]) -> set[str]:
        found = set(begin)
        for _ in self.moods:
            found |= {target for (target, _), (source, _) in self.links.items() if source in found}
        return found


@dataclass
class Outcome:
    """What is compared: every firing in order with what it got, and how the run ended."""

    firings: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    outputs: dict[str, dict[str, int]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    waiting: dict[str, list[str]] = field(default_factory=dict)
    too_often: str | None = None


class Interpreter:
    """Runs one graph."""

    def __init__(self, graph: Graph, most: int) -> None:
        self.graph = graph
        self.most = most
        self.queues: dict[tuple[str, str], list[Any]] = {place: [] for place in graph.links}
        self.kept: dict[tuple[str, str], Any] = {}
        self.waits = {node: {each for each in graph.inputs(node) if each not in LOOSE} for node in graph.moods}
        self.asked: set[str] = set()
        self.triggered: set[str] = set()
        self.held: set[str] = set()
        self.answers: dict[str, Mapping[str, int]] = {}
        self.line: list[str] = []
        self.firing: str | None = None
        self.outcome = Outcome()

    def run(self) -> Outcome:
        for node in self.graph.starts:
            self.asked.add(node)
            self.look(node)
        while self.line and self.outcome.too_often is None:
            self.fire(self.line[0])
        if self.outcome.too_often is None:
            for node in self.graph.moods:
                unused = any(self.queues[node, each] for each in self.graph.inputs(node))
                if node not in self.outcome.errors and self.missing(node) and (unused or node in self.asked):
                    self.outcome.waiting[node] = self.missing(node)
        return self.outcome

    def missing(self, node: str) -> list[str]:
        return [
            each
            for each in self.graph.inputs(node)
            if each in self.waits[node] and not self.queues[node, each] and (node, each) not in self.kept
        ]

    def has_reason(self, node: str) -> bool:
        awaited_queues = [each for each in self.waits[node] if each not in PULLED]
        others = [each for each in self.graph.inputs(node) if each not in awaited_queues]
        return node in self.asked or bool(awaited_queues) or any(self.queues[node, each] for each in others)

    def look(self, node: str) -> None:
        if node in self.line or node == self.firing or node in self.outcome.errors:
            return
        if node not in self.triggered:
            for source in self.pull(node)[1:]:
                self.look(source)
        if self.missing(node):
            self.held.add(node)
        elif self.has_reason(node) and node not in self.line:
            self.line.append(node)

    def pull(self, node: str) -> list[str]:
        """Trigger `node` and all that it pulls, and that those pull; return them."""
        reached = [node]
        for each in reached:
            if each in self.triggered:
                continue
            self.triggered.add(each)
            for name in self.graph.inputs(each):
                if name in PULLED and not self.queues[each, name] and (each, name) not in self.kept:
                    source, output = self.graph.links[each, name]
                    if source in self.answers:
                        if output in self.answers[source]:
                            self.queues[each, name].append(self.answers[source][output])
                    elif not self.is_coming(source):
                        self.asked.add(source)
                        reached.append(source)
        return reached

    def is_coming(self, node: str) -> bool:
        unused = any(self.queues[node, each] for each in self.graph.inputs(node))
        waits = bool(self.missing(node)) and (unused or node in self.asked)
        return node in self.line or node == self.firing or node in self.outcome.errors or waits

    def take(self, node: str) -> dict[str, Any]:
        got: dict[str, Any] = {}
        for each in self.graph.inputs(node):
            queue = self.queues[node, each]
            if each in PULLED and queue:
                if node in self.held and each in self.waits[node]:
                    del queue[:-1]
                self.kept[node, each] = queue.pop(0)
            if each in PULLED and (node, each) in self.kept:
                got[each] = self.kept[node, each]
            elif queue and each not in PULLED:
                got[each] = queue.pop(0)
        self.held.discard(node)
        return got

    def fire(self, node: str) -> None:
        if sum(fired == node for fired, _ in self.outcome.firings) == self.most:
            self.outcome.too_often = node
            return
        self.line.remove(node)
        self.firing = node
        self.asked.discard(node)
        got = self.take(node)
        self.outcome.firings.append((node, got))
        try:
            done = behave(node, self.graph.moods[node], got, frozenset(self.graph.inputs(node)))
        except Failed:
            self.outcome.errors.append(node)
            self.firing = None
            return
        if "d" not in got:
            self.answers[node] = done.sent
        self.outcome.outputs[node] = dict(done.sent)
        if done.waits is not None:
            self.wait_for(node, *done.waits)
        for target in self.send(node, done.sent):
            self.look(target)
        self.firing = None
        self.look(node)

    def wait_for(self, node: str, waits: frozenset[str], anew: frozenset[str]) -> None:
        self.waits[node] = set(waits)
        for each in anew & waits & set(PULLED):
            self.kept.pop((node, each), None)

    def send(self, node: str, sent: Mapping[str, int]) -> list[str]:
        """Put what was sent at the ends of its links; return the nodes there, in order, each once."""
        reached: list[str] = []
        for output in OUTPUTS:
            for (target, name), source in self.graph.links.items():
                if source == (node, output) and output in sent:
                    self.queues[target, name].append(sent[output])
                    reached.append(target)
        return list(dict.fromkeys(reached))
