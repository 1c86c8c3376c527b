from __future__ import annotations

from sqlalchemy import select

from nodebuilder.settings import Settings
from nodebuilder.storage.store import Store
from nodebuilder.storage.tables import schedule_state


async def test_who_listens_is_kept_until_it_is_taken_out(store: Store, settings: Settings) -> None:
    first = await store.listeners.add("lion")
    await store.listeners.add("tiger")
    other = await Store.open(settings, exclusive=False)

    assert list(await other.listeners.all()) == ["lion", "tiger"]
    assert await other.listeners.add("lion") == first
    await other.close()

    await store.listeners.remove("lion")
    await store.listeners.remove("nobody")
    assert list(await store.listeners.all()) == ["tiger"]


async def test_who_listens_no_more_has_no_schedule_left_and_a_deleted_workflow_neither(store: Store) -> None:
    for workflow_id in ("lion", "tiger", "wolf"):
        await store.workflows.put(workflow_id, "{}", name=workflow_id)
        await store.listeners.add(workflow_id)
        state = {"workflow_id": workflow_id, "node": "daily", "settings": "{}", "due_at": 1.5}
        await store.database.execute(schedule_state.insert().values(state))

    await store.listeners.remove("lion")
    await store.workflows.delete("tiger")

    left = await store.database.rows(select(schedule_state.c.workflow_id))
    assert [row.workflow_id for row in left] == ["wolf"]
    assert list(await store.listeners.all()) == ["wolf"]
