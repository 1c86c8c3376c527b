"""The one pen of a run."""

from __future__ import annotations

import asyncio
import threading

import pytest

from nodebuilder.engine.recorder import Recorder
from nodebuilder.errors import Charged, NodeError
from nodebuilder.events import Event, NodeFired, NodeLogged, RunFinished


def recorder(events: list[Event]) -> Recorder:
    return Recorder("run", events.append, asyncio.get_running_loop())


async def test_events_are_numbered_from_one() -> None:
    events: list[Event] = []
    pen = recorder(events)
    pen.tell(NodeFired, "n", 1)
    pen.tell(NodeLogged, "n", 1, "info", "text")
    assert [(event.seq, event.kind, event.run_id) for event in events] == [
        (1, "node_fired", "run"),
        (2, "node_logged", "run"),
    ]


async def test_after_the_end_nothing_is_told() -> None:
    events: list[Event] = []
    pen = recorder(events)
    finished = pen.finish("succeeded", outputs={}, waiting=(), firings=0, seconds=0.0)
    pen.tell(NodeFired, "n", 1)
    assert events == [finished]


async def test_what_other_threads_say_is_told_by_the_loop_in_order() -> None:
    events: list[Event] = []
    pen = recorder(events)
    told_in: list[int] = []
    pen._out = lambda event: (told_in.append(threading.get_ident()), events.append(event))[1]

    def talk() -> None:
        for number in range(5):
            pen.say(NodeLogged, "n", 1, "info", str(number))

    await asyncio.to_thread(talk)
    await asyncio.sleep(0)
    assert [event.message for event in events if event.kind == "node_logged"] == list("01234")
    assert set(told_in) == {threading.get_ident()}


async def test_errors_displays_and_costs_are_gathered_for_the_result() -> None:
    events: list[Event] = []
    pen = recorder(events)
    pen.failure("n", 1, NodeError("It broke.", "Mend it.", code="broken", charged="no"), 0.5)
    pen.display("n", 1, "Title", "text", "shown")
    assert pen.cost_usd == 0
    pen.cost("n", 1, 0.25, "m", "")
    pen.cost("n", 2, 0.5, "m", "")
    finished = pen.finish("failed", outputs={"n": {"output": 1}}, waiting=(), firings=2, seconds=1.0)
    assert isinstance(finished, RunFinished)
    assert finished.cost_usd == 0.75
    assert finished.displayed == ({"node": "n", "title": "Title", "content_type": "text", "data": "shown"},)
    assert finished.as_json()["errors"] == [
        {"node": "n", "message": "It broke.", "remedy": "Mend it.", "code": "broken"}
    ]
    failed = events[0].as_json()
    assert (failed["charged"], failed["seconds"]) == ("no", 0.5)


async def test_a_secret_is_hidden_from_the_moment_it_is_known() -> None:
    events: list[Event] = []
    pen = recorder(events)
    pen.hide("sk-0123456789")
    pen.tell(NodeLogged, "n", 1, "info", "sk-0123456789")
    finished = pen.finish("succeeded", outputs={"n": {"output": "sk-0123456789"}}, waiting=(), firings=1, seconds=0)
    assert "sk-0123456789" not in repr([events, finished])


@pytest.mark.parametrize("charged", ["yes", "unknown", None])
async def test_a_cost_that_nobody_knows_is_not_called_a_sum(charged: Charged | None) -> None:
    pen = recorder([])
    pen.cost("n", 1, 0.25, "m", "")
    assert pen.cost_usd == 0.25
    if charged:
        pen.failure("n", 2, NodeError("It broke.", "Mend it.", charged=charged), 0.5)
    else:
        pen.cost("n", 2, None, "m", "")
    assert pen.cost_usd is None
