"""Which deliveries the webhooks have taken, so that none begins a second run, and what their runs have cost."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from typing import Final

from sqlalchemy import Column, ColumnElement, and_, delete, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from nodebuilder.engine.claims import RUN_CHARS
from nodebuilder.storage.database import Database
from nodebuilder.storage.tables import hook_deliveries, receipts, runs

KEPT_SECONDS: Final = 8 * 86_400.0
"""How long a delivery is known; senders try again for three days at most."""
PRUNE_SECONDS: Final = 3600.0
_WORKFLOW_CHARS: Final = 16
_HOOK_CHARS: Final = 28
_REQUEST: Final = "hook-"
_DAY_SECONDS: Final = 86_400.0


class DeliveryStore:
    """Keeps deliveries by digests of their ids; `clock` gives seconds since 1970.

    A hook is named by its workflow and node: `workflow/node`.
    """

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock
        self._pruned_at = 0.0

    async def find(self, hook: str, name: str) -> str | None:
        """Return the run that a delivery to `hook` called `name` began, or None."""
        known = select(hook_deliveries.c.run_id).where(hook_deliveries.c.key == delivery_key(hook, name))
        row = await self._database.row(known)
        return str(row.run_id) if row is not None else None

    async def keep(self, hook: str, names: Sequence[str], run_id: str) -> None:
        """Note that a delivery with these names began a run; old ones are forgotten now and then."""
        now = self._clock()
        keys = {delivery_key(hook, name) for name in names}

        async def work(connection: AsyncConnection) -> None:
            found = await connection.execute(select(hook_deliveries.c.key).where(hook_deliveries.c.key.in_(keys)))
            new = keys.difference(row.key for row in found)
            if new:
                rows = [{"key": key, "run_id": run_id, "at": now} for key in sorted(new)]
                await connection.execute(hook_deliveries.insert(), rows)

        await self._database.write(work)
        if now - self._pruned_at >= PRUNE_SECONDS:
            self._pruned_at = now
            await self._database.execute(delete(hook_deliveries).where(hook_deliveries.c.at < now - KEPT_SECONDS))

    async def spent_since(self, hook: str, epoch_seconds: float) -> float:
        """Return the US dollars that runs of a hook, those they called and those that went on with them cost since."""
        mine = select(hook_deliveries.c.run_id).where(
            _begins(hook_deliveries.c.key, delivery_key(hook, "")[:_HOOK_CHARS]),
            hook_deliveries.c.at >= epoch_seconds - _DAY_SECONDS,
        )
        total = select(func.coalesce(func.sum(receipts.c.cost_usd), 0.0)).where(
            func.substr(receipts.c.root, 1, RUN_CHARS).in_(mine), receipts.c.updated_at >= epoch_seconds
        )
        row = await self._database.row(total)
        return float(row[0]) if row else 0.0


def delivery_key(hook: str, name: str) -> str:
    """Return under what a delivery is kept: the beginning tells the workflow, then the node, then the delivery."""
    workflow_id, _, node = hook.partition("/")
    of_hook = _digest(workflow_id)[:_WORKFLOW_CHARS] + _digest(node)
    return of_hook[:_HOOK_CHARS] + _digest(name)[: 64 - _HOOK_CHARS]


def request_of(hook: str, name: str) -> str:
    """Return the id of the request that a delivery is for the runs: one run, however often it comes."""
    return f"{_REQUEST}{delivery_key(hook, name)}"


async def move_deliveries(connection: AsyncConnection, workflow_id: str, new_id: str) -> None:
    """Let what a workflow has taken be known under its new id; what an earlier one of that id took is forgotten."""
    old, new = (_digest(each)[:_WORKFLOW_CHARS] for each in (workflow_id, new_id))
    kept, begun = hook_deliveries.c.key, runs.c.request_id
    await connection.execute(delete(hook_deliveries).where(_begins(kept, new)))
    await connection.execute(update(runs).where(_begins(begun, _REQUEST + new)).values(request_id=None))
    for column, before in ((kept, ""), (begun, _REQUEST)):
        moved = literal(before + new) + func.substr(column, len(before + old) + 1)
        mine = update(column.table).where(_begins(column, before + old))
        await connection.execute(mine.values({column: moved}))


def _begins(column: Column[str] | Column[str | None], digits: str) -> ColumnElement[bool]:
    """Return whether a column begins so; digits and a to f stand before g, so that an index finds them all."""
    return and_(column >= digits, column < f"{digits}g")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
