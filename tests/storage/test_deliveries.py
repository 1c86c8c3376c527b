from __future__ import annotations

import asyncio

from sqlalchemy import func, select

from nodebuilder.engine.store import CallKey
from nodebuilder.settings import Settings
from nodebuilder.storage.database import Database
from nodebuilder.storage.deliveries import KEPT_SECONDS, DeliveryStore, delivery_key, request_of
from nodebuilder.storage.store import Store
from nodebuilder.storage.tables import hook_deliveries


class Clock:
    def __init__(self) -> None:
        self.now = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now


async def count(database: Database) -> int:
    row = await database.row(select(func.count()).select_from(hook_deliveries))
    assert row is not None
    return int(row[0])


async def test_a_delivery_is_known_by_each_of_its_names_to_its_hook_alone(
    database: Database, settings: Settings
) -> None:
    kept = DeliveryStore(database)
    assert await kept.find("a/hook", "id 1") is None
    await kept.keep("a/hook", ["id 1", "seal x"], "run1")
    assert await kept.find("a/hook", "id 1") == "run1"
    assert await kept.find("b/hook", "id 1") is None

    other = await Database.open(settings)
    assert await DeliveryStore(other).find("a/hook", "seal x") == "run1"
    await other.close()


async def test_the_first_run_of_a_delivery_stays(database: Database) -> None:
    kept = DeliveryStore(database)
    await asyncio.gather(*(kept.keep("a/hook", ["id 1", f"seal {number}"], f"run{number}") for number in range(5)))
    first = await kept.find("a/hook", "id 1")
    await kept.keep("a/hook", ["id 1"], "another")
    assert first is not None
    assert await kept.find("a/hook", "id 1") == first


async def test_deliveries_are_forgotten_when_nobody_sends_them_any_more(database: Database) -> None:
    clock = Clock()
    kept = DeliveryStore(database, clock)
    await kept.keep("a/hook", ["id 1"], "run1")
    clock.now += KEPT_SECONDS - 10
    await kept.keep("a/hook", ["id 2"], "run2")
    assert await kept.find("a/hook", "id 1") == "run1"
    clock.now += 3700
    await kept.keep("a/hook", ["id 3"], "run3")
    assert await kept.find("a/hook", "id 1") is None
    assert await count(database) == 2


async def test_names_are_kept_as_digests() -> None:
    key = delivery_key("flow/hook", "id \ud800 CANARY" * 100)
    assert len(key) == 64
    assert set(key) <= set("0123456789abcdef")
    assert delivery_key("flow/hook", "id 1")[:28] == delivery_key("flow/hook", "id 2")[:28]


async def test_what_the_runs_of_a_hook_have_cost_is_counted(store: Store) -> None:
    kept, run_id = DeliveryStore(store.database), "a" * 32

    async def pay(root: str, run_id: str, usd: float) -> None:
        call = CallKey(root, "it", 1, 0, f"{run_id}{usd}")
        receipt = await store.ledger.open(call, run_id=run_id, provider="p", model="m", request={})
        await store.ledger.mark_sent(receipt.id)
        await store.ledger.close(receipt.id, "done", charged="yes", cost_usd=usd)

    await kept.keep("a/hook", ["id 1", "seal 1"], run_id)
    await kept.keep("b/hook", ["id 1"], "run2")
    await pay(run_id, run_id, 0.25)
    await pay(run_id, "gone-on", 0.5)
    await pay(f"{run_id}.{'b' * 31}", "called", 1.0)
    await pay("run2", "run2", 8.0)
    assert await kept.spent_since("a/hook", 0) == 1.75
    assert await kept.spent_since("b/hook", 0) == 8.0
    assert await kept.spent_since("c/hook", 0) == 0.0


async def test_a_renamed_workflow_knows_what_it_took_and_what_that_cost(store: Store) -> None:
    kept = DeliveryStore(store.database)
    for workflow_id in ("orders", "orders-2"):
        await store.workflows.put(workflow_id, "{}", name=workflow_id)
        for node in ("hook", "an/other"):
            hook, run_id = f"{workflow_id}/{node}", f"run-{workflow_id}-{node[:2]}"
            await kept.keep(hook, ["id 1", "seal 1"], run_id)
            await store.history.begin(run_id, document="{}", name="", request_id=request_of(hook, "id 1"))
    await store.workflows.rename("orders", "shop")
    for node in ("hook", "an/other"):
        mine = f"run-orders-{node[:2]}"
        assert await kept.find(f"shop/{node}", "id 1") == await kept.find(f"shop/{node}", "seal 1") == mine
        assert await kept.find(f"orders/{node}", "id 1") is None
        again = await store.history.begin("x", document="", name="", request_id=request_of(f"shop/{node}", "id 1"))
        assert again == mine, "found by its run when it is no longer known by its record"
        assert await kept.find(f"orders-2/{node}", "id 1") == f"run-orders-2-{node[:2]}"


async def test_what_an_earlier_workflow_of_that_id_took_is_forgotten(store: Store) -> None:
    kept = DeliveryStore(store.database)
    for workflow_id in ("earlier", "orders"):
        await store.workflows.put(workflow_id, "{}", name=workflow_id)
        hook = f"{workflow_id}/hook"
        await kept.keep(hook, ["id 1", f"id {workflow_id}"], f"run-{workflow_id}")
        request_id = request_of(hook, "id 1")
        await store.history.begin(f"run-{workflow_id}", document="{}", name="", request_id=request_id)
    await store.workflows.delete("earlier")
    await store.workflows.rename("orders", "earlier")
    assert await kept.find("earlier/hook", "id 1") == "run-orders"
    assert await kept.find("earlier/hook", "id earlier") is None
    again = await store.history.begin("x", document="", name="", request_id=request_of("earlier/hook", "id 1"))
    assert again == "run-orders"
