"""What waits at the inputs of one node: a queue for each, and a count of what is still outstanding."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection
from enum import Enum, IntEnum
from typing import Any, Final

from nodebuilder.engine.plan import Kind, PlannedInput


class Missing(Enum):
    """The type of `MISSING`."""

    MISSING = "missing"


MISSING: Final = Missing.MISSING
"""Stands for an input that has no value."""


class Role(IntEnum):
    """How an input takes part now: its kind, and whether the node waits for it."""

    AWAITED = 0
    """A queue that holds the node back."""
    AWAITED_PULL = 1
    """A kept value; the node is held back until there is one, and each arrival is a reason to fire."""
    LOOSE = 2
    """A queue that never holds back; each value is a reason to fire."""
    LOOSE_PULL = 3
    """A kept value that never holds back."""


_AWAITED, _AWAITED_PULL, _LOOSE = Role.AWAITED, Role.AWAITED_PULL, Role.LOOSE


class Inbox:
    """The inputs of one node in one run.

    `outstanding` counts the inputs that hold the node back, `reasons` those whose unused values make it fire again, and
    `queued` those that give one value to each firing. None of them is ever found by looking through the inputs.
    `held` is set when the node could not fire: of the values that gather at a pulled input, only the latest counts.
    """

    __slots__ = ("_inputs", "_kept", "_queues", "_roles", "held", "outstanding", "queued", "reasons")

    def __init__(self, inputs: tuple[PlannedInput, ...]) -> None:
        self._inputs = inputs
        self._queues: list[deque[Any]] = []
        self._kept: list[Any] = [MISSING] * len(inputs)
        self._roles: list[Role] = []
        self.held = False
        self.outstanding = self.reasons = self.queued = 0
        for each in inputs:
            self._queues.append(deque())
            if each.kind is Kind.LOOSE:
                self._roles.append(_LOOSE)
                continue
            self.outstanding += 1
            if each.kind is Kind.PULL:
                self._roles.append(_AWAITED_PULL)
            else:
                self._roles.append(_AWAITED)
                self.queued += 1

    def put(self, index: int, value: Any) -> None:
        """Add a value at the end of an input's queue."""
        queue = self._queues[index]
        if not queue:
            role = self._roles[index]
            if role is _AWAITED:
                self.outstanding -= 1
            else:
                self.reasons += 1
                if role is _AWAITED_PULL and self._kept[index] is MISSING:
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
            if queue:
                fresh.append(index)
                values[index] = self._take(index, queue)
        self.held = False
        return values, fresh

    def _take(self, index: int, queue: deque[Any]) -> Any:
        role = self._roles[index]
        if role is _AWAITED or role is _LOOSE:
            value = queue.popleft()
        else:
            if self.held and role is _AWAITED_PULL:
                value = queue.pop()
                queue.clear()
            else:
                value = queue.popleft()
            self._kept[index] = value
        if not queue:
            if role is _AWAITED:
                self.outstanding += 1
            else:
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
            if self._roles[index] in (_AWAITED, _AWAITED_PULL) and not self.has(index)
        )

    @property
    def unused(self) -> bool:
        """Whether any input has a value that no firing has used."""
        return any(self._queues)

    def _count(self) -> None:
        self.outstanding = len(self.missing())
        self.queued = sum(role is _AWAITED for role in self._roles)
        self.reasons = sum(
            bool(queue) for queue, role in zip(self._queues, self._roles, strict=True) if role is not _AWAITED
        )


def _role(kind: Kind, *, awaited: bool) -> Role:
    if kind is Kind.PULL:
        return Role.AWAITED_PULL if awaited else Role.LOOSE_PULL
    return Role.AWAITED if awaited else Role.LOOSE
