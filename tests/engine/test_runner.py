"""The façade: starting, watching, cancelling and closing runs."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from nodebuilder.engine.limits import Limits
from nodebuilder.engine.runner import Runner
from nodebuilder.errors import WorkflowError
from nodebuilder.events import Event
from nodebuilder.registry import Registry
from nodebuilder.settings import load_settings
from nodebuilder.workflow.model import Link, Node, Workflow
from tests.engine.harness import Harness, flow
from tests.engine.memory import Memory
from tests.engine.samples import hand_on, number, slow, text

CHAIN = flow({"n": number, "h": hand_on}, "n.output -> h.value")


@pytest.fixture
def runner() -> Runner:
    return Runner(Registry((number, hand_on, slow, text)), Memory().services)


async def test_the_stream_is_numbered_and_begins_and_ends_with_the_run(harness: Harness) -> None:
    finished = await harness.run(
        {"n": number, "h": hand_on}, "n.output -> h.value", run_id="r1", workflow_id="w1", sandbox=True
    )
    assert [event.seq for event in harness.events] == list(range(1, len(harness.events) + 1))
    assert {event.run_id for event in harness.events} == {"r1"}
    first, last = harness.events[0].as_json(), harness.events[-1]
    assert first == {
        "kind": "run_started",
        "seq": 1,
        "run_id": "r1",
        "at": first["at"],
        "workflow_id": "w1",
        "name": "test",
        "start": None,
        "nodes": 2,
        "sandbox": True,
    }
    assert last is finished
    assert [event.kind for event in harness.events[1:4]] == ["node_fired", "output_sent", "node_finished"]
    assert all(before.at <= after.at for before, after in zip(harness.events, harness.events[1:], strict=False))


async def test_both_listeners_hear_everything_and_a_broken_one_harms_nobody(runner: Runner) -> None:
    heard: list[Event] = []

    def broken(event: Event) -> None:
        raise RuntimeError("deaf")

    finished = await runner.run(CHAIN, on_event=broken)
    assert finished.status == "succeeded"
    both: list[Event] = []
    runner = Runner(Registry((number, hand_on)), Memory().services, on_event=heard.append)
    await runner.run(CHAIN, on_event=both.append)
    assert heard == both
    assert len(heard) == 8


async def test_what_check_finds_keeps_a_run_from_starting(runner: Runner) -> None:
    links = tuple(link for link in [Link.parse("a.output -> b.value")] if link)
    wrong = Workflow("w", {"a": Node("a", "nobody_knows"), "b": Node("b", "hand_on")}, links)
    with pytest.raises(WorkflowError) as caught:
        runner.start(wrong)
    assert {problem.code for problem in caught.value.problems} == {"unknown_type"}
    assert runner.running == {}


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"start": "nowhere"}, "missing_node"),
        ({"values": {"nowhere": {"value": 1}}}, "missing_node"),
        ({"values": {"n": {"nothing": 1}}}, "unknown_widget"),
        ({"values": {"n": {"value": "many"}}}, "bad_value"),
    ],
)
async def test_what_is_asked_beside_the_document_is_checked_too(
    runner: Runner, options: dict[str, Any], code: str
) -> None:
    with pytest.raises(WorkflowError) as caught:
        runner.start(CHAIN, **options)
    assert caught.value.code == code


async def test_values_and_start_given_for_a_run_go_before_those_of_the_document(runner: Runner) -> None:
    finished = await runner.run(CHAIN, values={"n": {"value": 7}}, start="n")
    assert finished.outputs["h"] == {"output": 7}
    assert (await runner.run(CHAIN)).outputs["h"] == {"output": 1}


async def test_a_workflow_is_compiled_again_only_when_it_is_another(runner: Runner) -> None:
    for each in range(40):
        workflow = Workflow("w", {"n": Node("n", "number", values={"value": each})})
        for _ in range(2):
            assert (await runner.run(workflow)).outputs["n"] == {"output": each}


async def test_a_run_can_be_awaited_by_several_and_outlives_them(runner: Runner) -> None:
    workflow = Workflow(
        "w",
        {"n": Node("n", "number"), "s": Node("s", "slow", values={"seconds": 0.05})},
        tuple(link for link in [Link.parse("n.output -> s.value")] if link),
    )
    handle = runner.start(workflow)
    assert list(runner.running) == [handle.run_id]
    impatient = asyncio.create_task(handle.result())
    await asyncio.sleep(0)
    impatient.cancel()
    with pytest.raises(asyncio.CancelledError):
        await impatient
    assert not handle.done
    assert (await handle.result()).status == "succeeded"
    assert handle.done
    assert runner.running == {}


async def test_a_run_awaited_as_a_whole_ends_with_its_waiter(harness: Harness) -> None:
    harness.registry.add(number)
    harness.registry.add(slow)
    workflow = flow({"n": number, "s": (slow, {"seconds": 60})}, "n.output -> s.value")
    waiter = asyncio.create_task(harness.runner.run(workflow))
    await asyncio.sleep(0.01)
    [handle] = harness.runner.running.values()
    waiter.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiter
    assert (await handle.result()).status == "cancelled"


async def test_closing_cancels_all_runs(harness: Harness) -> None:
    handles = [harness.start({"n": number, "s": (slow, {"seconds": 60})}, "n.output -> s.value") for _ in range(3)]
    await asyncio.sleep(0.01)
    await harness.runner.close()
    assert [(await handle.result()).status for handle in handles] == ["cancelled"] * 3


async def test_many_runs_side_by_side_keep_their_values_apart(runner: Runner) -> None:
    workflow = flow({"n": number, "s": slow, "h": hand_on}, "n.output -> s.value", "s.output -> h.value")
    handles = [runner.start(workflow, values={"n": {"value": each}}) for each in range(50)]
    results = [await handle.result() for handle in handles]
    assert [finished.outputs["h"]["output"] for finished in results] == list(range(50))
    assert len({finished.run_id for finished in results}) == 50


async def test_limits_come_from_the_settings() -> None:
    settings = load_settings(max_firings_per_node=3, max_run_seconds=4, max_cost_usd_per_run=5, max_cost_usd_per_day=6)
    limits = Limits.of(settings)
    assert (limits.firings_per_node, limits.run_seconds, limits.usd_per_run, limits.usd_per_day) == (3, 4, 5, 6)
