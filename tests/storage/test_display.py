from __future__ import annotations

from typing import Any

import pytest

from nodebuilder.errors import StorageError
from nodebuilder.settings import Settings
from nodebuilder.storage.display import KEPT_ENTRIES
from nodebuilder.storage.store import Store


def entry(data: Any) -> dict[str, Any]:
    return {"node_id": "show", "node_title": "Show", "content_type": "text", "data": data, "timestamp": "2026-01-01"}


async def test_entries_are_kept_in_order_and_apart_by_workflow(store: Store, settings: Settings) -> None:
    await store.display.append("one", [entry("a"), entry({"ü": [1, None]})])
    await store.display.append("two", [entry("other")])
    await store.display.append("one", [entry(2**70)])
    other = await Store.open(settings, exclusive=False)

    assert await other.display.entries("one") == [entry("a"), entry({"ü": [1, None]}), entry(2**70)]
    assert await other.display.entries("two") == [entry("other")]
    assert await other.display.entries("three") == []
    await other.close()


async def test_entries_are_replaced_and_cleared(store: Store) -> None:
    await store.display.append("one", [entry("a"), entry("b")])
    await store.display.replace("one", [entry("c")])
    assert await store.display.entries("one") == [entry("c")]

    await store.display.replace("one", [])
    assert await store.display.entries("one") == []


async def test_only_the_newest_entries_are_kept(store: Store) -> None:
    await store.display.append("other", [entry("untouched")])
    await store.display.append("one", [entry(number) for number in range(KEPT_ENTRIES)])
    await store.display.append("one", [entry("new"), entry("newest")])

    kept = await store.display.entries("one")
    assert len(kept) == KEPT_ENTRIES
    assert (kept[0]["data"], kept[-1]["data"]) == (2, "newest")
    await store.display.replace("one", [entry(number) for number in range(KEPT_ENTRIES + 3)])
    assert (await store.display.entries("one"))[0]["data"] == 3
    assert await store.display.entries("other") == [entry("untouched")]


async def test_what_a_deleted_workflow_displayed_is_deleted_with_it(store: Store) -> None:
    await store.workflows.put("one", "{}", name="One")
    await store.workflows.check_kept("one")
    await store.display.append("one", [entry("a")])
    await store.workflows.delete("one")

    assert await store.display.entries("one") == []
    with pytest.raises(StorageError) as gone:
        await store.workflows.check_kept("one")
    assert gone.value.code == "not_found"
