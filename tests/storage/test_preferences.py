from __future__ import annotations

from nodebuilder.settings import Settings
from nodebuilder.storage.store import Store


async def test_preferences_are_kept_changed_and_removed(store: Store, settings: Settings) -> None:
    await store.preferences.change({"theme": "dark", "zoom": 1.5, "list": [1, {"a": None}]})
    await store.preferences.change({"theme": "light", "zoom": None, "none": None})
    other = await Store.open(settings, exclusive=False)

    assert await other.preferences.all() == {"theme": "light", "list": [1, {"a": None}]}
    await other.close()


async def test_there_are_none_at_first_and_no_change_is_no_change(store: Store) -> None:
    await store.preferences.change({})

    assert await store.preferences.all() == {}
