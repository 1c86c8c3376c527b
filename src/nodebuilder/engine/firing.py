"""One firing of a node, as its function sees it: the `ctx`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar

from nodebuilder.context import Receipt, Round
from nodebuilder.engine.approvals import Approvals
from nodebuilder.engine.budget import Purse
from nodebuilder.engine.calls import Calls
from nodebuilder.engine.desk import Desk
from nodebuilder.engine.inputs import Kind
from nodebuilder.engine.limits import Limits
from nodebuilder.engine.receipt import Call
from nodebuilder.engine.recorder import Recorder
from nodebuilder.engine.services import Services
from nodebuilder.engine.state import Flight, NodeState
from nodebuilder.errors import Charged, InputError, NodeBuilderError, NodeError
from nodebuilder.events import CallDelayed, ContentType, Level, NodeLogged, NodeProgressed, PreviewShown, TextStreamed
from nodebuilder.values import Asset

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Scope:
    """What all firings of one run share."""

    run_id: str
    recorder: Recorder
    desk: Desk
    services: Services
    limits: Limits
    calls: Calls = field(default_factory=Calls)
    approvals: Approvals = field(init=False)
    shown: Sequence[Mapping[str, Any]] = ()
    """What the display panel showed when the run began."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "approvals", Approvals(self.recorder))


class Stage(Protocol):
    """What a firing under way asks of whoever moves the run."""

    def emit(self, state: NodeState, flight: Flight, outputs: Mapping[str, Any]) -> None:
        """Send outputs of a firing that goes on."""
        ...

    async def call_tool(
        self, state: NodeState, flight: Flight, slot: int, call: Mapping[str, Any], seconds: float | None
    ) -> dict[str, Any]:
        """Send a call to the tool at a slot of `tools` and wait for its result."""
        ...

    async def round(
        self, state: NodeState, flight: Flight, outputs: Mapping[str, Any], *, catch: bool, apart: bool
    ) -> Round:
        """Work through the body of a loop node once."""
        ...

    def failure(self, state: NodeState, flight: Flight, error: NodeBuilderError) -> None:
        """Tell that a firing failed."""
        ...


class Firing:
    """The context of one firing (see `nodebuilder.context.Context` for what each part means to a node)."""

    __slots__ = ("_flight", "_fresh", "_scope", "_stage", "_state", "firing")

    def __init__(self, scope: Scope, state: NodeState, flight: Flight, fresh: list[int], stage: Stage) -> None:
        self._scope = scope
        self._state = state
        self._flight = flight
        self._fresh = fresh
        self._stage = stage
        self.firing = flight.number

    @property
    def run_id(self) -> str:
        """The run this firing belongs to."""
        return self._scope.run_id

    @property
    def node(self) -> str:
        """The id of the node in its workflow."""
        return self._state.node.id

    @property
    def title(self) -> str:
        """The title of the node as the person sees it."""
        return self._state.node.title

    @property
    def memory(self) -> dict[str, Any]:
        """A dictionary that lives as long as the run, one per node."""
        state = self._state.origin
        if state.memory is None:
            state.memory = {}
        return state.memory

    @property
    def own_memory(self) -> dict[str, Any]:
        """As `memory`; but in the body of a loop whose rounds are apart, each round has its own."""
        own = self._state.lane.memory_of(self._state.node.index) if self._state.lane else None
        return self.memory if own is None else own

    @property
    def fresh(self) -> frozenset[str]:
        """The inputs (`name` or `name[slot]`) whose value arrived since the last firing."""
        inputs = self._state.node.inputs
        return frozenset(inputs[index].name for index in self._fresh)

    @property
    def connected(self) -> frozenset[str]:
        """The inputs (`name` or `name[slot]`) that a link feeds."""
        return frozenset(each.name for each in self._state.node.inputs)

    def heard(self, output: str) -> bool:
        """Say whether any link begins at an output."""
        return bool(self._state.node.routes.get(output) or self._state.node.slots.get(output))

    @property
    def calling(self) -> str:
        """The id of the model's call that this firing answers; empty when it answers none."""
        return self._flight.call.id if self._flight.call else ""

    def slots(self, socket: str) -> tuple[int, ...]:
        """Return the connected slots of an array input, in the order of the values in its list."""
        inputs = self._state.node.inputs
        return tuple(each.slot for each in inputs if each.socket == socket and each.slot is not None)

    def answers(self, slot: int) -> bool:
        """Say whether a call sent to the tool at `tools[slot]` can come back with a result."""
        way = self._state.node.tools.get(slot)
        return way is not None and way.answers

    async def call_tool(self, slot: int, call: Mapping[str, Any], *, seconds: float | None = None) -> dict[str, Any]:
        """Send a call to the tool at `tools[slot]` and return its `{"id", "result"}` or `{"id", "error"}`."""
        return await self._stage.call_tool(self._state, self._flight, slot, call, seconds)

    async def round(self, outputs: Mapping[str, Any], *, catch: bool = False, apart: bool = False) -> Round:
        """Send outputs into the body of this loop node, and wait until nothing in it has anything left to do."""
        return await self._stage.round(self._state, self._flight, outputs, catch=catch, apart=apart)

    def emit(self, outputs: Mapping[str, Any]) -> None:
        """Send outputs now; the firing goes on."""
        self._stage.emit(self._state, self._flight, outputs)

    def spend_within(self, usd: float | None) -> Purse:
        """Put a cap on what this firing and the tools it calls may spend from now on, beside those of run and day."""
        outer = self._flight.purse or self._scope.desk.purse
        self._flight.purse = Purse(usd, parent=outer, span="loop")
        return self._flight.purse

    def display_context(self) -> list[dict[str, Any]]:
        """Return what the display panel shows: what it showed when the run began, and what the run displayed since."""
        now = datetime.now(UTC).isoformat()
        since = [
            {
                "node_id": each["node"],
                "node_title": each["title"],
                "content_type": each["content_type"],
                "data": each["data"],
                "timestamp": now,
            }
            for each in self._scope.recorder.displayed
        ]
        return [*(dict(entry) for entry in self._scope.shown), *since]

    def log(self, message: str, level: Level = "info") -> None:
        """Write a line to the run's log."""
        self._scope.recorder.say(NodeLogged, self.node, self.firing, level, message)

    def error(self, message: str, remedy: str = "", *, code: str = "reported", charged: Charged | None = None) -> None:
        """Report an error and go on: it is shown on the node, and the run will end `failed`."""
        if self._flight.call is not None and self._scope.desk.broken is None:
            self.log(f"{message} {remedy}".strip(), "error")
            return
        self._flight.reported = True
        error = NodeError(message, remedy, code=code, charged=charged)
        self._scope.recorder.on_loop(self._stage.failure, self._state, self._flight, error)

    def progress(self, fraction: float | None, message: str = "") -> None:
        """Show how far the firing is, from 0 to 1 (None: moving, but nobody knows how far)."""
        self._scope.recorder.say(NodeProgressed, self.node, self.firing, fraction, message)

    def delayed(self, seconds: float, reason: str) -> None:
        """Show that a call waits for `seconds` before it is made again; say so before the waiting begins."""
        self._scope.desk.pause(seconds)
        self._scope.recorder.say(CallDelayed, self.node, self.firing, seconds, reason)

    def stream(self, text: str) -> None:
        """Send partial text to the screen."""
        self._scope.recorder.say(TextStreamed, self.node, self.firing, text)

    def preview(self, url: str) -> None:
        """Show a picture on the node."""
        self._scope.recorder.say(PreviewShown, self.node, self.firing, url)

    def display(self, content_type: ContentType, data: Any) -> None:
        """Put something on the display panel."""
        recorder = self._scope.recorder
        recorder.on_loop(recorder.display, self.node, self.firing, self.title, content_type, data)

    def wait_for(self, inputs: Collection[str], fresh: Collection[str] = ()) -> None:
        """Say which inputs this node waits for from now on, and which pulled ones of them are to be awaited anew."""
        awaited = self._indices(inputs)
        pulled = {index for index, each in enumerate(self._state.node.inputs) if each.kind is Kind.PULL}
        self._flight.waits = (awaited, self._indices(fresh) & awaited & pulled)

    def _indices(self, names: Collection[str]) -> frozenset[int]:
        definition = self._state.node.type.definition
        for name in names:
            if definition.input(name.partition("[")[0]) is None:
                raise InputError(f"{self.title} waits for an input {name} that it does not have.", "Correct the node.")
        wanted = set(names)
        inputs = enumerate(self._state.node.inputs)
        return frozenset(index for index, each in inputs if each.name in wanted or each.socket in wanted)

    async def paid(
        self,
        work: Callable[[Receipt], Awaitable[Result]],
        *,
        provider: str,
        model: str,
        request: Mapping[str, Any],
        estimate_usd: float | None = None,
    ) -> Result:
        """Do paid `work` under a receipt, once, even if the run is cancelled or cut off meanwhile."""
        call = Call(self.node, self.firing, provider, model, request, estimate_usd, self._state.place())
        return await self._scope.desk.paid(call, work, replayed=self._mark_reused, purse=self._flight.purse)

    def _mark_reused(self) -> None:
        self._flight.reused = True

    async def save(self, data: bytes, *, prefix: str, about: Mapping[str, Any] | None = None) -> Asset:
        """Keep `data` (a picture) as `<prefix>_<8 hex>.<type>` in the servable directory; `about` is kept beside it."""
        known = self._scope.desk.saved_before()
        if known is not None:
            return known
        place = {"run": self.run_id, "node": self.node, "firing": self.firing}
        return await self._scope.services.assets.save(data, prefix=prefix, about={**place, **(about or {})})
