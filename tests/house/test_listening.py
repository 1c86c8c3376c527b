"""Who listens, in which version, and what becomes of it when things change."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete

from nodebuilder.errors import InputError, NodeBuilderError, StorageError, WorkflowError
from nodebuilder.house import House, open_house
from nodebuilder.house.fired import MOST
from nodebuilder.house.renaming import rename_workflow
from nodebuilder.storage.tables import workflow_versions
from nodebuilder.workflow.model import Workflow
from nodebuilder.workflow.write import save
from tests.house.calling import flow, keep
from tests.house.hearing import deaf, hearing, received, run, sender, set_off

CHAT = flow({"chat": {"type": "display_input"}})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def opened(folder: Path) -> Any:
    return open_house(hearing(folder), exclusive=True)


async def change(house: House, workflow_id: str, document: dict[str, Any]) -> None:
    """Save as the server does."""
    await keep(house, workflow_id, document)
    await house.listening.follow(workflow_id)


async def reached(house: House, event_id: str) -> int:
    return (await run(house, sender("send_event", event_id))).outputs["send"]["sent_count"]


async def test_listening_outlives_the_house(folder: Path) -> None:
    async with opened(folder) as house:
        await keep(house, "one", deaf("lunch"))
        await house.listening.start("one")
        (before,) = await house.listening.list()
    async with opened(folder) as house:
        assert await house.listening.list() == []
        await house.listening.take_up()
        (after,) = await house.listening.list()
        assert after == before
        assert await reached(house, "lunch") == 1
        await set_off(house)
        await house.listening.stop("one")
        assert await reached(house, "lunch") == 0
    async with opened(folder) as house:
        await house.listening.take_up()
        assert await house.listening.list() == []


async def test_what_is_told_of_one_that_listens(folder: Path) -> None:
    async with opened(folder) as house:
        await keep(house, "one", {**deaf("lunch"), "name": "Lunch"})
        told = await house.listening.describe("one")
        assert (told["listening"], told["since"], told["runs"]) == (False, None, [])
        assert told["nodes"] == [{"node": "on", "type": "receive_event"}]

        await house.listening.start("one")
        for _ in range(7):
            await reached(house, "lunch")
        await set_off(house)
        told = await house.listening.describe("one")
        assert told["name"] == "Lunch"
        assert told["listening"] is True
        assert told["nodes"] == [{"node": "on", "type": "receive_event", "listen_id": "lunch"}]
        assert [each["workflow_id"] for each in told["runs"]] == ["one"] * 5
        assert told["error"] is None


async def test_only_what_listens_can_be_told_to(folder: Path) -> None:
    async with opened(folder) as house:
        await keep(house, "chat", CHAT)
        with pytest.raises(InputError) as caught:
            await house.listening.start("chat")
        assert caught.value.code == "nothing_listens"
        assert (await house.listening.describe("chat"))["nodes"] == [
            {"node": "chat", "type": "display_input", "always": True}
        ]
        for broken, code in ((deaf(" "), "bad_event_id"), (_broken(), "not_runnable")):
            await keep(house, "broken", broken)
            with pytest.raises((InputError, WorkflowError)) as refused:
                await house.listening.start("broken")
            assert refused.value.code == code
        for method in (house.listening.start, house.listening.stop, house.listening.describe):
            with pytest.raises(StorageError) as missing:
                await method("nobody")
            assert missing.value.code == "not_found"
        assert await house.listening.list() == []
        assert await house.store.listeners.all() == {}


def _broken() -> dict[str, Any]:
    document = deaf("lunch")
    document["links"] = ["on.nothing -> hold.value"]
    return document


async def test_it_follows_what_is_saved(folder: Path) -> None:
    async with opened(folder) as house:
        await keep(house, "one", deaf("lunch"))
        await house.listening.start("one")
        since = (await house.listening.list())[0]["since"]

        await change(house, "one", deaf("dinner"))
        assert [await reached(house, each) for each in ("lunch", "dinner")] == [0, 1]

        await change(house, "one", CHAT)
        (told,) = await house.listening.list()
        assert (told["listening"], told["error"]["code"]) == (True, "nothing_listens")
        assert await reached(house, "dinner") == 0

        await change(house, "one", _broken())
        (told,) = await house.listening.list()
        assert told["error"]["code"] == "not_runnable"
        with pytest.raises(NodeBuilderError) as caught:
            await house.listening.start("one")
        assert caught.value.code == "not_runnable"
        with pytest.raises(InputError) as refused:
            await house.listening.fire("one", "on", {})
        assert refused.value.code == "not_listening"

        await change(house, "one", deaf("supper"))
        (told,) = await house.listening.list()
        assert (told["error"], told["since"]) == (None, since)
        assert await reached(house, "supper") == 1


async def test_one_that_cannot_be_heard_for_stays_in_the_list_after_a_restart(folder: Path) -> None:
    async with opened(folder) as house:
        for name in ("gone", "broken", "good"):
            await keep(house, name, deaf(name))
            await house.listening.start(name)
        await keep(house, "broken", _broken())
        await house.store.database.execute(_delete("gone"))
    async with opened(folder) as house:
        await house.listening.take_up()
        broken, good = await house.listening.list()
        assert (broken["workflow_id"], broken["error"]["code"]) == ("broken", "not_runnable")
        assert (good["workflow_id"], good["error"]) == ("good", None)
        assert list(await house.store.listeners.all()) == ["broken", "good"]


def _delete(workflow_id: str) -> Any:
    return delete(workflow_versions).where(workflow_versions.c.workflow_id == workflow_id)


async def test_a_renamed_workflow_listens_on_and_a_deleted_one_no_more(folder: Path) -> None:
    async with opened(folder) as house:
        await keep(house, "one", deaf("lunch"))
        await house.listening.start("one")
        await rename_workflow(house, "one", "two")
        (told,) = await house.listening.list()
        assert (told["workflow_id"], told["error"]) == ("two", None)
        assert list(await house.store.listeners.all()) == ["two"]
        assert await reached(house, "lunch") == 1
        assert (await set_off(house))[-1]["workflow_id"] == "two"

        await house.store.workflows.delete("two")
        await house.listening.deleted("two")
        assert await reached(house, "lunch") == 0
        assert (await house.listening.list(), await house.store.listeners.all()) == ([], {})


async def test_nothing_is_set_off_under_an_id_that_goes(folder: Path) -> None:
    async with opened(folder) as house:
        await keep(house, "one", deaf("lunch", seconds=600))
        await house.listening.start("one")
        with house.fired.held("one"):
            with pytest.raises(StorageError) as held:
                await house.listening.fire("one", "on", {"payload": "x"})
            assert held.value.code == "being_renamed"
            await keep(house, "other", deaf("lunch"))
            await house.listening.start("other")
            assert await house.listening.fire("other", "on", {"payload": "x"})
        beginning = asyncio.create_task(house.listening.fire("one", "on", {"payload": "x"}))
        await asyncio.sleep(0)
        with pytest.raises(StorageError) as begins:
            await rename_workflow(house, "one", "two")
        assert begins.value.code == "workflow_is_running"
        await house.runs.cancel(await beginning)


async def test_one_that_goes_while_listening_begins_leaves_nothing_behind(folder: Path) -> None:
    async with opened(folder) as house:
        for _ in range(20):
            await keep(house, "one", deaf("lunch"))
            starting = asyncio.create_task(house.listening.start("one"))
            await house.store.workflows.delete("one")
            await house.listening.deleted("one")
            await asyncio.gather(starting, return_exceptions=True)
        assert (await house.listening.list(), await house.store.listeners.all()) == ([], {})


class Broken:
    """An ear with a mistake in it."""

    types = frozenset({"receive_event"})

    async def arm(self, workflow_id: str, workflow: Workflow) -> None:
        raise RuntimeError(workflow_id, workflow.name)

    async def disarm(self, workflow_id: str) -> None:
        assert workflow_id

    def describe(self, workflow_id: str) -> list[dict[str, Any]]:
        raise AssertionError(workflow_id)


async def test_an_ear_that_breaks_stops_no_server(folder: Path) -> None:
    async with opened(folder) as house:
        await keep(house, "one", deaf("lunch"))
        await house.listening.start("one")
    async with opened(folder) as house:
        house.listening.hear_with(Broken())
        await house.listening.take_up()
        (told,) = await house.listening.list()
        assert (told["error"]["code"], told["nodes"]) == ("internal", [{"node": "on", "type": "receive_event"}])
        with pytest.raises(NodeBuilderError):
            await house.listening.start("one")
        assert list(await house.store.listeners.all()) == ["one"]


async def test_a_request_id_gives_one_run(folder: Path) -> None:
    async with opened(folder) as house:
        await keep(house, "one", deaf("lunch"))
        await house.listening.start("one")
        first = await house.listening.fire("one", "on", {"payload": "a"}, request_id="delivery:1")
        second = await house.listening.fire("one", "on", {"payload": "b"}, request_id="delivery:1")
        assert first == second
        (heard,) = await set_off(house)
        assert (await received(house, heard))["data"] == "a"


async def test_so_many_runs_that_were_set_off_may_be_under_way(folder: Path) -> None:
    async with opened(folder) as house:
        await keep(house, "one", deaf("lunch", seconds=60))
        await house.listening.start("one")
        runs = [await house.listening.fire("one", "on", {}) for _ in range(MOST)]
        with pytest.raises(InputError) as caught:
            await house.listening.fire("one", "on", {})
        assert caught.value.code == "too_many_runs"
        await house.runs.cancel(runs[0])
        await house.runs.wait(runs[0])
        await house.listening.fire("one", "on", {})


async def test_a_given_workflow_listens_as_long_as_the_house_is_open_and_is_not_saved(folder: Path) -> None:
    async with opened(folder) as house:
        workflow = house.read(deaf("lunch"))
        first, second = await house.listening.give("My File", workflow), await house.listening.give("My File", workflow)
        assert (first, second) == ("given:my-file", "given:my-file-2")
        assert await reached(house, "lunch") == 1
        _, *heard = await set_off(house)
        assert [each["workflow_id"] for each in heard] == [None, None]
        told = await house.listening.list()
        assert [[each["run_id"] for each in one["runs"]] for one in told] == [[each["run_id"]] for each in heard]
        assert await house.store.listeners.all() == {}
        with pytest.raises(InputError):
            await house.listening.give("Chat", house.read(CHAT))
        await house.listening.stop(first)
        assert len(await house.listening.list()) == 1


async def test_keys_in_what_came_in_are_in_no_list(folder: Path) -> None:
    async with opened(folder) as house:
        await house.store.secrets.set("mine", "sk-CANARY-4444444444-44444")
        document = {**deaf("lunch"), "name": "with sk-CANARY-4444444444-44444"}
        await house.store.workflows.put("one", save(house.read(document)), name="x")
        await house.listening.start("one")
        assert "CANARY" not in str(await house.listening.list())
