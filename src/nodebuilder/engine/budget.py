"""Caps on money: what all runs of a process have spent and promised, and whether one more call still fits."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Final

from nodebuilder.engine.store import Ledger
from nodebuilder.errors import BudgetError

ROUNDING: Final = 1e-9
_SETTINGS: Final = {
    "loop": "max_cost_usd of the node",
    "hook": "max_cost_usd_per_day of the webhook",
    "test": 'max_cost_usd under "test" in the workflow',
    "session": "--max-cost-usd",
}
"""What a person raises for each span that no setting of the installation caps."""


@dataclass(slots=True)
class Purse:
    """The money of one run, or of a part of it (`span`); what is spent from it is also spent from its `parent`."""

    cap: float | None
    spent: float = 0.0
    promised: dict[int, float] = field(default_factory=dict[int, float])
    parent: Purse | None = None
    span: str = "run"

    def chain(self) -> Iterator[Purse]:
        """Yield this purse and those that it is a part of."""
        purse: Purse | None = self
        while purse is not None:
            yield purse
            purse = purse.parent


OUTER: Final[ContextVar[Purse | None]] = ContextVar("OUTER", default=None)
"""The purse of the firing that is under way: a run begun by it spends from it too."""


class Budget:
    """The money of all runs; calls are promised before they are made and paid when their cost is known."""

    def __init__(self, ledger: Ledger, usd_per_day: float | None) -> None:
        self._ledger = ledger
        self._cap = usd_per_day
        self._promised: dict[int, float] = {}
        self._numbers = count()
        self._lock = asyncio.Lock()

    async def promise(self, purse: Purse, estimate: float | None) -> int:
        """Set money aside for a call that may cost `estimate` (None: not known); return the number of the promise.

        Raises:
            BudgetError: the cap of the run or of the day would be broken.
        """
        async with self._lock:
            for each in purse.chain():
                _check(each.span, each.spent + sum(each.promised.values()), estimate, each.cap)
            if self._cap is not None:
                spent = await self._ledger.spent_since(midnight())
                _check("day", spent + sum(self._promised.values()), estimate, self._cap)
            number = next(self._numbers)
            self._promised[number] = estimate or 0.0
            for each in purse.chain():
                each.promised[number] = self._promised[number]
            return number

    def release(self, purse: Purse, number: int, usd: float | None) -> None:
        """End a promise: the call has cost `usd`, and the ledger knows (None: nothing, or nobody knows)."""
        self._promised.pop(number, None)
        for each in purse.chain():
            each.promised.pop(number, None)
            each.spent += usd or 0.0

    @property
    def settling(self) -> asyncio.Lock:
        """Held while a cost goes from promised to spent, so that nobody counts it in neither or in both."""
        return self._lock


def _check(span: str, used: float, estimate: float | None, cap: float | None) -> None:
    if cap is None or estimate == 0:
        return
    if used + estimate <= cap + ROUNDING if estimate is not None else used < cap:
        return
    setting = _SETTINGS.get(span) or f"NODEBUILDER_MAX_COST_USD_PER_{span.upper()}"
    cost = f"this call may cost ${estimate:.4f}" if estimate is not None else "nobody knows what this call will cost"
    raise BudgetError(
        f"The cap of ${cap:g} per {span} would be broken: ${used:.4f} is spent or promised, and {cost}.",
        f"Nothing was called: raise {setting}, or choose a cheaper model, size or quality.",
        code=f"budget_per_{span}",
    )


def midnight() -> float:
    """Return when the day began (UTC), in seconds since 1970: what a cap per day counts from."""
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
