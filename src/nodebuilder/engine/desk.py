"""The desk where paid work is done: one receipt for each call, made once, whatever happens to the run meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeVar

from nodebuilder.context import Receipt
from nodebuilder.engine.budget import OUTER, Budget, Purse
from nodebuilder.engine.claims import Claims
from nodebuilder.engine.receipt import Call, PaidCall
from nodebuilder.engine.recorder import Recorder
from nodebuilder.engine.store import CallKey, Ledger, ReceiptRecord
from nodebuilder.errors import BudgetError, NodeError
from nodebuilder.events import NodeLogged
from nodebuilder.values import Asset

Result = TypeVar("Result")
LOOP_BROKEN: Final = "budget_per_loop"
"""The code of the error that ends a loop of calls and not the run."""
_AT_WORK: ContextVar[PaidCall | None] = ContextVar("_AT_WORK", default=None)


class Desk:
    """The paid desk of one run; `claims` are the receipts of earlier runs with which it goes on."""

    def __init__(
        self,
        recorder: Recorder,
        ledger: Ledger,
        budget: Budget,
        *,
        claims: Claims,
        purse: Purse,
        background: set[asyncio.Task[Any]] | None = None,
    ) -> None:
        self.broken: BudgetError | None = None
        self._recorder = recorder
        self._ledger = ledger
        self._budget = budget
        self.claims = claims
        self.purse = purse
        self._background: set[asyncio.Task[Any]] = set() if background is None else background

    def seat(self, node: str, place: Callable[[], str], purse: Purse | None) -> None:
        """Say in the context of a firing who is at work, and what its spending counts in: a run begun there asks."""
        OUTER.set(purse or self.purse)
        CALLER.set(Caller(self, node, place))

    async def paid(
        self,
        call: Call,
        work: Callable[[Receipt], Awaitable[Result]],
        *,
        replayed: Callable[[], None],
        purse: Purse | None = None,
    ) -> Result:
        """Do `work` in a task of its own; once the request has left, cancelling the firing no longer stops it.

        What it costs is taken from `purse`, by default the run's.

        Raises:
            BudgetError: a cap would be broken; nothing was called.
            NodeError: the run cut off before may have been charged for this call, and nobody has said to repeat it.
        """
        record = await self._open(call)
        if record.raw is not None:
            replayed()
        purse = purse or self.purse
        promise = None if record.raw is not None else await self._promise(purse, call)
        receipt = PaidCall(self._recorder, self._ledger, self._budget, purse, call, record, promise)
        task = asyncio.create_task(_at_work(receipt, work), name=record.id)
        self._background.add(task)
        task.add_done_callback(self._background.discard)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            if not task.done() and receipt.may_be_stopped:
                task.cancel()
            else:
                task.add_done_callback(_look_at_failure)
                if not task.done() and call.estimate_usd != 0:
                    self._recorder.left_under_way(task)
            raise

    def pause(self, seconds: float) -> None:
        """Note that the paid call at work waits for `seconds` and is not under way: it may be stopped meanwhile."""
        receipt = _AT_WORK.get()
        if receipt is not None:
            receipt.pause(seconds)

    def saved_before(self) -> Asset | None:
        """Return the file that came of the paid call at work when it was made before, once; else None."""
        receipt = _AT_WORK.get()
        return receipt.take_asset() if receipt is not None else None

    async def _open(self, call: Call) -> ReceiptRecord:
        fingerprint = call.fingerprint
        asked = (call.node, fingerprint, call.place)
        if asked in self.claims.held:
            raise self.claims.held[asked]
        ordinal = await self.claims.claim(*asked)
        key = CallKey(self.claims.root, call.node, call.firing, ordinal, fingerprint, call.place)
        opened = partial(
            self._ledger.open,
            key,
            run_id=self._recorder.run_id,
            provider=call.provider,
            model=call.model,
            request=call.request,
        )
        record = await opened()
        if record.state == "sent" and (home := self._in_the_air(record)):
            said = "The run before has sent this call and its answer is yet to come: it is waited for."
            self._recorder.say(NodeLogged, call.node, call.firing, "info", said)
            await asyncio.wait([home])
            record = await opened()
        error = self._asks(record)
        if error is not None:
            self.claims.held[asked] = error  # another attempt at it is no word of the person
            raise error
        return record

    def _in_the_air(self, record: ReceiptRecord) -> asyncio.Task[Any] | None:
        """Return the task of a call that outlives its run; its name is that of its receipt."""
        return next((task for task in self._background if task.get_name() == record.id), None)

    def _asks(self, record: ReceiptRecord) -> NodeError | None:
        """Return the error of a call that only the person can go on with."""
        if record.raw is None and record.state in ("kept", "done"):
            return NodeError(
                "This call was answered and paid before, but its answer is no longer on disk.",
                "Restore the receipts folder, or start a new run and pay again.",
                code="answer_lost",
            )
        if record.raw is None and record.state in ("sent", "unknown") and not self.claims.retry_unknown:
            return NodeError(
                "This call was sent before the run was cut off, and its answer is lost: it may have been charged.",
                "Look at your provider's usage page, then resume and say that the call is to be made again.",
                code="maybe_charged",
                charged="unknown",
            )
        return None

    async def _promise(self, purse: Purse, call: Call) -> int:
        try:
            return await self._budget.promise(purse, call.estimate_usd)
        except BudgetError as error:
            if error.code != LOOP_BROKEN:
                self.broken = error
            raise


@dataclass(frozen=True, slots=True)
class Caller:
    """A firing that is at work: what runs that it begins are asked about."""

    desk: Desk
    node: str
    place: Callable[[], str]

    def claims(self, called: str) -> Claims:
        """Return the claims of a run of the workflow `called` that this firing begins."""
        return self.desk.claims.within(self.node, self.place(), called)

    def broke(self, error: BudgetError) -> None:
        """Note that a run which this firing began would have broken a cap that is around both."""
        self.desk.broken = self.desk.broken or error


CALLER: Final[ContextVar[Caller | None]] = ContextVar("CALLER", default=None)
"""The firing that is under way; None where none is."""


async def _at_work(receipt: PaidCall, work: Callable[[Receipt], Awaitable[Result]]) -> Result:
    _AT_WORK.set(receipt)
    async with receipt:
        try:
            return await work(receipt)
        except SystemExit as error:  # in a task of its own it would end the whole program
            raise RuntimeError("the node tried to end the program") from error


def _look_at_failure(task: asyncio.Task[Any]) -> None:
    """Fetch what the task of a cancelled firing raised: its receipt tells it, nobody else needs to."""
    if not task.cancelled():
        task.exception()
