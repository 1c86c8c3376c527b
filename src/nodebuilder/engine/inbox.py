"""What waits at the inputs of one node: a queue for each, and a count of what is still outstanding."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection
from enum import Enum
from typing import Any, Final

from nodebuilder.engine.plan import Kind, PlannedInput


class Missing(Enum):
    """The type of `MISSING`."""

    MISSING = "missing"


MISSING: Final = Missing.MISSING
"""Stands for an input that has no value."""


_PLAIN, _PULL, _LOOSE = Kind.PLAIN, Kind.PULL, Kind.LOOSE


class Inbox:
    """The inputs of one node in one run.

    `outstanding` counts the inputs that hold the node back, `reasons` those whose unused values make it fire again, and
    `queued` those that give one value to each firing. None of them is ever found by looking through the inputs.
    An input that the node does not wait for at present takes part as a loose one would.
    `held` is set when the node could not fire: of the values that gather at a pulled input, only the latest counts.
    """

    __slots__ = ("_inputs", "_kept", "_queues", "_roles", "held", "outstanding", "queued", "reasons")

    def __init__(self, inputs: tuple[PlannedInput, ...]) -> None:
        self._inputs = inputs
        self._queues: list[deque[Any]] = [deque() for _ in inputs]
        self._kept: list[Any] = [MISSING] * len(inputs)
        self._roles = [each.kind for each in inputs]
        self.held = False
        self.outstanding = len(inputs) - self._roles.count(_LOOSE)
        self.queued = self._roles.count(_PLAIN)
        self.reasons = 0

    def put(self, index: int, value: Any) -> None:
        """Add a value at the end of an input's queue."""
        queue = self._queues[index]
        if not queue:
            role = self._roles[index]
            if role is _PLAIN:
                self.outstanding -= 1
            else:
                self.reasons += 1
                if role is _PULL and self._kept[index] is MISSING:
                    self.outstanding -= 1
        queue.append(value)

    def has(self, index: int) -> bool:
        """Say whether an input has a value, used or not."""
        return bool(self._queues[index]) or self._kept[index] is not MISSING

    def take(self) -> tuple[list[Any], list[int]]:
        """Return the value of each input for one firing (or `MISSING`), and which inputs had a new one."""
        values = self._kept.copy()
        fresh: list[int] = []
        for index, queue in enumerate(self._queues):
            if not queue:
                continue
            fresh.append(index)
            role = self._roles[index]
            if role is _PLAIN:
                values[index] = queue.popleft()
                if not queue:
                    self.outstanding += 1
            else:
                values[index] = self._take_loose(index, queue, role)
        self.held = False
        return values, fresh

    def _take_loose(self, index: int, queue: deque[Any], role: Kind) -> Any:
        """Take from an input whose values are reasons to fire."""
        if role is _PULL and self.held:
            value = queue.pop()
            queue.clear()
        else:
            value = queue.popleft()
        if role is not _LOOSE:
            self._kept[index] = value
        if not queue:
            self.reasons -= 1
        return value

    def wait_for(self, awaited: Collection[int], anew: Collection[int]) -> None:
        """Hold the node back by these inputs alone from now on; forget the used values of those to be awaited anew."""
        for index, each in enumerate(self._inputs):
            self._roles[index] = _role(each.kind, awaited=index in awaited)
            if index in anew:
                self._kept[index] = MISSING
        self._count()

    def missing(self) -> tuple[str, ...]:
        """Return the names of the inputs that hold the node back."""
        return tuple(
            each.name
            for index, each in enumerate(self._inputs)
            if self._roles[index] in (_PLAIN, _PULL) and not self.has(index)
        )

    @property
    def unused(self) -> bool:
        """Whether any input has a value that no firing has used."""
        return any(self._queues)

    def _count(self) -> None:
        self.outstanding = len(self.missing())
        self.queued = sum(role is _PLAIN for role in self._roles)
        self.reasons = sum(
            bool(queue) for queue, role in zip(self._queues, self._roles, strict=True) if role is not _PLAIN
        )


def _role(kind: Kind, *, awaited: bool) -> Kind:
    if kind is _PULL:
        return _PULL if awaited else Kind.LOOSE_PULL
    return _PLAIN if awaited else _LOOSE
