"""What waits at the inputs of one node: a queue for each, and a count of what is still outstanding."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Sequence
from typing import Any

from nodebuilder.engine.inputs import Kind, Shape

_PLAIN, _PULL, _LOOSE = Kind.PLAIN, Kind.PULL, Kind.LOOSE


class Inbox:
    """The inputs of one node in one run.

    `outstanding` counts the inputs that hold the node back, `reasons` those whose unused values make it fire again, and
    `queued` those that give one value to each firing. None of them is ever found by looking through the inputs.
    An input that the node does not wait for at present takes part as a loose one would.
    `held` is set when the node could not fire: of the values that gather at a pulled input, only the latest counts.
    """

    __slots__ = ("_kept", "_queues", "_roles", "_shape", "held", "outstanding", "queued", "reasons")

    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        self._queues: dict[int, deque[Any]] = {}
        self._kept: dict[int, Any] | None = None
        self._roles: Sequence[Kind] = shape.kinds
        self.held = False
        self.outstanding = shape.outstanding
        self.queued = shape.queued
        self.reasons = 0

    def put(self, index: int, value: Any) -> None:
        """Add a value at the end of an input's queue."""
        queue = self._queues.get(index)
        if queue is None:
            queue = self._queues[index] = deque()
        if not queue:
            role = self._roles[index]
            if role is _PLAIN:
                self.outstanding -= 1
            else:
                self.reasons += 1
                if role is _PULL and not (self._kept and index in self._kept):
                    self.outstanding -= 1
        queue.append(value)

    def keep(self, index: int, value: Any) -> None:
        """Give an input a value that stays for all firings and is no reason for one."""
        if self._roles[index] in (_PLAIN, _PULL) and not self.has(index):
            self.outstanding -= 1
        self._kept = {**(self._kept or {}), index: value}

    def has(self, index: int) -> bool:
        """Say whether an input has a value, used or not."""
        return bool(self._queues.get(index)) or (self._kept is not None and index in self._kept)

    def unused_at(self, index: int) -> tuple[Any, ...]:
        """Return the values at an input that no firing has used."""
        return tuple(self._queues.get(index, ()))

    def take(self) -> tuple[dict[int, Any], list[int]]:
        """Return the values for one firing by input, and which inputs had a new one."""
        fresh: list[int] = []
        values: dict[int, Any] = {**self._kept} if self._kept else {}
        for index, queue in self._queues.items():
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
            if self._kept is None:
                self._kept = {}
            self._kept[index] = value
        if not queue:
            self.reasons -= 1
        return value

    def wait_for(self, awaited: Collection[int], anew: Collection[int]) -> None:
        """Hold the node back by these inputs alone from now on; forget the used values of those to be awaited anew."""
        self._roles = [_role(kind, awaited=index in awaited) for index, kind in enumerate(self._shape.kinds)]
        if self._kept:
            self._kept = {index: value for index, value in self._kept.items() if index not in anew}
        self._count()

    def missing(self) -> tuple[str, ...]:
        """Return the names of the inputs that hold the node back."""
        inputs = enumerate(self._shape.inputs)
        return tuple(each.name for at, each in inputs if self._roles[at] in (_PLAIN, _PULL) and not self.has(at))

    @property
    def unused(self) -> bool:
        """Whether any input has a value that no firing has used."""
        return any(self._queues.values())

    def _count(self) -> None:
        self.outstanding = len(self.missing())
        self.queued = sum(role is _PLAIN for role in self._roles)
        self.reasons = sum(bool(queue) and self._roles[index] is not _PLAIN for index, queue in self._queues.items())


def _role(kind: Kind, *, awaited: bool) -> Kind:
    if kind is _PULL:
        return _PULL if awaited else Kind.LOOSE_PULL
    return _PLAIN if awaited else _LOOSE
