"""Runs that events set off are gone on with together with the run that sent: nothing is paid twice."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from nodebuilder.errors import StorageError
from nodebuilder.house import House, open_house
from nodebuilder.storage.tables import receipts, runs
from tests.house.calling import flow, keep
from tests.house.hearing import hearing, set_off
from tests.standin import StandIn
from tests.standin_chat import Turn

KEY = "sk-canary-0123456789abcdefghijklmn"
WORDS = ["red", "blue", "red", "green", "red"]


@pytest.fixture
async def openai() -> AsyncIterator[StandIn]:
    async with StandIn() as server:
        server.chat.respond = lambda request: Turn(f"{request['messages'][-1]['content']} {server.count}")
        yield server


@pytest.fixture
async def house(tmp_path: Path, openai: StandIn) -> AsyncIterator[House]:
    async with open_house(hearing(tmp_path, openai_base_url=openai.url), exclusive=True) as opened:
        await opened.store.secrets.set("openai", KEY)
        yield opened


def hears(**llm: Any) -> dict[str, Any]:
    """A workflow that asks the model what it hears, and returns and shows the answer."""
    nodes = {
        "on": {"type": "receive_event", "values": {"listen_id": "ask"}},
        "llm": {"type": "llm", "values": llm},
        "back": {"type": "return_event_data"},
        "show": {"type": "display_output"},
    }
    links = ("on.data -> llm.prompt", "llm.response -> back.return_data", "on.await_id -> back.await_id")
    return flow(nodes, *links, "llm.response -> show.data", name="Hears")


def sends(kind: str, items: list[Any], *, width: int = 1, then: str = "crash") -> dict[str, Any]:
    """A workflow that sends each item as an event, and then fails."""
    out = "results" if kind == "await_event" else "sent_count"
    nodes = {
        "items": {"type": "input", "values": {"type": "list", "default": json.dumps(items)}},
        "each": {"type": "for_each", "values": {"width": width}},
        "send": {"type": kind, "values": {"event_id_widget": "ask"}},
        "said": {"type": "output"},
        **({"then": {"type": then}} if then else {}),
    }
    links = ("items.value -> each.items", "each.item -> send.data", f"send.{out} -> each.result")
    return flow(nodes, *links, "each.results -> said.value", name="Sends")


async def listen(house: House, document: dict[str, Any]) -> None:
    await keep(house, "hears", document)
    await house.listening.start("hears")


async def go(house: House, document: dict[str, Any]) -> Any:
    return await ended(house, await house.runs.start(house.read(document)))


async def ended(house: House, run_id: str) -> Any:
    finished = await house.runs.wait(run_id)
    assert finished is not None
    await set_off(house)
    return finished


async def cut_off(house: House, run_id: str) -> None:
    """Let a run that has ended look as if its server had been killed."""
    await house.store.database.execute(update(runs).where(runs.c.id == run_id).values(status="interrupted"))


@pytest.mark.parametrize("kind", ["send_event", "await_event"])
@pytest.mark.parametrize("width", [1, 4])
async def test_a_sender_that_goes_on_pays_for_nothing_again(
    house: House, openai: StandIn, kind: str, width: int
) -> None:
    await listen(house, hears())
    first = await go(house, sends(kind, WORDS, width=width, then=""))
    assert (first.status, openai.count) == ("succeeded", len(WORDS))
    await cut_off(house, first.run_id)
    again = await ended(house, await house.runs.resume(first.run_id))
    assert again.status == "succeeded", again.errors
    assert openai.count == len(WORDS), "each answer was paid for once"
    assert again.outputs["said"] == first.outputs["said"]
    everything = await house.runs.list()
    assert len([run for run in everything if run["workflow_id"] == "hears"]) == 2 * len(WORDS)
    assert {run["status"] for run in everything} == {"succeeded", "interrupted"}


async def test_what_was_not_paid_for_is_paid_when_the_sender_goes_on(house: House, openai: StandIn) -> None:
    await listen(house, hears())
    broken = True
    openai.chat.respond = lambda request: (
        Turn("", fault="401") if broken and request["messages"][-1]["content"] == "green" else Turn("well")
    )
    first = await go(house, sends("await_event", WORDS, then=""))
    assert first.outputs["said"] == {"value": ["well", "well", "well", [], "well"]}
    before, broken = openai.count, False
    await cut_off(house, first.run_id)
    again = await ended(house, await house.runs.resume(first.run_id))
    assert again.outputs["said"] == {"value": ["well"] * 5}
    assert openai.count == before + 1


async def test_runs_of_other_senders_pay_for_themselves(house: House, openai: StandIn) -> None:
    await listen(house, hears())
    for count in (1, 2):
        await go(house, sends("await_event", ["red"], then=""))
        assert openai.count == count


async def test_a_run_that_was_set_off_sees_again_what_it_saw(house: House, openai: StandIn) -> None:
    """What its first go showed on the display is not in the request of its second, which is that which was paid for."""
    await listen(house, hears(use_display_context=True))
    first = await go(house, sends("await_event", ["one", "two"], then=""))
    assert openai.count == 2
    assert "one 1" in json.dumps(openai.chat.requests[1]["messages"]), "the second saw what the first one showed"
    await cut_off(house, first.run_id)
    again = await ended(house, await house.runs.resume(first.run_id))
    assert again.outputs["said"] == first.outputs["said"]
    assert openai.count == 2
    fired = await house.runs.list(workflow_id="hears")
    await cut_off(house, fired[-2]["run_id"])
    await ended(house, await house.runs.resume(fired[-2]["run_id"]))
    assert openai.count == 2, "nor when it is gone on with by itself"


async def test_who_awaits_a_call_that_may_have_been_charged_asks_the_person(house: House, openai: StandIn) -> None:
    await listen(house, hears())
    openai.chat.respond, openai.chat.script = None, [Turn("", fault="stallfirst")]
    run_id = await house.runs.start(house.read(sends("await_event", ["red"], then="")))
    await openai.stalling.wait()
    for live in house.runs.running():
        await house.runs.cancel(live["run_id"])
    await ended(house, run_id)
    await house.store.database.execute(update(receipts).values(state="unknown"))  # as if it was cut off
    again = await ended(house, await house.runs.resume(run_id))
    assert "maybe_charged" in {error.code for error in again.errors}
    assert (again.status, openai.count) == ("failed", 1)
    finished = await ended(house, await house.runs.resume(run_id, retry_unknown=True))
    assert finished.status == "succeeded", finished.errors
    assert openai.count == 2


async def test_a_sender_waits_with_going_on_until_those_it_set_off_have_ended(house: House, openai: StandIn) -> None:
    document = hears()
    document["nodes"]["hold"] = {"type": "after", "values": {"seconds": 600}}
    document["links"] = ["on.data -> llm.prompt", "llm.response -> hold.value"]
    await listen(house, document)
    first = await house.runs.wait(await house.runs.start(house.read(sends("send_event", ["red"]))))
    assert first is not None
    assert first.status == "failed"
    while not openai.count:  # noqa: ASYNC110 - the stand-in tells nobody
        await asyncio.sleep(0.001)
    with pytest.raises(StorageError) as caught:
        await house.runs.resume(first.run_id)
    assert caught.value.code == "run_goes_on"
    for live in house.runs.running():
        await house.runs.cancel(live["run_id"])
    await set_off(house)
    again = await house.runs.wait(await house.runs.resume(first.run_id))
    assert again is not None
    for live in house.runs.running():
        await house.runs.cancel(live["run_id"])
    await set_off(house)
    assert openai.count == 1
