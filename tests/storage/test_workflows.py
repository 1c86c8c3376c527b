from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodebuilder.errors import StorageError
from nodebuilder.storage import workflows as workflows_module
from nodebuilder.storage.store import Store
from nodebuilder.storage.workflows import WorkflowStore, slug


@pytest.fixture
def workflows(store: Store) -> WorkflowStore:
    return store.workflows


async def test_a_document_comes_back_exactly_as_given(workflows: WorkflowStore) -> None:
    text = '{ "format":"nodebuilder/1",\r\n "name": "Löwe 🦁", "odd": 1.0 }\n'
    saved = await workflows.put("lion", text, name="Löwe 🦁")
    found = await workflows.get("lion")

    assert (saved.version, found.version, found.document) == (1, 1, text)
    assert [summary.as_json() for summary in await workflows.list()] == [
        {"id": "lion", "name": "Löwe 🦁", "version": 1, "updated_at": saved.updated_at}
    ]


async def test_every_save_is_a_version_and_an_unchanged_one_is_not(workflows: WorkflowStore) -> None:
    for text in ("one", "two", "two", "three"):
        await workflows.put("lion", text, name="x")

    assert [version.version for version in await workflows.versions("lion")] == [3, 2, 1]
    assert (await workflows.get("lion", 2)).document == "two"
    assert (await workflows.get("lion")).document == "three"
    assert (await workflows.versions("lion"))[0].as_json().keys() == {"version", "updated_at"}


async def test_who_began_with_an_older_version_is_told(workflows: WorkflowStore) -> None:
    await workflows.put("lion", "one", name="x", base_version=0)
    await workflows.put("lion", "two", name="x", base_version=1)

    for stale in (0, 1, 3):
        with pytest.raises(
            StorageError, match="changed elsewhere since it was opened: version 2 is saved now"
        ) as caught:
            await workflows.put("lion", "mine", name="x", base_version=stale)
        assert caught.value.code == "version_conflict"
    with pytest.raises(StorageError, match="no version is saved now"):
        await workflows.put("tiger", "mine", name="x", base_version=1)
    assert (await workflows.get("lion")).document == "two"


async def test_of_two_that_save_at_once_one_is_told(workflows: WorkflowStore) -> None:
    await workflows.put("lion", "one", name="x")
    results = await asyncio.gather(
        *(workflows.put("lion", f"by {n}", name="x", base_version=1) for n in range(8)), return_exceptions=True
    )

    assert sum(isinstance(result, StorageError) for result in results) == 7
    assert (await workflows.get("lion")).version == 2


async def test_without_a_base_the_last_one_wins_and_nothing_is_lost(workflows: WorkflowStore) -> None:
    await asyncio.gather(*(workflows.put("lion", f"by {n}", name="x") for n in range(8)))
    versions = [await workflows.get("lion", version.version) for version in await workflows.versions("lion")]

    assert {version.document for version in versions} == {f"by {n}" for n in range(8)}


async def test_only_so_many_versions_are_kept(workflows: WorkflowStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workflows_module, "KEPT_VERSIONS", 3)
    for number in range(1, 7):
        await workflows.put("lion", str(number), name="x")

    assert [version.version for version in await workflows.versions("lion")] == [6, 5, 4]


async def test_a_deleted_workflow_is_gone_with_its_versions(workflows: WorkflowStore) -> None:
    await workflows.put("lion", "one", name="x")
    await workflows.delete("lion")

    assert await workflows.list() == []
    for way in (workflows.get, workflows.versions, workflows.delete):
        with pytest.raises(StorageError, match="There is no workflow 'lion'") as caught:
            await way("lion")
        assert caught.value.code == "not_found"
    assert (await workflows.put("lion", "anew", name="x", base_version=0)).version == 1


async def test_a_renamed_workflow_takes_along_all_that_is_kept_of_it(store: Store) -> None:
    for text in ("one", "two"):
        saved = await store.workflows.put("lion", text, name="Lion")
    await store.workflows.put("tiger", "its own", name="Tiger")
    await store.history.begin("r1", document="one", name="Lion", workflow_id="lion")
    await store.history.begin("r2", document="its own", name="Tiger", workflow_id="tiger")
    await store.display.append("lion", [{"data": "roar"}])
    since = await store.listeners.add("lion")

    renamed = await store.workflows.rename("lion", "king")

    assert renamed.as_json() == {"id": "king", "name": "Lion", "version": 2, "updated_at": saved.updated_at}
    assert [version.version for version in await store.workflows.versions("king")] == [2, 1]
    assert (await store.workflows.get("king", 1)).document == "one"
    assert await store.display.entries("king") == [{"data": "roar"}]
    assert await store.listeners.all() == {"king": since}
    assert {run.run_id: run.workflow_id for run in await store.history.list()} == {"r1": "king", "r2": "tiger"}
    with pytest.raises(StorageError, match="There is no workflow 'lion'"):
        await store.workflows.get("lion")
    assert (await store.workflows.put("king", "three", name="Lion", base_version=2)).version == 3


async def test_a_workflow_is_not_renamed_to_what_cannot_be_and_stays_as_it_is(workflows: WorkflowStore) -> None:
    await workflows.put("lion", "one", name="x")
    await workflows.put("tiger", "two", name="x")

    for old, new, code in (
        ("lion", "tiger", "workflow_exists"),
        ("lion", "A Lion", "bad_workflow_id"),
        ("wolf", "dog", "not_found"),
    ):
        with pytest.raises(StorageError) as caught:
            await workflows.rename(old, new)
        assert caught.value.code == code
    assert (await workflows.rename("lion", "lion")).version == 1
    assert [(await workflows.get(each)).document for each in ("lion", "tiger")] == ["one", "two"]


@pytest.mark.parametrize("version", [0, -1, 2, 10**9])
async def test_a_version_that_is_not_there_is_said(workflows: WorkflowStore, version: int) -> None:
    await workflows.put("lion", "one", name="x")

    with pytest.raises(StorageError) as caught:
        await workflows.get("lion", version)
    assert caught.value.code == "not_found"


@pytest.mark.parametrize("identifier", ["", "Lion", "a b", "../x", "-a", "x" * 65, "é", "a/b", "a\n"])
async def test_an_id_that_cannot_be_used_is_refused(workflows: WorkflowStore, identifier: str) -> None:
    with pytest.raises(StorageError) as caught:
        await workflows.put(identifier, "{}", name="x")
    assert caught.value.code == "bad_workflow_id"


async def test_the_workflow_changed_last_is_listed_first(workflows: WorkflowStore) -> None:
    for identifier in ("a", "b", "c", "a"):
        await workflows.put(identifier, identifier + str(len(await workflows.list())), name=identifier)

    assert [summary.id for summary in await workflows.list()] == ["a", "c", "b"]


async def test_a_free_id_is_made_of_the_name(workflows: WorkflowStore) -> None:
    assert await workflows.free_id("A Lion!") == "a-lion"
    await workflows.put("a-lion", "{}", name="A Lion!")
    await workflows.put("a-lion-2", "{}", name="A Lion!")
    assert await workflows.free_id("A Lion!") == "a-lion-3"


@pytest.mark.parametrize(("name", "identifier"), [("Über Äpfel", "uber-apfel"), ("", "workflow"), ("🦁", "workflow")])
def test_a_name_becomes_an_id(name: str, identifier: str) -> None:
    assert slug(name) == identifier


@given(st.text())
async def test_any_name_becomes_an_id_that_can_be_used(name: str) -> None:
    assert workflows_module._ID.fullmatch(slug(name))
