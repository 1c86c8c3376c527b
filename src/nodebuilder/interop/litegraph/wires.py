"""The links of an older file: the list is what counts; what is broken in it is mended where one reading is evident."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from nodebuilder.interop.litegraph.mends import Mends, node_key, whole
from nodebuilder.interop.litegraph.placing import Placed
from nodebuilder.interop.litegraph.sockets import Side, inputs_of, outputs_of
from nodebuilder.values import JSON
from nodebuilder.widget_values import show
from nodebuilder.workflow.model import Link

_OBJECT_KEYS: Final = ("id", "origin_id", "origin_slot", "target_id", "target_slot", "type")
_FEWEST: Final = 5


@dataclass(frozen=True, slots=True)
class Wire:
    """A link as the file has it: its name in sentences, its ends by the places of their nodes, and the entry itself."""

    label: str
    id: str
    source: int
    source_slot: JSON
    target: int
    target_slot: JSON
    type: str
    entry: JSON


@dataclass(frozen=True, slots=True)
class Wiring:
    """The links, and the entries that could not become one."""

    links: tuple[Link, ...]
    left_out: tuple[JSON, ...]


class Wirer:
    """Reads the links of one document."""

    def __init__(self, placed: Sequence[Placed], keys: Mapping[str, int], mends: Mends) -> None:
        self._placed = placed
        self._keys = keys
        self._mends = mends
        self._inputs = [inputs_of(each) for each in placed]
        self._outputs = [outputs_of(each) for each in placed]
        self._left_out: list[JSON] = []

    def read(self, entries: JSON) -> Wiring:
        """Return the links that the entries mean."""
        wires = [wire for at, entry in enumerate(self._listed(entries)) if (wire := self._wire(at, entry))]
        ended = [wire for wire in map(self._with_slots, self._apart(wires)) if wire]
        links: dict[Link, Wire] = {}
        for wire in ended:
            link = self._link(wire)
            if link is None:
                continue
            if link in links:
                self._mends.add(f'The link "{link}" was given more than once; it is one.')
                self._left_out.append(wire.entry)
            else:
                links[link] = wire
        return Wiring(tuple(self._one_each(links)), tuple(self._left_out))

    def _listed(self, entries: JSON) -> list[JSON]:
        match entries:
            case list():
                return [entry for entry in entries if entry is not None]
            case dict():
                return [entry for entry in entries.values() if entry is not None]
            case _:
                return self._recovered()

    def _recovered(self) -> list[JSON]:
        """Return the links that the slots of the nodes know of at both ends; for a file without a list."""
        begins = {link: (at, slot) for at, slot, link in self._known(self._outputs)}
        found: list[JSON] = []
        for at, slot, link in self._known(self._inputs):
            if link in begins:
                source, source_slot = begins[link]
                ids = [self._placed[each].entry.get("id") for each in (source, at)]
                found.append([link, ids[0], source_slot, ids[1], slot, ""])
        if found:
            self._mends.add("The file has no list of links; those that the nodes know of are taken.")
        return found

    @staticmethod
    def _known(sides: Sequence[Side]) -> Iterator[tuple[int, int, str]]:
        for at, side in enumerate(sides):
            for slot, drawn in enumerate(side.slots):
                for link in sorted(drawn.links):
                    yield at, slot, link

    def _wire(self, at: int, entry: JSON) -> Wire | None:
        match entry:
            case dict():
                fields = [entry.get(key) for key in _OBJECT_KEYS]
            case list() if len(entry) >= _FEWEST:
                fields = [*entry[:6], *[""] * (6 - len(entry[:6]))]
            case _:
                return self._leave(f"Entry {at + 1} of the links is no link and was left out.", entry)
        link = node_key(fields[0]) or ""
        label = f"Link {link[:20]}" if link else f"Entry {at + 1} of the links"
        ends = [self._keys.get(node_key(each) or "") for each in (fields[1], fields[3])]
        if ends[0] is None or ends[1] is None:
            known = next((self._placed[end].node.id for end in ends if end is not None), None)
            beside = f' of node "{known}"' if known else ""
            side = "begins" if ends[0] is None else "ends"
            return self._leave(f"{label}{beside} {side} at a node that is not there; it was left out.", entry)
        kind = fields[5].lower() if isinstance(fields[5], str) else ""
        return Wire(label, link, ends[0], fields[2], ends[1], fields[4], kind, entry)

    def _leave(self, sentence: str, entry: JSON) -> None:
        self._mends.add(sentence)
        self._left_out.append(entry)

    def _apart(self, wires: Sequence[Wire]) -> list[Wire]:
        """Return the wires, those that end at one slot parted where another slot knows of one by its id."""
        ends: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
        for at, wire in enumerate(wires):
            slot = whole(wire.target_slot)
            if slot is not None:
                ends[wire.target, slot].append(at)
        parted = list(wires)
        for (target, slot), crowd in list(ends.items()):
            side = self._inputs[target]
            for at in crowd if len(crowd) > 1 else ():
                knowing = side.knowing.get(wires[at].id, ())
                if wires[at].id and len(knowing) == 1 and knowing[0] != slot and not ends.get((target, knowing[0])):
                    ends[target, knowing[0]].append(at)
                    parted[at] = replace(wires[at], target_slot=knowing[0])
                    self._tell_moved(wires[at], side, knowing[0])
        return parted

    def _with_slots(self, wire: Wire) -> Wire | None:
        source = self._slot(wire, self._outputs[wire.source], wire.source_slot)
        target = self._slot(wire, self._inputs[wire.target], wire.target_slot)
        if source is None or target is None:
            return self._leave(self._astray(wire, ends=source is not None), wire.entry)
        return replace(wire, source_slot=source, target_slot=target)

    def _astray(self, wire: Wire, *, ends: bool) -> str:
        """Return the sentence on a link of which one end, the latter if it `ends` there, is at no socket."""
        source, target = self._outputs[wire.source], self._inputs[wire.target]
        side, other = (target, source) if ends else (source, target)
        verb, way, kind = ("ends", "from", "input") if ends else ("begins", "to", "output")
        written = wire.target_slot if ends else wire.source_slot
        at = whole(written)
        drawn = side.slots[at].name[:60] if at is not None and 0 <= at < len(side.slots) else ""
        named = show(drawn) if drawn else f"slot {show(written)}"
        return (
            f'{wire.label} {way} node "{other.node}" {verb} at {named} of node "{side.node}", '
            f"which has no such {kind}; it was left out."
        )

    def _slot(self, wire: Wire, side: Side, written: JSON) -> int | None:
        """Return the slot that is meant: the one of this number, or by name, or the one that is evident."""
        found = whole(written)
        if found is not None and 0 <= found < len(side.slots) and side.ref(found) is not None:
            return found
        named = side.named(written) if isinstance(written, str) else None
        guess = side.by_link(wire.id, wire.type) if named is None else named
        if guess is None or side.ref(guess) is None:
            return None
        self._tell_moved(wire, side, guess)
        return guess

    def _tell_moved(self, wire: Wire, side: Side, slot: int) -> None:
        name = side.slots[slot].name[:60]
        self._mends.add(f'{wire.label} names a wrong slot of node "{side.node}"; "{name}" is evidently meant.')

    def _link(self, wire: Wire) -> Link | None:
        slots = whole(wire.source_slot), whole(wire.target_slot)
        source = self._outputs[wire.source].ref(slots[0] or 0)
        target = self._inputs[wire.target].ref(slots[1] or 0)
        return Link(source, target) if source and target else None

    def _one_each(self, links: Mapping[Link, Wire]) -> Iterator[Link]:
        """Yield the links; of several that end at one input, the last, unless it takes any number."""
        last = {link.target: link for link in links}
        for link, wire in links.items():
            definition = self._placed[wire.target].definition
            socket = definition.input(link.target.socket) if definition else None
            if last[link.target] is link or (socket and socket.many):
                yield link
            else:
                self._leave(
                    f'Several links end at {link.target}, which takes one; "{link}" was left out for the later '
                    f'"{last[link.target]}".',
                    wire.entry,
                )
