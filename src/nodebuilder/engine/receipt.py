"""The receipt of one paid call: intent, sent, bytes on disk, done | refused | unknown."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final

import orjson

from nodebuilder.context import Keep
from nodebuilder.engine.budget import Budget, Purse
from nodebuilder.engine.recorder import Recorder
from nodebuilder.engine.store import Ledger, ReceiptRecord, ReceiptState
from nodebuilder.errors import Charged, ProviderError, StorageError
from nodebuilder.events import NodeLogged
from nodebuilder.values import Asset, to_json

log: Final = logging.getLogger(__name__)
EARLY: Final = 0.05
"""Seconds before the end of a pause at which the call counts as under way again: timers may fire a little early."""


@dataclass(frozen=True, slots=True)
class Call:
    """A paid call that a firing asks for; `place` is the round of a loop that the firing belongs to (see `CallKey`)."""

    node: str
    firing: int
    provider: str
    model: str
    request: Mapping[str, Any]
    estimate_usd: float | None
    place: str = ""

    @property
    def fingerprint(self) -> str:
        """What makes two calls the same: provider, model and request."""
        asked = {"provider": self.provider, "model": self.model, "request": to_json(self.request)}
        return hashlib.sha256(orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)).hexdigest()


class PaidCall:
    """What a node holds while it does paid work (see `nodebuilder.context.Receipt`)."""

    def __init__(
        self,
        recorder: Recorder,
        ledger: Ledger,
        budget: Budget,
        purse: Purse,
        asked: Call,
        record: ReceiptRecord,
        promise: int | None,
    ) -> None:
        self._recorder = recorder
        self._ledger = ledger
        self._budget = budget
        self._purse = purse
        self._asked = asked
        self._raw = record.raw
        self._settled = record.state == "done"
        self._asset = record.asset
        self._promise = promise
        self._state: ReceiptState = record.state if record.raw is not None else "intent"
        self._idle_until = 0.0
        self.id = record.id

    @property
    def may_be_stopped(self) -> bool:
        """Whether stopping now is certain to cost nothing: no request is under way, and no answer is being kept."""
        return self._state == "intent" or (self._state == "sent" and _now() < self._idle_until)

    def take_asset(self) -> Asset | None:
        """Return the file that came of this call when it was made before, the first time it is asked for."""
        asset, self._asset = self._asset, None
        return asset

    def pause(self, seconds: float) -> None:
        """Note that no request is under way for `seconds`."""
        self._idle_until = _now() + seconds - EARLY

    async def send(self, call: Callable[[Keep], Awaitable[bytes]]) -> bytes:
        """Return the raw answer: of the earlier call if this one was made before, else of `call`, made exactly once."""
        if self._raw is not None:
            return self._raw
        await self._ledger.mark_sent(self.id)
        self._state = "sent"
        answer = await call(self._keep)
        if self._raw is None:
            await self._keep(answer)
        return self._recorder.without_secrets(answer)

    async def settle(self, *, usd: float | None, model: str, detail: str = "", asset: Asset | None = None) -> None:
        """Close the receipt as done, with the cost in US dollars (None: not known) and the file that came of it."""
        if self._settled:
            return
        if self._state == "intent":
            await self._close("refused", "no", "nothing was sent")
            return
        self._settled = True
        async with self._budget.settling:
            await self._ledger.close(
                self.id, "done", charged="no" if usd == 0 else "yes", cost_usd=usd, detail=detail, asset=asset
            )
            self._release(usd)
        self._recorder.cost(self._asked.node, self._asked.firing, usd, model, detail)

    async def _keep(self, raw: bytes) -> None:
        raw = self._recorder.without_secrets(raw)
        self._raw = raw
        self._state = "kept"
        try:
            await self._ledger.keep(self.id, raw)
        except StorageError as error:
            log.warning("The answer of receipt %s is in memory only: %s", self.id, error)
            said = f"The paid answer could not be written and is in memory only: {error.message} {error.remedy}"
            self._recorder.say(NodeLogged, self._asked.node, self._asked.firing, "warning", said)

    async def __aenter__(self) -> PaidCall:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                await self.settle(usd=None, model=self._asked.model)
            elif not self._settled:
                await self._end(error)
        except StorageError as unnoted:
            if error is None:
                raise
            log.warning("How receipt %s ended could not be noted: %s", self.id, unnoted)  # `error` says what matters
        finally:
            self._release(None)

    async def _end(self, error: BaseException) -> None:
        detail = str(error) or type(error).__name__
        charged: Charged | None = error.charged if isinstance(error, ProviderError) else None
        if isinstance(error, asyncio.CancelledError):
            if self.may_be_stopped:
                await self._close("refused", "no", "cancelled before it was sent")
        elif self._state == "intent":
            await self._close("refused", "no", detail)
        elif self._state == "sent":
            await self._close("refused" if charged == "no" else "unknown", charged or "unknown", detail)
        elif self._promise is not None:
            await self._close("kept", charged or "yes", detail)

    async def _close(self, state: ReceiptState, charged: Charged, detail: str) -> None:
        self._settled = True
        if charged != "no":
            self._recorder.unpriced()
        await self._ledger.close(self.id, state, charged=charged, detail=detail)

    def _release(self, usd: float | None) -> None:
        if self._promise is not None:
            self._budget.release(self._purse, self._promise, usd)
            self._promise = None


def _now() -> float:
    return asyncio.get_running_loop().time()
