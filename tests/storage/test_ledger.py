from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from nodebuilder.engine.store import CallKey, Ledger, Made, ReceiptState
from nodebuilder.errors import StorageError
from nodebuilder.storage import ledger as ledger_module
from nodebuilder.storage.ledger import ReceiptLedger, receipts_json
from nodebuilder.storage.store import Store

KEY = CallKey("run", "image", 1, 1, "print")


@pytest.fixture
def ledger(store: Store) -> ReceiptLedger:
    return store.ledger


def opened(ledger: Ledger, key: CallKey = KEY, run_id: str = "run", **request: Any) -> Any:
    return ledger.open(key, run_id=run_id, provider="openai", model="gpt-image-1", request=request)


async def at(ledger: ReceiptLedger, state: ReceiptState, key: CallKey = KEY) -> str:
    """Bring a new receipt to a state and return its id."""
    receipt = await opened(ledger, key)
    if state != "intent":
        await ledger.mark_sent(receipt.id)
    if state in ("kept", "done"):
        await ledger.keep(receipt.id, b"raw")
    if state in ("done", "refused", "unknown"):
        await ledger.close(receipt.id, state, charged="unknown")
    return receipt.id


async def test_a_new_call_gets_a_receipt_that_says_nothing_was_charged(ledger: ReceiptLedger) -> None:
    receipt = await opened(ledger)

    assert (receipt.state, receipt.raw, receipt.charged, receipt.asset) == ("intent", None, "no", None)


async def test_a_paid_call_goes_from_intent_to_done(store: Store, picture: Callable[..., bytes]) -> None:
    receipt = await opened(store.ledger)
    await store.ledger.mark_sent(receipt.id)
    assert (await opened(store.ledger)).state == "sent"
    await store.ledger.keep(receipt.id, b"the answer")
    kept = await opened(store.ledger)
    assert (kept.state, kept.raw, kept.charged) == ("kept", b"the answer", "yes")
    asset = await store.assets.save(picture(), prefix="gpt_image", about={})
    await store.ledger.close(receipt.id, "done", charged="yes", cost_usd=0.04, asset=asset)
    done = await opened(store.ledger)

    assert (done.id, done.state, done.raw, done.cost_usd, done.asset) == (
        receipt.id,
        "done",
        b"the answer",
        0.04,
        asset,
    )


async def test_each_call_of_a_run_has_its_own_receipt(ledger: ReceiptLedger) -> None:
    keys = [
        KEY,
        CallKey("other", "image", 1, 1, "print"),
        CallKey("run", "other", 1, 1, "print"),
        CallKey("run", "image", 1, 2, "print"),
        CallKey("run", "image", 1, 1, "other"),
    ]
    receipts = [await opened(ledger, key) for key in keys]

    assert len({receipt.id for receipt in receipts}) == len(keys)


async def test_a_call_is_found_again_in_whatever_firing_it_is_made(ledger: ReceiptLedger) -> None:
    first = await opened(ledger, CallKey("run", "image", 1, 1, "print"))
    again = await opened(ledger, CallKey("run", "image", 3, 1, "print"))

    assert again.id == first.id


async def test_equal_calls_say_in_which_round_they_were_made_and_whether_they_were_answered(
    ledger: ReceiptLedger,
) -> None:
    await at(ledger, "done", replace(KEY, ordinal=1, place="a"))
    await at(ledger, "refused", replace(KEY, ordinal=2, place="b"))
    await at(ledger, "kept", replace(KEY, ordinal=3))
    for other in (replace(KEY, root="r"), replace(KEY, node="n"), replace(KEY, fingerprint="f")):
        await at(ledger, "done", other)
    made = await ledger.made(KEY.root, KEY.node, KEY.fingerprint)
    assert sorted(made, key=lambda each: each.ordinal) == [Made(1, "a", True), Made(2, "b", False), Made(3, "", True)]


async def test_the_same_call_asked_for_at_once_gets_one_receipt(ledger: ReceiptLedger) -> None:
    receipts = await asyncio.gather(*(opened(ledger) for _ in range(10)))

    assert len({receipt.id for receipt in receipts}) == 1


async def test_the_raw_answer_is_a_file_of_the_receipt(store: Store) -> None:
    receipt = await at(store.ledger, "kept")

    assert (store.settings.data_dir / "receipts" / f"{receipt}.raw").read_bytes() == b"raw"
    assert await store.ledger.raw(receipt) == b"raw"


ALLOWED = {
    "sent": {"intent", "refused", "unknown"},
    "kept": {"sent", "kept", "unknown"},
    "done": {"sent", "kept", "done"},
    "refused": {"intent", "sent", "kept", "refused"},
    "unknown": {"sent", "unknown"},
}


@pytest.mark.parametrize("to", ALLOWED)
@pytest.mark.parametrize("state", ["intent", "sent", "kept", "done", "refused", "unknown"])
async def test_a_receipt_moves_only_forward(ledger: ReceiptLedger, state: ReceiptState, to: ReceiptState) -> None:
    receipt = await at(ledger, state)

    async def move() -> None:
        if to == "sent":
            await ledger.mark_sent(receipt)
        elif to == "kept":
            await ledger.keep(receipt, b"raw")
        else:
            await ledger.close(receipt, to, charged="no")

    if state in ALLOWED[to]:
        await move()
    else:
        with pytest.raises(StorageError) as caught:
            await move()
        assert caught.value.code == "receipt_state"
        assert (await ledger.of_run("run"))[0].state == state


@pytest.mark.parametrize("receipt", ["../../etc/passwd", "", "x" * 32, "A" * 32])
async def test_an_id_that_is_none_reaches_no_file(ledger: ReceiptLedger, receipt: str) -> None:
    with pytest.raises(StorageError, match="not the id of a receipt"):
        await ledger.raw(receipt)
    with pytest.raises(StorageError, match="not the id of a receipt"):
        await ledger.keep(receipt, b"x")


async def test_the_money_of_all_runs_since_a_moment_is_summed(
    ledger: ReceiptLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await ledger.spent_since(0) == 0.0
    for number, moment in enumerate((100.0, 200.0, 300.0)):
        monkeypatch.setattr(ledger_module.time, "time", lambda moment=moment: moment)
        receipt = await at(ledger, "kept", CallKey(f"run{number}", "image", 1, 1, "print"))
        await ledger.close(receipt, "done", charged="yes", cost_usd=0.25)

    assert await ledger.spent_since(0) == 0.75
    assert await ledger.spent_since(200) == 0.5
    assert await ledger.spent_since(301) == 0.0


async def test_a_run_lists_its_receipts_and_those_of_the_runs_that_went_on_with_it(ledger: ReceiptLedger) -> None:
    await opened(ledger, KEY, "run", prompt="a lion")
    await opened(ledger, CallKey("run", "image", 2, 2, "print"), "resumed")
    await opened(ledger, CallKey("other", "image", 1, 1, "print"), "other")

    found = await ledger.of_run("run")
    assert [(receipt.run_id, receipt.firing) for receipt in found] == [("run", 1), ("resumed", 2)]
    assert [receipt.firing for receipt in await ledger.of_run("resumed")] == [2]
    assert found[0].request == {"prompt": "a lion"}
    assert receipts_json(found)[0].keys() == {
        *("node", "firing", "state", "model", "cost_usd", "charged", "detail", "created_at", "asset")
    }


async def test_no_key_gets_into_a_receipt(store: Store) -> None:
    store.redactor.remember("my-secret-value")
    receipt = await opened(store.ledger, KEY, prompt="use my-secret-value", data=b"\0" * 100)
    await store.ledger.close(receipt.id, "refused", charged="no", detail="Incorrect key my-secret-value")
    found = (await store.ledger.of_run("run"))[0]

    assert found.request == {"prompt": "use ***", "data": "<100 bytes>"}
    assert found.detail == "Incorrect key ***"


async def test_calls_that_were_cut_off_are_judged_by_what_is_on_disk(store: Store) -> None:
    nodes = {"intent": "intent", "sent": "unknown", "done": "done", "refused": "refused"}
    for state in nodes:
        await at(store.ledger, state, CallKey("run", state, 1, 1, "print"))  # type: ignore[arg-type]
    answered = await at(store.ledger, "sent", CallKey("run", "answered", 1, 1, "print"))
    (store.settings.data_dir / "receipts" / f"{answered}.raw").write_bytes(b"came in time")
    settled = await store.ledger.settle(["run", "no such run"])
    states = {receipt.node: receipt.state for receipt in await store.ledger.of_run("run")}

    assert states == nodes | {"answered": "kept"}
    assert {receipt.node: receipt.charged for receipt in settled} == {"sent": "unknown", "answered": "yes"}
    assert "may have been charged" in next(receipt.detail for receipt in settled if receipt.node == "sent")


async def test_an_answer_on_disk_counts_even_if_its_state_was_not_noted(store: Store) -> None:
    receipt = await at(store.ledger, "sent")
    (store.settings.data_dir / "receipts").mkdir(exist_ok=True)
    (store.settings.data_dir / "receipts" / f"{receipt}.raw").write_bytes(b"raw")
    record = await opened(store.ledger)

    assert (record.state, record.raw, record.charged) == ("kept", b"raw", "yes")


async def test_a_deleted_picture_leaves_the_receipt_its_raw_answer(store: Store, picture: Callable[..., bytes]) -> None:
    receipt = await at(store.ledger, "kept")
    asset = await store.assets.save(picture(), prefix="gpt_image", about={})
    await store.ledger.close(receipt, "done", charged="yes", asset=asset)
    await store.assets.delete(asset.filename)
    record = await opened(store.ledger)

    assert (record.state, record.raw, record.asset) == ("done", b"raw", None)


async def test_a_cancelled_run_still_keeps_the_answer_it_paid_for(ledger: ReceiptLedger) -> None:
    receipt = await at(ledger, "sent")
    keeping = asyncio.create_task(ledger.keep(receipt, b"x" * 5_000_000))
    await asyncio.sleep(0)
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
    await asyncio.sleep(0.3)

    assert (await opened(ledger)).raw == b"x" * 5_000_000


async def test_without_room_no_paid_call_begins(ledger: ReceiptLedger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_module, "MIN_FREE_BYTES", 1 << 62)

    with pytest.raises(StorageError, match="the paid call was not made") as caught:
        await opened(ledger)
    assert caught.value.code == "disk_full"
    assert await ledger.of_run("run") == []


def test_nothing_acknowledged_is_lost_when_the_process_is_killed(play: Callable[..., Any], tmp_path: Path) -> None:
    kills = os.environ.get("NODEBUILDER_CRASH_KILLS", "24")
    done = play("crash.py", str(tmp_path), kills)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)

    assert (found["lost"], found["torn"]) == (0, 0)
    assert found["told"] > int(kills)
    assert found["done"] > 0
