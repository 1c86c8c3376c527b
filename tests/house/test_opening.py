"""The house as server and terminal use it: opened, used and closed, over a real folder."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy import event as sql

from nodebuilder.engine.store import CallKey
from nodebuilder.errors import DefinitionError, SettingsError, StorageError, WorkflowError
from nodebuilder.events import Event
from nodebuilder.house import House, open_house
from nodebuilder.settings import Settings, load_settings
from tests.server.serving import NODES, PICTURE, TEXT, one

KEY = "sk-CANARY-7777777777-77777"


def chosen(folder: Path, **more: Any) -> Settings:
    nodes = folder / "nodes"
    nodes.mkdir(exist_ok=True)
    (nodes / "for_tests.py").write_text(NODES)
    return load_settings(data_dir=folder / "data", key_file=folder / "secret.key", nodes_dir=nodes, **more)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(chosen(tmp_path, openai_base_url="http://127.0.0.1:9/v1"), exclusive=False) as opened:
        yield opened


async def ended(house: House, run_id: str) -> dict[str, Any]:
    await house.runs.wait(run_id)
    return await house.runs.detail(run_id)


async def test_a_run_is_begun_heard_and_kept(house: House) -> None:
    heard: list[Event] = []
    run_id = await house.runs.start(house.read(TEXT), listener=heard.append)
    finished = await house.runs.wait(run_id)
    assert finished is not None
    assert finished.status == "succeeded"
    assert heard[-1] == finished
    assert await house.runs.wait(run_id) == finished
    told = [event async for event in house.runs.subscribe(run_id)]
    assert [event.seq for event in told] == [event.seq for event in heard]
    assert (await house.runs.list())[0]["run_id"] == run_id
    assert house.runs.running() == []
    assert await house.runs.status(run_id) == "succeeded"


async def test_a_subscriber_hears_a_run_while_it_runs(house: House) -> None:
    run_id = await house.runs.start(house.read(one("chatter", count=9000)))
    seen = [event.seq async for event in house.runs.subscribe(run_id)]
    assert seen == list(range(1, len(seen) + 1))
    assert len(seen) > 9000


async def test_in_the_sandbox_a_house_draws_by_itself(tmp_path: Path) -> None:
    async with open_house(chosen(tmp_path, sandbox=True), exclusive=False) as house:
        detail = await ended(house, await house.runs.start(house.read(PICTURE)))
        assert detail["errors"] == []
        assert detail["receipts"][0]["state"] == "done"
        assert (tmp_path / "data" / "servable" / detail["outputs"]["image"]["filename"]).is_file()


async def test_a_value_for_a_secret_widget_is_a_name_if_there_is_one_and_else_the_key(house: House) -> None:
    await house.store.secrets.set("mine", KEY)
    workflow = house.read(PICTURE)
    named = await house.runs.start(workflow, values={"image": {"api_key": "mine"}})
    await house.runs.wait(named)
    assert '"api_key": "mine"' in (await house.store.history.detail(named)).document
    given = await house.runs.start(workflow, values={"image": {"api_key": "not-kept-anywhere"}})
    await house.runs.wait(given)
    assert "not-kept-anywhere" not in (await house.store.history.detail(given)).document


async def test_what_cannot_run_begins_nothing(house: House) -> None:
    with pytest.raises(WorkflowError) as refused:
        await house.runs.start(house.read(one("no_such_type")))
    assert refused.value.code == "not_runnable"
    assert refused.value.problems
    for wrong in ({"start": "nobody"}, {"values": {"nobody": {"x": 1}}}):
        with pytest.raises(WorkflowError):
            await house.runs.start(house.read(TEXT), **wrong)
    assert await house.runs.list() == []


async def test_one_request_is_one_run(house: House) -> None:
    workflow = house.read(TEXT)
    begun = await asyncio.gather(*(house.runs.start(workflow, request_id="once") for _ in range(10)))
    assert len(set(begun)) == 1
    assert await house.runs.start(workflow, request_id="once") == begun[0]


async def test_runs_that_failed_are_gone_on_with(house: House) -> None:
    failed = await house.runs.start(house.read(one("crash")))
    await house.runs.wait(failed)
    again = await house.runs.resume(failed)
    assert (await ended(house, again))["status"] == "failed"
    good = await house.runs.start(house.read(TEXT))
    await house.runs.wait(good)
    with pytest.raises(StorageError) as nothing:
        await house.runs.resume(good)
    assert nothing.value.code == "run_ended"


async def test_a_closing_house_ends_its_runs_and_begins_none(tmp_path: Path) -> None:
    async with open_house(chosen(tmp_path), exclusive=True, url="http://here") as house:
        run_id = await house.runs.start(house.read(one("slow", seconds=300)))
        with pytest.raises(StorageError) as taken:
            async with open_house(chosen(tmp_path), exclusive=True):
                pass
        assert "http://here" in taken.value.message
        await house.runs.close(1)
        assert await house.runs.status(run_id) == "cancelled"
        with pytest.raises(StorageError) as closing:
            await house.runs.start(house.read(TEXT))
        assert closing.value.code == "stopping"
    async with open_house(chosen(tmp_path), exclusive=True) as house:
        assert await house.runs.status(run_id) == "cancelled"


@pytest.mark.parametrize("trouble", [RuntimeError("can't start new thread"), OSError("gone")])
async def test_a_run_whose_end_cannot_be_kept_is_over_all_the_same(house: House, trouble: Exception) -> None:
    def refuse(*said: object) -> None:
        if "INSERT INTO events" in str(said[2]):
            raise trouble

    sql.listen(Engine, "before_cursor_execute", refuse)
    try:
        run_id = await house.runs.start(house.read(TEXT))
        finished = await house.runs.wait(run_id)
        assert finished is not None
        assert house.runs.running() == []
        assert await house.runs.status(run_id) == "succeeded"
    finally:
        sql.remove(Engine, "before_cursor_execute", refuse)
    told = [event async for event in house.runs.subscribe(run_id)]
    assert [event.seq for event in told] == list(range(1, finished.seq + 1))
    await house.store.history.events.flush()
    assert (await house.store.history.summary(run_id)).status == "succeeded", "kept as soon as it can be"


async def test_settings_change_for_runs_to_come_and_are_remembered(tmp_path: Path) -> None:
    async with open_house(chosen(tmp_path), exclusive=False) as house:
        slow = await house.runs.start(house.read(one("slow", seconds=0.3)))
        await house.change({"max_firings_per_node": 3, "max_cost_usd_per_run": 1})
        assert house.changeable()["max_firings_per_node"] == 3
        assert (await ended(house, slow))["status"] == "succeeded"
        for wrong in ({"data_dir": "x"}, {"max_firings_per_node": 0}, {"max_run_seconds": None}):
            with pytest.raises(SettingsError):
                await house.change(wrong)
        await house.change({"max_cost_usd_per_run": None})
    async with open_house(chosen(tmp_path), exclusive=False) as house:
        assert house.settings.max_firings_per_node == 3
        assert house.settings.max_cost_usd_per_run is None
    async with open_house(chosen(tmp_path, max_firings_per_node=8), exclusive=False) as house:
        assert house.settings.max_firings_per_node == 8


async def test_keys_in_a_document_are_kept_as_secrets(house: House) -> None:
    typed = {
        **PICTURE,
        "nodes": {"i": {"type": "gpt_image", "values": {"api_key": KEY}}, "u": {"type": "unknown"}},
        "links": [],
    }
    workflow = await house.without_keys(house.read(typed))
    assert workflow.nodes["i"].values["api_key"] == "openai"
    kept = await house.store.secrets.get("openai")
    assert kept is not None
    assert kept.reveal() == KEY
    checked = await house.check(workflow)
    assert checked.estimate.paid_calls == 1
    assert {problem.code for problem in checked.problems} >= {"unknown_type", "missing_input"}


async def test_a_kept_workflow_is_read_back(house: House) -> None:
    with pytest.raises(StorageError):
        await house.kept("nothing")
    assert {"openai", "openweathermap"} <= set(house.providers_with_keys())


async def test_a_broken_node_file_is_said_before_anything_is_opened(tmp_path: Path) -> None:
    settings = chosen(tmp_path)
    (tmp_path / "nodes" / "broken.py").write_text("def (")
    with pytest.raises(DefinitionError):
        async with open_house(settings, exclusive=True):
            pass
    assert not (tmp_path / "data").exists()


async def test_the_money_of_today_is_that_of_all_runs(house: House) -> None:
    assert await house.spent_today() == 0
    ledger = house.store.ledger
    for number, usd in ((1, 0.25), (2, 0.5)):
        key = CallKey("root", "image", number, 1, f"print-{number}")
        receipt = await ledger.open(key, run_id=f"run-{number}", provider="openai", model="m", request={})
        await ledger.mark_sent(receipt.id)
        await ledger.close(receipt.id, "done", charged="yes", cost_usd=usd)
    assert await house.spent_today() == 0.75
