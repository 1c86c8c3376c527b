"""Which socket a numbered slot of an older file means: by the name that is drawn there, never by its place alone."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from nodebuilder.interop.litegraph.catalogue import OldSocket
from nodebuilder.interop.litegraph.mends import node_key, whole
from nodebuilder.interop.litegraph.placing import Placed
from nodebuilder.values import JSON
from nodebuilder.workflow.check_links import MOST_SLOTS
from nodebuilder.workflow.model import Ref

_NUMBERED: Final = re.compile(r"(.*)_([0-9]{1,6})", re.DOTALL)
_NOT_IN_A_NAME: Final = re.compile(r"[\s.\[\]]+")
_LONGEST_NAME: Final = 200


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot that is drawn on a node: its name, its type, and the ids of the links it knows of."""

    name: str
    type: str
    links: frozenset[str]


@dataclass(frozen=True, slots=True)
class Side:
    """The inputs or the outputs of a node: its slots as drawn, and the sockets of its class (None: nobody knows)."""

    node: str
    slots: tuple[Slot, ...]
    sockets: tuple[OldSocket, ...] | None
    knowing: Mapping[str, Sequence[int]]
    """The slots that know of each link."""
    typed: Mapping[str, Sequence[int]]
    """The slots of each type."""
    called: Mapping[str, Sequence[int]]
    """The slots of each name, in lower case."""

    @classmethod
    def of(cls, node: str, slots: Sequence[Slot], sockets: tuple[OldSocket, ...] | None) -> Side:
        """Return a side of a node, its slots indexed by all that they may be looked for."""
        knowing: defaultdict[str, list[int]] = defaultdict(list)
        typed: defaultdict[str, list[int]] = defaultdict(list)
        called: defaultdict[str, list[int]] = defaultdict(list)
        for at, slot in enumerate(slots):
            typed[slot.type].append(at)
            called[slot.name.strip().lower()].append(at)
            for link in slot.links:
                knowing[link].append(at)
        return cls(node, tuple(slots), sockets, dict(knowing), dict(typed), dict(called))

    def ref(self, at: int) -> Ref | None:
        """Return what the slot at this place means, or None when the node has no such socket."""
        name = self.slots[at].name
        if self.sockets is None:
            return Ref(self.node, _NOT_IN_A_NAME.sub("_", name.strip())[:_LONGEST_NAME] or f"slot_{at}")
        return _resolved(self.node, name, self.sockets)

    def by_link(self, link: str, kind: str) -> int | None:
        """Return the slot that knows of a link; or the only one; or the only one of the link's type; or None."""
        knowing = self.knowing.get(link, ())
        if len(knowing) == 1:
            return knowing[0]
        if len(self.slots) == 1:
            return 0
        fitting = self.typed.get(kind, ())
        return fitting[0] if len(fitting) == 1 and kind not in ("", "*") else None

    def named(self, name: str) -> int | None:
        """Return the slot with this name, or None."""
        found = self.called.get(name.strip().lower(), ())
        return found[0] if len(found) == 1 else None


def inputs_of(placed: Placed) -> Side:
    """Return the inputs of a node."""
    return _side(placed, "inputs", "link", placed.old.inputs if placed.old else None)


def outputs_of(placed: Placed) -> Side:
    """Return the outputs of a node."""
    return _side(placed, "outputs", "links", placed.old.outputs if placed.old else None)


def _side(placed: Placed, key: str, linked: str, sockets: tuple[OldSocket, ...] | None) -> Side:
    written = placed.entry.get(key)
    if isinstance(written, list):
        return Side.of(placed.node.id, [_slot(each, linked) for each in written], sockets)
    plain = [Slot(socket.name, "", frozenset()) for socket in sockets or () if not socket.array]
    arrays = [socket for socket in sockets or () if socket.array]
    slots = [Slot(f"{arrays[0].name}_{at}", "", frozenset()) for at in range(64)] if len(arrays) == 1 else []
    return Side.of(placed.node.id, [*plain, *slots], sockets)


def _slot(value: JSON, linked: str) -> Slot:
    members: Mapping[str, JSON] = value if isinstance(value, dict) else {"name": value}
    name, kind, ids = members.get("name"), members.get("type"), members.get(linked)
    known: Sequence[JSON] = ids if isinstance(ids, list) else [ids]
    return Slot(
        name if isinstance(name, str) else "",
        kind.lower() if isinstance(kind, str) else "",
        frozenset(key for key in map(node_key, known) if key is not None),
    )


def _resolved(node: str, name: str, sockets: Sequence[OldSocket]) -> Ref | None:
    """Return the socket that a name means: itself, or `base_3` a slot of an array; letter case does not matter."""
    for same in (str, str.lower):
        wanted = same(name.strip())
        for socket in sockets:
            if same(socket.name) == wanted:
                return Ref(node, socket.name, 0 if socket.array else None)
        match = _NUMBERED.fullmatch(wanted)
        slot = whole(match[2]) if match else None
        for socket in sockets:
            if match and slot is not None and slot < MOST_SLOTS and socket.array and same(socket.name) == match[1]:
                return Ref(node, socket.name, slot)
    return None
