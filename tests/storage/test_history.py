from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from nodebuilder.engine.store import CallKey
from nodebuilder.errors import StorageError
from nodebuilder.events import (
    Displayed,
    NodeErrorReport,
    NodeFailed,
    NodeFired,
    OutputSent,
    RunFinished,
    RunStarted,
    Waiting,
)
from nodebuilder.settings import Settings
from nodebuilder.storage.history import History
from nodebuilder.storage.store import Store

DOCUMENT = '{"format": "nodebuilder/1", "nodes": {"image": {"type": "gpt_image", "values": {"api_key": "openai"}}}}'


@pytest.fixture
def history(store: Store) -> History:
    return store.history


def tell_some(history: History, run: str) -> None:
    history.events.record(RunStarted(1, run, 10.0, None, "x", None, 2, True))
    history.events.record(NodeFired(2, run, 11.0, "text", 1))
    history.events.record(OutputSent(3, run, 12.0, "text", 1, {"text_out": "old"}))
    history.events.record(OutputSent(4, run, 13.0, "text", 2, {"text_out": "new"}))
    history.events.record(Displayed(5, run, 14.0, "show", 1, "Title", "text", "hello"))
    history.events.record(NodeFailed(6, run, 15.0, "image", 1, "provider", "It broke.", "Mend it.", "no", 1.0))


async def test_a_run_that_begins_is_running(history: History) -> None:
    assert await history.begin("run", document=DOCUMENT, name="A lion", workflow_id="lion") == "run"
    detail = await history.detail("run")

    assert detail.document == DOCUMENT
    assert detail.summary.root == "run"
    assert detail.as_json() == {
        "run_id": "run",
        "workflow_id": "lion",
        "name": "A lion",
        "status": "running",
        "started_at": detail.summary.started_at,
        "finished_at": None,
        "cost_usd": None,
        "firings": 0,
        "asking": 0,
        "outputs": {},
        "displayed": [],
        "errors": [],
        "waiting": [],
        "approvals": [],
        "receipts": [],
    }


async def test_the_same_request_begins_one_run(history: History) -> None:
    assert await history.begin("one", document="{}", name="", request_id="r") == "one"
    assert await history.begin("two", document="{}", name="", request_id="r") == "one"
    assert await history.begin("three", document="{}", name="") == "three"
    assert [run.run_id for run in await history.list()] == ["three", "one"]


async def test_a_run_cannot_begin_twice(history: History) -> None:
    await history.begin("run", document="{}", name="")

    with pytest.raises(IntegrityError):
        await history.begin("run", document="{}", name="")


async def test_a_key_in_the_document_is_not_kept(store: Store) -> None:
    store.redactor.remember("my-secret-value")
    await store.history.begin("run", document='{"a": "my-secret-value"}', name="my-secret-value")
    detail = await store.history.detail("run")

    assert (detail.document, detail.summary.name) == ('{"a": "***"}', "***")


async def test_a_run_that_ended_shows_what_it_said_at_its_end(history: History) -> None:
    await history.begin("run", document="{}", name="")
    tell_some(history, "run")
    errors = (NodeErrorReport("image", "It broke.", "Mend it.", "provider"),)
    waiting = (Waiting("join", ("a", "b")),)
    outputs = {"text": {"text_out": "last"}}
    history.events.record(RunFinished(7, "run", 16.0, "failed", outputs, [{"data": 1}], errors, waiting, None, 3, 6.0))
    detail = (await history.detail("run")).as_json()

    assert (detail["status"], detail["finished_at"], detail["cost_usd"], detail["firings"]) == ("failed", 16.0, None, 3)
    assert (detail["outputs"], detail["displayed"]) == (outputs, [{"data": 1}])
    assert detail["errors"] == [{"node": "image", "message": "It broke.", "remedy": "Mend it.", "code": "provider"}]
    assert detail["waiting"] == [{"node": "join", "inputs": ["a", "b"]}]


async def test_a_run_that_goes_on_shows_what_it_said_so_far(history: History) -> None:
    await history.begin("run", document="{}", name="")
    tell_some(history, "run")
    detail = await history.detail("run")

    assert detail.outputs == {"text": {"text_out": "new"}}
    assert detail.displayed == [{"node": "show", "title": "Title", "content_type": "text", "data": "hello"}]
    assert detail.errors == [{"node": "image", "message": "It broke.", "remedy": "Mend it.", "code": "provider"}]


async def test_receipts_are_shown_with_their_run(store: Store) -> None:
    await store.history.begin("run", document="{}", name="")
    await store.ledger.open(CallKey("run", "image", 1, 1, "f"), run_id="run", provider="openai", model="m", request={})
    receipts = (await store.history.detail("run")).as_json()["receipts"]

    assert [(receipt["node"], receipt["state"], receipt["charged"]) for receipt in receipts] == [
        ("image", "intent", "no")
    ]


async def test_a_cancelled_run_costs_what_its_calls_turned_out_to_cost(store: Store) -> None:
    history, ledger = store.history, store.ledger
    await history.begin("run", document="{}", name="")
    call = await ledger.open(CallKey("run", "image", 1, 1, "f"), run_id="run", provider="p", model="m", request={})
    await ledger.mark_sent(call.id)
    history.events.record(RunFinished(2, "run", 16.0, "cancelled", {}, [], (), (), None, 1, 6.0))
    assert (await history.summary("run")).cost_usd is None

    await ledger.keep(call.id, b"answer")
    await ledger.close(call.id, "done", charged="yes", cost_usd=0.25)
    assert (await history.summary("run")).cost_usd == 0.25
    assert (await history.detail("run")).summary.cost_usd == 0.25
    assert [run.cost_usd for run in await history.list()] == [0.25]


async def test_runs_are_listed_newest_first_and_by_pages(history: History) -> None:
    for number in range(7):
        await history.begin(f"run{number}", document="{}", name="")
    found: list[str] = []
    page = await history.list(limit=3)
    while page:
        found += [run.run_id for run in page]
        page = await history.list(limit=3, before=found[-1])

    assert found == [f"run{number}" for number in reversed(range(7))]
    assert await history.list(before="no such run") == []
    assert len(await history.list(status="running")) == 7
    assert await history.list(status="failed") == []


@pytest.mark.parametrize("run", ["", "none", "x" * 500, "../x"])
async def test_a_run_that_is_not_there_is_said(history: History, run: str) -> None:
    for way in (history.summary, history.detail, history.delete):
        with pytest.raises(StorageError, match="There is no run") as caught:
            await way(run)
        assert caught.value.code == "not_found"


async def test_a_run_can_be_forgotten_once_it_is_over(store: Store) -> None:
    history = store.history
    await history.begin("run", document="{}", name="")
    await store.ledger.open(CallKey("run", "image", 1, 1, "f"), run_id="run", provider="openai", model="m", request={})
    tell_some(history, "run")
    with pytest.raises(StorageError, match="not over yet"):
        await history.delete("run")
    await history.interrupt(["run"])
    await history.delete("run")

    assert await history.list() == []
    assert await history.events.since("run") == []
    assert len(await store.ledger.of_run("run")) == 1


DIES = """
import asyncio, os, sys, time
from nodebuilder.engine.store import CallKey
from nodebuilder.events import NodeFired, OutputSent
from nodebuilder.settings import load_settings
from nodebuilder.storage.store import Store

async def main():
    store = await Store.open(load_settings(data_dir=sys.argv[1], key_file=sys.argv[2]), exclusive=False)
    await store.history.begin("cut", document="{}", name="cut off")
    store.history.events.record(OutputSent(1, "cut", 77.0, "text", 1, {"o": 1}))
    key = CallKey("cut", "image", 1, 1, "f")
    receipt = await store.ledger.open(key, run_id="cut", provider="p", model="m", request={})
    await store.ledger.mark_sent(receipt.id)
    await store.history.events.flush()
    os._exit(9)

asyncio.run(main())
"""


async def test_runs_whose_process_died_are_marked_with_their_receipts_and_others_are_not(
    settings: Settings, tmp_path: Path
) -> None:
    alive = await Store.open(settings, exclusive=False)
    await alive.history.begin("alive", document="{}", name="goes on")
    command = [sys.executable, "-c", DIES, str(settings.data_dir), str(settings.secret_key_path)]
    assert subprocess.run(command, check=False).returncode == 9
    after = await Store.open(settings, exclusive=True)

    assert after.interrupted == ("cut",)
    detail = await after.history.detail("cut")
    assert (detail.summary.status, detail.summary.finished_at) == ("interrupted", 77.0)
    assert detail.outputs == {"text": {"o": 1}}
    assert [(receipt.state, receipt.charged) for receipt in detail.receipts] == [("unknown", "unknown")]
    assert "may have been charged" in detail.receipts[0].detail
    assert (await after.history.summary("alive")).status == "running"
    assert await after.history.recover() == []
    await alive.close()
    assert await after.history.recover() == ["alive"]
    await after.close()


async def test_a_run_can_go_on_with_the_receipts_of_another(store: Store) -> None:
    await store.history.begin("first", document="{}", name="")
    await store.history.begin("second", document="{}", name="", root="first")

    assert (await store.history.summary("second")).root == "first"


async def test_the_first_run_with_a_root_and_a_document_is_found(history: History) -> None:
    for run_id, document in (("a", "one"), ("b", "two"), ("c", "two")):
        await history.begin(run_id, document=document, name="w", root="root.x")
    await history.begin("d", document="two", name="w")
    began = {run_id: (await history.summary(run_id)).started_at for run_id in "abcd"}
    assert [await history.first_like(run_id) for run_id in "abcd"] == [began[each] for each in "abbd"]
    with pytest.raises(StorageError):
        await history.first_like("nobody")
