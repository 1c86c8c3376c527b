"""Workflows as tests, tried in a real house with a real sandbox."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from nodebuilder.errors import WorkflowError
from nodebuilder.house import House
from nodebuilder.house.trial_house import open_trial_house
from nodebuilder.house.trials import Trials, cost_cap, is_test
from nodebuilder.settings import load_settings
from nodebuilder.workflow.model import Workflow
from nodebuilder.workflow.read import from_json


def flow(nodes: dict[str, Any], *links: str, **more: Any) -> Workflow:
    placed = {name: {"type": kind, "values": values} for name, (kind, values) in nodes.items()}
    return from_json({"format": "nodebuilder/1", "nodes": placed, "links": list(links), **more})


def sums(want: float = 5) -> Workflow:
    return flow(
        {
            "a": ("number", {"value": 2}),
            "b": ("number", {"value": 3}),
            "sum": ("add", {}),
            "want": ("number", {"value": want}),
            "same": ("assert", {}),
        },
        *("a.number_out -> sum.a", "b.number_out -> sum.b"),
        *("sum.result -> same.actual", "want.number_out -> same.expected"),
    )


def drawing(**more: Any) -> Workflow:
    return flow(
        {
            "prompt": ("text", {"value": "a fox"}),
            "image": ("gpt_image", {"api_key": "mine"}),
            "one": ("text", {"value": "png"}),
            "same": ("assert", {}),
        },
        *("prompt.text_out -> image.prompt", "one.text_out -> same.actual", "one.text_out -> same.expected"),
        **more,
    )


@asynccontextmanager
async def house_in(folder: Path, **settings: Any) -> AsyncIterator[House]:
    chosen = load_settings(data_dir=folder / "data", key_file=folder / "secret.key", **settings)
    async with open_trial_house(chosen) as house:
        yield house


@pytest.fixture
async def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-not-a-key-that-anybody-has-00000000")
    async with house_in(tmp_path, sandbox=True) as opened:
        yield opened


async def test_a_workflow_whose_assert_holds_passes(house: House) -> None:
    trial = await Trials(house).run(sums())
    assert (trial.outcome, trial.asserts, trial.faults, trial.waiting) == ("passed", 1, (), ())
    assert trial.seconds > 0
    assert trial.as_json()["outcome"] == "passed"


async def test_a_failed_assert_is_told_with_its_difference(house: House) -> None:
    trial = await Trials(house).run(sums(6))
    assert trial.outcome == "failed"
    (fault,) = trial.faults
    assert (fault.node, fault.title, fault.code) == ("same", "Assert", "assertion_failed")
    assert fault.message.startswith("Assertion Failed")
    assert fault.difference == ("expected: 6", "came:     5.0")
    assert fault.as_json()["details"] == {"expected": 6, "actual": 5.0}


async def test_one_passed_assert_does_not_make_up_for_one_that_failed(house: House) -> None:
    both = flow(
        {"a": ("number", {"value": 1}), "b": ("number", {"value": 2}), "yes": ("assert", {}), "no": ("assert", {})},
        *("a.number_out -> yes.actual", "a.number_out -> yes.expected"),
        *("a.number_out -> no.actual", "b.number_out -> no.expected"),
    )
    trial = await Trials(house).run(both)
    assert (trial.outcome, trial.asserts) == ("failed", 1)


async def test_a_run_that_fails_elsewhere_fails_though_its_assert_holds(house: House) -> None:
    broken = flow(
        {
            "a": ("text", {"value": "x"}),
            "sum": ("add", {}),
            "same": ("assert", {}),
            "hold": ("wait", {"wait_time_seconds": 0}),
        },
        *("a.text_out -> same.actual", "a.text_out -> same.expected"),
        *("a.text_out -> hold.trigger", "hold.output -> sum.a", "hold.output -> sum.b"),
    )
    trial = await Trials(house).run(broken)
    assert trial.outcome == "failed"
    assert [fault.node for fault in trial.faults] == ["sum"]
    assert trial.asserts == 1


async def test_an_assert_that_never_fires_tests_nothing_and_what_waits_is_told(house: House) -> None:
    idle = flow(
        {
            "a": ("number", {"value": 1}),
            "b": ("number", {"value": 2}),
            "pick": ("decision", {"operator": ">"}),
            "same": ("assert", {}),
        },
        *("a.number_out -> pick.input_value", "b.number_out -> pick.comparison_value"),
        *("pick.true_output -> same.actual", "b.number_out -> same.expected"),
    )
    trial = await Trials(house).run(idle)
    assert [fault.code for fault in trial.faults] == ["nothing_asserted"]
    assert [(each.node, each.inputs) for each in trial.waiting] == [("same", ("actual",))]


async def test_a_workflow_that_cannot_run_tells_all_its_problems(house: House) -> None:
    trial = await Trials(house).run(flow({"same": ("assert", {}), "odd": ("no_such_type", {})}))
    assert trial.outcome == "failed"
    assert trial.run_id is None
    assert {fault.node for fault in trial.faults} >= {"same"}


async def test_a_workflow_that_takes_too_long_is_stopped(house: House) -> None:
    slow = flow(
        {"a": ("text", {"value": "x"}), "hold": ("wait", {"wait_time_seconds": 600}), "same": ("assert", {})},
        *("a.text_out -> hold.trigger", "hold.output -> same.actual", "a.text_out -> same.expected"),
    )
    trial = await Trials(house, seconds=0.05).run(slow)
    assert [fault.code for fault in trial.faults] == ["test_too_long"]
    assert house.runs.running() == []


async def test_in_the_sandbox_no_key_is_used_that_a_workflow_names(house: House) -> None:
    trial = await Trials(house).run(drawing())
    assert trial.outcome == "passed", trial.faults
    assert trial.cost_usd == 0


async def test_a_key_that_is_not_there_fails_the_test(tmp_path: Path) -> None:
    async with house_in(tmp_path) as house:
        trial = await Trials(house).run(drawing())
    assert trial.outcome == "failed"
    assert any("mine" in fault.message for fault in trial.faults)


@pytest.mark.parametrize(
    ("most", "more", "code"),
    [(0.001, {}, "budget_per_session"), (None, {"test": {"max_cost_usd": 0.001}}, "budget_per_test")],
)
async def test_a_cap_stops_the_call_that_would_break_it(
    tmp_path: Path, most: float | None, more: dict[str, Any], code: str
) -> None:
    """Against an address where nobody listens: a call that was made would be refused by the network instead."""
    folder = tmp_path / "person"
    settings = {"openai_base_url": "http://127.0.0.1:9/v1"}
    chosen = load_settings(data_dir=folder / "data", key_file=tmp_path / "secret.key", **settings)
    async with open_trial_house(chosen) as house:
        await house.store.secrets.set("mine", "sk-not-a-key-that-anybody-has-00000000")
        trial = await Trials(house, max_cost_usd=most).run(drawing(**more))
    (fault,) = trial.faults
    assert fault.code == code
    assert "Nothing was called" in fault.remedy


async def test_tests_run_beside_one_another_and_share_no_display(house: House) -> None:
    shown = flow(
        {
            "a": ("text", {"value": "x"}),
            "show": ("display_output", {}),
            "same": ("assert", {}),
            "what": ("get_display_context", {}),
            "none": ("text", {"value": "[]"}),
        },
        "what.context -> same.actual",
        "none.text_out -> same.expected",
        "same.on_success -> show.data",
    )
    trials = Trials(house)
    found = await asyncio.gather(*(trials.run(shown) for _ in range(4)))
    assert {trial.outcome for trial in found} == {"passed"}


def test_a_workflow_without_an_assert_is_no_test() -> None:
    assert is_test(sums())
    assert not is_test(flow({"a": ("text", {})}))


@pytest.mark.parametrize(
    "said", [5, {"max_cost_usd": "a"}, {"max_cost": 1}, {"max_cost_usd": True}, {"max_cost_usd": 0}, []]
)
async def test_settings_of_a_test_that_cannot_be_read_are_refused(said: Any, house: House) -> None:
    with pytest.raises(WorkflowError, match="cannot be read"):
        cost_cap(flow({}, test=said))
    assert (await Trials(house).run(flow({"same": ("assert", {})}, test=said))).faults[0].code == "bad_test_settings"


def test_a_workflow_may_set_a_cap_for_its_own_test() -> None:
    assert cost_cap(flow({}, test={"max_cost_usd": 0.05})) == 0.05
    assert cost_cap(flow({}, test={})) is None
    assert cost_cap(flow({})) is None


def telling(want: str, *, seconds: float = 0) -> Workflow:
    """A workflow that sets off another part of itself by an event, and tests there what came."""
    return flow(
        {
            "word": ("text", {"value": "a"}),
            "tell": ("send_event", {}),
            "on": ("receive_event", {}),
            "hold": ("wait", {"wait_time_seconds": seconds}),
            "want": ("text", {"value": want}),
            "same": ("assert", {}),
        },
        *("word.text_out -> tell.data", "on.data -> hold.trigger", "hold.output -> same.actual"),
        "want.text_out -> same.expected",
        start="word",
    )


async def test_what_its_own_events_set_off_is_tried_too(tmp_path: Path) -> None:
    async with house_in(tmp_path) as house:
        trials = Trials(house)
        good, bad = await asyncio.gather(trials.run(telling("a", seconds=0.1)), trials.run(telling("b")))
    assert (good.outcome, good.asserts) == ("passed", 1)
    assert (bad.outcome, [fault.node for fault in bad.faults]) == ("failed", ["same"])


async def test_what_its_own_events_set_off_ends_with_its_time(tmp_path: Path) -> None:
    async with house_in(tmp_path) as house:
        trial = await Trials(house, seconds=0.5).run(telling("a", seconds=300))
        assert [fault.code for fault in trial.faults] == ["test_too_long"]
        await house.fired.settled()
