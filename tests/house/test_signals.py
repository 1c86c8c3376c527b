"""Events between workflows, in a real house over a real folder."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from nodebuilder.engine.budget import OUTER, Purse
from nodebuilder.house import House, open_house
from nodebuilder.house.fired import MOST
from nodebuilder.house.signals import MOST_DEEP
from nodebuilder.workflow.model import with_values
from tests.house.calling import flow, keep
from tests.house.hearing import deaf, echo, hearing, received, run, sender, set_off


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(hearing(tmp_path), exclusive=True) as opened:
        yield opened


async def listen(house: House, **documents: dict[str, Any]) -> None:
    for name, document in documents.items():
        await keep(house, name, document)
        await house.listening.start(name)


async def test_an_event_sets_off_all_who_hear_its_id(house: House) -> None:
    await listen(house, one=deaf("lunch"), two=deaf("lunch"), other=deaf("dinner"))
    end = await run(house, sender("send_event", "lunch", {"dish": "soup"}))
    assert end.outputs["send"] == {"sent_count": 1}
    _, *heard = await set_off(house)
    assert sorted(each["workflow_id"] for each in heard) == ["one", "two"]
    assert [each["status"] for each in heard] == ["succeeded", "succeeded"]
    assert await received(house, heard[0]) == {"data": {"dish": "soup"}, "event_id": "lunch"}


async def test_what_came_in_stands_in_the_document_of_the_run(house: House) -> None:
    await listen(house, one=deaf("lunch"))
    await run(house, sender("send_event", "lunch", {"dish": "soup"}))
    _, heard = await set_off(house)
    document = (await house.store.history.detail(heard["run_id"])).document
    again = house.read(json.loads(document))
    assert again.start == "on"
    assert again.nodes["on"].values["payload"] == '{"dish": "soup"}'


async def test_without_ids_that_of_the_widget_is_sent_and_nobody_hears_an_unknown_one(house: House) -> None:
    await listen(house, one=deaf("event_1"))
    assert (await run(house, sender("send_event", None))).outputs["send"] == {"sent_count": 1}
    assert (await run(house, sender("send_event", None, event_id_widget="x"))).outputs["send"] == {"sent_count": 0}
    assert (await run(house, sender("send_event", []))).outputs["send"] == {"sent_count": 0}
    assert (await run(house, sender("send_event", {"a": 1}))).errors[0].code == "bad_event_id"
    assert len(await set_off(house)) == 5


async def test_items_of_a_list_go_to_an_id_each(house: House) -> None:
    await listen(house, a=deaf("a"), b=deaf("b"), c=deaf("c"))
    end = await run(house, sender("send_event", ["a", "b", "c", "nobody"], [1, None, "three", 4, 5]))
    assert end.outputs["send"] == {"sent_count": 2}
    _, *heard = await set_off(house)
    assert {each["workflow_id"]: (await received(house, each))["data"] for each in heard} == {"a": 1, "c": "three"}


async def test_one_who_asks_gets_the_answer_bare(house: House) -> None:
    await listen(house, one=echo("lunch"))
    end = await run(house, sender("await_event", "lunch", ["soup", "salad"]))
    assert end.outputs["send"] == {"results": ["soup", "salad"], "sent_count": 1}
    assert end.status == "succeeded"
    _, heard = await set_off(house)
    told = await received(house, heard)
    assert told["await_id"].startswith("await_send_")
    assert (await received(house, heard, "back"))["confirmed"] == f"The answer was given to {told['await_id']}."


async def test_several_answers_come_in_the_order_of_their_arrival(house: House) -> None:
    await listen(house, slow=echo("slow", seconds=0.3), fast=echo("fast"))
    end = await run(house, sender("await_event", ["slow", "fast"], ["tortoise", "hare"]))
    assert end.outputs["send"] == {"results": ["hare", "tortoise"], "sent_count": 2}


async def test_two_receivers_of_one_id_both_answer(house: House) -> None:
    await listen(house, one=echo("lunch", seconds=0.05), two=echo("lunch"))
    end = await run(house, sender("await_event", "lunch", "soup"))
    assert end.outputs["send"] == {"results": ["soup", "soup"], "sent_count": 1}


async def test_nobody_who_listens_is_no_answer_at_once(house: House) -> None:
    end = await run(house, sender("await_event", "lunch", "soup", timeout_seconds=300))
    assert end.outputs["send"] == {"results": [], "sent_count": 0}


async def test_a_wait_ends_with_the_runs_that_could_answer(house: House) -> None:
    await listen(house, one=deaf("a"), two=echo("b"))
    end = await run(house, sender("await_event", ["a", "b"], "soup", timeout_seconds=300))
    assert end.outputs["send"] == {"results": "soup", "sent_count": 2}
    assert end.status == "succeeded"


async def test_a_run_that_hands_the_event_on_is_waited_for(house: House) -> None:
    relay = flow(
        {
            "on": {"type": "receive_event", "values": {"listen_id": "first"}},
            "pack": {"type": "dictionary_set_element", "values": {"key_to_set": "data"}},
            "whole": {"type": "dictionary_set_element", "values": {"key_to_set": "await_id"}},
            "empty": {"type": "dictionary_input", "values": {"json_input": "{}"}},
            "on_to": {"type": "send_event", "values": {"event_id_widget": "second"}},
        },
        "empty.dictionary_out -> pack.dictionary",
        "on.data -> pack.value",
        "pack.updated_dictionary -> whole.dictionary",
        "on.await_id -> whole.value",
        "whole.updated_dictionary -> on_to.data",
    )
    await listen(house, relay=relay, last=echo("second", seconds=0.3))
    end = await run(house, sender("await_event", "first", "soup", timeout_seconds=300))
    assert end.outputs["send"] == {"results": "soup", "sent_count": 1}


async def test_out_of_time_is_what_came_until_then(house: House) -> None:
    await listen(house, one=echo("never", seconds=60), two=echo("now"))
    document = sender("await_event", ["never", "now"], "soup")
    document["nodes"]["seconds"] = {"type": "number", "values": {"value": 0.5}}
    document["links"].append("seconds.number_out -> send.timeout")
    heard: list[Any] = []
    run_id = await house.runs.start(house.read(document), listener=heard.append)
    end = await house.runs.wait(run_id)
    assert end is not None
    assert end.outputs["send"] == {"results": "soup", "sent_count": 2}
    lines = [event for event in heard if event.kind == "node_logged"]
    assert [(line.level, line.message) for line in lines] == [("debug", "1 of 2 answers came within 0.5 seconds.")]


async def test_an_answer_to_nobody_is_said_and_the_run_goes_on(house: House) -> None:
    def back(await_id: str | None) -> dict[str, Any]:
        nodes = {"id": {"type": "text", "values": {"value": await_id}}, "back": {"type": "return_event_data"}}
        return flow(
            nodes if await_id else {"back": nodes["back"]}, *(["id.text_out -> back.await_id"] * bool(await_id))
        )

    unknown = await run(house, back("await_x_00000000"))
    assert unknown.outputs["back"]["confirmed"] == "Nobody waits for an answer under await_x_00000000 (any more)."
    assert (await run(house, back(None))).outputs["back"]["confirmed"].startswith("No await id came in")
    assert unknown.status == "succeeded"


async def test_cancel_reaches_a_node_that_waits(house: House) -> None:
    await listen(house, one=echo("lunch", seconds=60))
    run_id = await house.runs.start(house.read(sender("await_event", "lunch", "soup", timeout_seconds=300)))
    async with asyncio.timeout(20):
        while not [each for each in house.runs.running() if each["workflow_id"] == "one"]:  # noqa: ASYNC110 - a board
            await asyncio.sleep(0.01)
    await house.runs.cancel(run_id)
    end = await house.runs.wait(run_id)
    assert end is not None
    assert end.status == "cancelled"


SELF = flow(
    {
        "word": {"type": "text", "values": {"value": "soup"}},
        "ask": {"type": "await_event"},
        "on": {"type": "receive_event"},
        "hold": {"type": "after"},
        "back": {"type": "return_event_data"},
    },
    "word.text_out -> ask.data",
    "on.data -> hold.value",
    "hold.output -> back.return_data",
    "on.await_id -> back.await_id",
    name="By itself",
    start="word",
)


async def test_a_workflow_that_does_not_listen_hears_its_own_events(house: House) -> None:
    end = await run(house, SELF)
    assert end.outputs["ask"] == {"results": "soup", "sent_count": 1}
    assert "on" not in end.outputs
    first, second = await set_off(house)
    assert (first["status"], second["status"]) == ("succeeded", "succeeded")
    assert (await run(house, sender("send_event", None))).outputs["send"] == {"sent_count": 0}, "only its own"


async def test_one_that_listens_hears_each_event_once(house: House) -> None:
    await listen(house, itself=SELF)
    await run(house, SELF, workflow_id="itself")
    assert len(await set_off(house)) == 2


async def test_events_that_set_off_themselves_come_to_an_end(house: House) -> None:
    endless = flow(
        {"on": {"type": "receive_event"}, "again": {"type": "send_event"}}, "on.data -> again.data", start="on"
    )
    await listen(house, endless=endless)
    await run(house, endless, workflow_id="endless")
    runs = await set_off(house)
    assert len(runs) == MOST_DEEP + 1
    assert [each["status"] for each in runs] == ["succeeded"] * MOST_DEEP + ["failed"]
    assert (await house.runs.detail(runs[-1]["run_id"]))["errors"][0]["code"] == "events_too_deep"


async def test_events_that_multiply_come_to_an_end_too(house: House) -> None:
    nodes: dict[str, Any] = {"go": {"type": "send_event"}}
    for name in ("one", "two"):
        nodes |= {name: {"type": "receive_event"}, f"{name}_again": {"type": "send_event"}}
    await listen(house, multiply=flow(nodes, "one.data -> one_again.data", "two.data -> two_again.data"))
    house.events.most_again = 30
    await run(house, flow({"go": {"type": "send_event"}}))
    runs = await set_off(house)
    assert len(runs) == 1 + 2 + 30
    errors = [error for each in runs for error in (await house.runs.detail(each["run_id"]))["errors"]]
    assert {error["code"] for error in errors} == {"events_too_deep"}


async def test_one_event_may_reach_the_same_workflow_from_many_sides(house: House) -> None:
    house.events.most_again = 0
    await listen(house, one=deaf("lunch"), two=deaf("lunch"))
    for _ in range(3):
        end = await run(house, sender("send_event", ["lunch"] * 5))
        assert end.status == "succeeded"
    assert len(await set_off(house)) == 3 + 30


async def test_data_that_is_too_large_is_refused(tmp_path: Path) -> None:
    async with open_house(hearing(tmp_path, max_string_chars=1000), exclusive=True) as house:
        await listen(house, one=deaf("lunch"))
        workflow = house.read(sender("send_event", "lunch"))
        large = with_values(workflow, {"data": {"value": '"' + "x" * 2000 + '"'}})
        end = await house.runs.wait(await house.runs.start(large))
        assert end is not None
        assert [error.code for error in end.errors] == ["too_large"]


async def test_one_who_cannot_begin_a_run_is_an_error_of_the_sender(house: House) -> None:
    await listen(house, busy=deaf("lunch", seconds=60), idle=deaf("dinner"))
    end = await run(house, sender("send_event", ["lunch"] * (MOST + 1) + ["dinner"]))
    assert end.status == "failed"
    assert [error.code for error in end.errors] == ["too_many_runs"]
    assert end.outputs["send"] == {"sent_count": MOST + 2}
    assert len(house.runs.running()) >= MOST


def twice(kind: str) -> dict[str, Any]:
    """A workflow that has a picture drawn, and then another."""
    nodes: dict[str, Any] = {"one": {"type": kind}, "two": {"type": kind}}
    nodes["one"]["values"] = nodes["two"]["values"] = {"event_id_widget": "draw"}
    return flow(nodes, "one.sent_count -> two.data", start="one")


async def test_what_is_awaited_is_paid_by_the_run_that_waits_and_what_is_sent_is_not(tmp_path: Path) -> None:
    dear = echo("draw")
    dear["nodes"]["hold"] = {"type": "pay"}
    async with open_house(hearing(tmp_path, max_cost_usd_per_run=1.5), exclusive=True) as house:
        await listen(house, painter=dear)

        await run(house, twice("send_event"))
        _, *sent = await set_off(house)
        assert [(each["status"], each["cost_usd"]) for each in sent] == [("succeeded", 1.0)] * 2

        end = await run(house, twice("await_event"))
        assert end.outputs["two"] == {"results": [], "sent_count": 1}
        *_, first, second = await set_off(house)
        assert (first["status"], second["status"]) == ("succeeded", "failed")
        assert (await house.runs.detail(second["run_id"]))["errors"][0]["code"] == "budget_per_run"


async def test_a_cap_around_a_run_holds_for_what_it_sends_too(tmp_path: Path) -> None:
    dear = echo("draw")
    dear["nodes"]["hold"] = {"type": "pay"}
    async with open_house(hearing(tmp_path), exclusive=True) as house:
        await listen(house, painter=dear)
        mark = OUTER.set(Purse(1.5, span="hook"))
        await run(house, twice("send_event"))
        OUTER.reset(mark)
        _, *sent = await set_off(house)
        assert sorted(each["status"] for each in sent) == ["failed", "succeeded"]
