"""What a node may say and ask while it runs: the `ctx` of its function."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from nodebuilder.errors import Charged
from nodebuilder.events import ContentType, Level
from nodebuilder.values import Asset

Result = TypeVar("Result")
Keep = Callable[[bytes], Awaitable[None]]
"""Called with the raw bytes of an answer, as soon as they are there and before they are decoded."""


class Receipt(Protocol):
    """The record of one paid call: intent, sent, bytes on disk, done | refused | unknown."""

    @property
    def id(self) -> str:
        """The receipt's id."""
        ...

    async def send(self, call: Callable[[Keep], Awaitable[bytes]]) -> bytes:
        """Return the raw answer: of the earlier call if this one was made before, else of `call`, made exactly once.

        Raises:
            ProviderError: the call failed; the receipt ends `refused` (not charged) or `unknown`.
        """
        ...

    async def settle(self, *, usd: float | None, model: str, detail: str = "", asset: Asset | None = None) -> None:
        """Close the receipt as done, with the cost in US dollars (None: not known) and the file that came of it."""
        ...


@dataclass(frozen=True, slots=True)
class RoundError:
    """A failure of a node in the body of a loop."""

    node: str
    title: str
    message: str
    remedy: str
    code: str
    charged: Charged | None = None


@dataclass(frozen=True, slots=True)
class Round:
    """What one round through the body of a loop gave.

    `values` has what came to each back input that got anything, in order; `errors` what failed in the body.
    """

    values: Mapping[str, Sequence[Any]] = field(default_factory=dict[str, Sequence[Any]])
    errors: tuple[RoundError, ...] = ()


class Spending(Protocol):
    """What was spent under a cap of its own."""

    @property
    def spent(self) -> float:
        """The US dollars spent so far, as far as prices are known."""
        ...


class Context(Protocol):
    """The world of one firing: identity, memory, voice, tools, and the paid desk."""

    @property
    def run_id(self) -> str:
        """The run this firing belongs to."""
        ...

    @property
    def node(self) -> str:
        """The id of the node in its workflow."""
        ...

    @property
    def title(self) -> str:
        """The title of the node as the person sees it."""
        ...

    @property
    def firing(self) -> int:
        """The number of this firing of the node, from 1."""
        ...

    @property
    def memory(self) -> dict[str, Any]:
        """A dictionary that lives as long as the run, one per node."""
        ...

    @property
    def own_memory(self) -> dict[str, Any]:
        """As `memory`; but in the body of a loop whose rounds are apart, each round has its own."""
        ...

    @property
    def fresh(self) -> frozenset[str]:
        """The inputs (`name` or `name[slot]`) whose value arrived since the last firing."""
        ...

    @property
    def connected(self) -> frozenset[str]:
        """The inputs (`name` or `name[slot]`) that a link feeds."""
        ...

    def heard(self, output: str) -> bool:
        """Say whether any link begins at an output, so that somebody deals with what is sent there."""
        ...

    @property
    def calling(self) -> str:
        """The id of the model's call that this firing answers; empty when it answers none.

        In such a firing a reported error is told to the model, and the run goes on.
        """
        ...

    def slots(self, socket: str) -> tuple[int, ...]:
        """Return the connected slots of an array input, in the order of the values in its list."""
        ...

    def answers(self, slot: int) -> bool:
        """Say whether a call sent to the tool at `tools[slot]` can come back with a result."""
        ...

    async def call_tool(self, slot: int, call: Mapping[str, Any], *, seconds: float | None = None) -> dict[str, Any]:
        """Send a call `{"id", "name", "arguments"}` to the tool at `tools[slot]` and return what it answers.

        That is `{"id", "result"}` or `{"id", "error"}`, with the id of the call; also when the tool crashed, was
        refused by a person, gave no answer, or took longer than `seconds` (waiting for a person does not count).
        """
        ...

    async def round(self, outputs: Mapping[str, Any], *, catch: bool = False, apart: bool = False) -> Round:
        """Send outputs into the body of this loop node, and wait until nothing in the body has anything left to do.

        The body works on them in inboxes of its own: rounds that are awaited at the same time do not mix. A failure in
        the body fails the run as any does; with `catch` it does not, and is left to this node. With `apart` the round
        has memories of its own (see `own_memory`). When the wait is cancelled, the round is stopped.
        """
        ...

    def emit(self, outputs: Mapping[str, Any]) -> None:
        """Send outputs now; the firing goes on."""
        ...

    def spend_within(self, usd: float | None) -> Spending:
        """Put a cap on what this firing and the tools it calls may spend from now on, beside those of run and day.

        A call that would break it raises `BudgetError` with the code `budget_per_loop`; the run goes on.
        """
        ...

    def display_context(self) -> list[dict[str, Any]]:
        """Return what the display panel shows: `node_id`, `node_title`, `content_type`, `data` and `timestamp` each."""
        ...

    def log(self, message: str, level: Level = "info") -> None:
        """Write a line to the run's log."""
        ...

    def error(self, message: str, remedy: str = "", *, code: str = "reported", charged: Charged | None = None) -> None:
        """Report an error and go on: it is shown on the node, and the run will end `failed`."""
        ...

    def progress(self, fraction: float | None, message: str = "") -> None:
        """Show how far the firing is, from 0 to 1 (None: moving, but nobody knows how far)."""
        ...

    def delayed(self, seconds: float, reason: str) -> None:
        """Show that a call waits for `seconds` before it is made again."""
        ...

    def stream(self, text: str) -> None:
        """Send partial text to the screen."""
        ...

    def preview(self, url: str) -> None:
        """Show a picture on the node."""
        ...

    def display(self, content_type: ContentType, data: Any) -> None:
        """Put something on the display panel."""
        ...

    def wait_for(self, inputs: Collection[str], fresh: Collection[str] = ()) -> None:
        """Say which inputs this node waits for from now on, and which pulled ones of them are to be awaited anew."""
        ...

    async def paid(
        self,
        work: Callable[[Receipt], Awaitable[Result]],
        *,
        provider: str,
        model: str,
        request: Mapping[str, Any],
        estimate_usd: float | None = None,
    ) -> Result:
        """Do paid `work` under a receipt, once, even if the run is cancelled or cut off meanwhile.

        `request` identifies the call (it is stored: no key in it). `estimate_usd` is the most it may cost.

        Raises:
            BudgetError: the caps of the run or the day would be broken; nothing was called.
        """
        ...

    async def save(self, data: bytes, *, prefix: str, about: Mapping[str, Any] | None = None) -> Asset:
        """Keep `data` (a picture) as `<prefix>_<8 hex>.<type>` in the servable directory; `about` is kept beside it.

        Raises:
            StorageError: it cannot be written now; the bytes are kept in a spill folder or in memory meanwhile.
        """
        ...
