"""The connected inputs of a node: of which kind they are, and what a node's inbox has to know of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from nodebuilder.definition import InputSocket
from nodebuilder.values import Asset, SocketType

_EXACT: Final[Mapping[SocketType, frozenset[type] | None]] = {
    SocketType.ANY: None,
    SocketType.TEXT: frozenset({str}),
    SocketType.NUMBER: frozenset({int, float}),
    SocketType.BOOLEAN: frozenset({bool}),
    SocketType.DICTIONARY: frozenset({dict}),
    SocketType.LIST: frozenset({list}),
    SocketType.IMAGE: frozenset({Asset, str}),
}


class Kind(IntEnum):
    """How an input takes part."""

    PLAIN = 0
    """A queue that holds the node back; each firing uses one value."""
    PULL = 1
    """A kept value; the node is held back until there is one, and each arrival is a reason to fire."""
    LOOSE = 2
    """A queue that never holds back; each value is a reason to fire."""
    LOOSE_PULL = 3
    """A kept value that does not hold back: a pulled input that the node does not wait for at present."""


@dataclass(frozen=True, slots=True)
class PlannedInput:
    """A connected input, or one connected slot of an array; `sources` are the nodes that feed it."""

    name: str
    socket: str
    slot: int | None
    kind: Kind
    type: SocketType
    exact: frozenset[type] | None
    """The types of values that need no conversion (None: any)."""
    array: bool = False
    required: bool = False
    missing: str = ""
    sources: tuple[int, ...] = ()
    tools: bool = False
    """Whether what arrives may be the result of a call, which goes to the firing that awaits it."""
    imported: bool = False
    """Whether it comes into the body of a loop from outside, and stays for a whole round."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The inputs of a node as its inbox counts them before anything has arrived."""

    inputs: tuple[PlannedInput, ...]
    kinds: tuple[Kind, ...]
    outstanding: int
    queued: int

    @classmethod
    def of(cls, inputs: tuple[PlannedInput, ...]) -> Shape:
        """Return the shape of these inputs."""
        kinds = tuple(each.kind for each in inputs)
        return cls(inputs, kinds, len(kinds) - kinds.count(Kind.LOOSE), kinds.count(Kind.PLAIN))


def plan_input(socket: InputSocket, slot: int | None, sources: tuple[int, ...] = ()) -> PlannedInput:
    """Return a connected input, or one connected slot of an array input."""
    return PlannedInput(
        name=socket.name if slot is None else f"{socket.name}[{slot}]",
        socket=socket.name,
        slot=slot,
        kind=Kind.LOOSE if socket.do_not_wait else Kind.PULL if socket.pull else Kind.PLAIN,
        type=socket.type,
        exact=None if socket.lenient else _EXACT.get(socket.type, frozenset()),
        array=socket.array,
        required=socket.required and not socket.array,
        missing=socket.missing,
        sources=sources,
        tools=socket.tools,
    )
