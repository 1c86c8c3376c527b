"""What the engine asks of storage and of the keys: small protocols, so that a run can be watched, kept and resumed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from nodebuilder.errors import Charged
from nodebuilder.values import Asset, Secret

ReceiptState = Literal["intent", "sent", "kept", "done", "refused", "unknown"]


@dataclass(frozen=True, slots=True)
class CallKey:
    """Which paid call of which run this is; a resumed run asks with the id of the run it goes on with (`root`).

    A receipt is found by `root`, `node`, `fingerprint` and `ordinal`, which counts the equal calls of a node within the
    run, from 1. `firing` only says where the call was made: when nodes run side by side, the same call may come in
    another firing when the run is done again. `place` is the round of a loop in which it was made, as a digest of what
    was sent into it; empty outside of loops.
    """

    root: str
    node: str
    firing: int
    ordinal: int
    fingerprint: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """One of the equal calls of a node that were made before: its number, its round, and whether it was answered."""

    ordinal: int
    place: str
    answered: bool


@dataclass(frozen=True, slots=True)
class ReceiptRecord:
    """A receipt as it stands in storage; `raw` is the answer when it is on disk."""

    id: str
    state: ReceiptState
    raw: bytes | None = None
    charged: Charged = "unknown"
    cost_usd: float | None = None
    asset: Asset | None = None


class Ledger(Protocol):
    """Where receipts are kept; every method returns when the change is durable."""

    async def open(
        self, key: CallKey, *, run_id: str, provider: str, model: str, request: Mapping[str, Any]
    ) -> ReceiptRecord:
        """Return the receipt of this call if there is one (with its raw bytes), else a new one in state `intent`."""
        ...

    async def made(self, root: str, node: str, fingerprint: str) -> Sequence[Made]:
        """Return the equal calls of a node that have a receipt under `root`."""
        ...

    async def mark_sent(self, receipt_id: str) -> None:
        """Note that the request is about to leave: from here on it may have been charged."""
        ...

    async def keep(self, receipt_id: str, raw: bytes) -> None:
        """Put the raw bytes of the answer on disk and note state `kept`."""
        ...

    async def close(
        self,
        receipt_id: str,
        state: ReceiptState,
        *,
        charged: Charged,
        cost_usd: float | None = None,
        detail: str = "",
        asset: Asset | None = None,
    ) -> None:
        """End the receipt as `done`, `refused` or `unknown`; as `kept` when the answer on disk could not be read."""
        ...

    async def spent_since(self, epoch_seconds: float) -> float:
        """Return the US dollars that calls have cost since that time, over all runs."""
        ...


class Assets(Protocol):
    """Where files are kept."""

    async def save(self, data: bytes, *, prefix: str, about: Mapping[str, Any]) -> Asset:
        """Keep `data` under a new name that begins with `prefix`; `about` says where it came from."""
        ...


class Display(Protocol):
    """What the display panels of workflows show."""

    def entries(self, workflow_id: str | None) -> Sequence[Mapping[str, Any]]:
        """Return the entries of a workflow's panel, oldest first; none for a workflow that is not stored.

        Each has `node_id` (None: the person), `node_title`, `content_type`, `data` and `timestamp` (ISO 8601).
        """
        ...


class Keys(Protocol):
    """Where keys come from."""

    async def resolve(self, name: str, provider: str, *, given: bool = False) -> Secret:
        """Return the key that a secret widget holding `name` means for `provider`; an empty secret if there is none.

        `given`: the value was given for this run alone and may be the key itself; no secret of that name, then it is.
        """
        ...
