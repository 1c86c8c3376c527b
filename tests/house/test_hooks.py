"""The ear of Webhook nodes over a real house, with a clock that the test moves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from nodebuilder.engine.budget import OUTER, Purse
from nodebuilder.errors import InputError, NodeBuilderError, StorageError, WorkflowError
from nodebuilder.house import House, open_house
from nodebuilder.house.hook_bodies import Delivery
from nodebuilder.house.hooks import HookRefused, Hooks
from nodebuilder.storage.deliveries import DeliveryStore
from nodebuilder.workflow.model import Workflow
from tests.house.calling import keep
from tests.house.test_opening import chosen
from tests.house.test_signatures import SIGNERS
from tests.standin import StandIn

SECRET = "a-secret-of-the-sender"
NOW = 1_790_000_000.0


@dataclass
class Scene:
    house: House
    hooks: Hooks
    now: float = NOW
    fired: int = 0
    purse: Purse | None = None
    trouble: NodeBuilderError | None = None

    async def arm(self, workflow_id: str = "flow", **values: Any) -> Workflow:
        """Save a workflow of one hook that listens at `/it`, with these widgets."""
        node = {"type": "webhook", "values": {"path": "/it", **values}}
        document: dict[str, Any] = {
            "format": "nodebuilder/1",
            "name": workflow_id,
            "nodes": {"hook": node},
            "links": [],
            "layout": {},
        }
        workflow = self.house.read(document)
        await self.hooks.arm(workflow_id, workflow)
        return workflow

    async def take(self, body: bytes = b"x", method: str = "POST", **headers: str) -> tuple[int, str]:
        """Deliver, and return status and run or code."""
        named = {name.replace("_", "-"): [value] for name, value in headers.items()}
        try:
            answer = await self.hooks.take(Delivery(method, "/hooks/it", "", named, body))
        except HookRefused as refused:
            return refused.status, refused.code
        return answer.status, str(answer.body["run_id"])

    async def sign(self, scheme: str, body: bytes = b"x", **more: Any) -> tuple[int, str]:
        headers = SIGNERS[scheme](SECRET, body, **{"at": self.now, **more})
        return await self.take(body, **{name.replace("-", "_"): values[0] for name, values in headers.items()})


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with open_house(chosen(tmp_path), exclusive=False) as house:
        await house.store.secrets.set("sender", SECRET)
        made: list[Scene] = []

        async def fire(
            workflow_id: str, node: str, values: Any, *, request_id: Any = None, listener: Any = None
        ) -> str:
            if made[0].trouble is not None:
                raise made[0].trouble
            made[0].fired += 1
            made[0].purse = OUTER.get()
            workflow = house.read(
                {"format": "nodebuilder/1", "nodes": {node: {"type": "webhook"}}, "links": [], "layout": {}}
            )
            return await house.runs.start(workflow, start=node, values={node: values}, request_id=request_id)

        hooks = Hooks(
            house.runs,
            house.store.secrets,
            DeliveryStore(house.store.database),
            fire,
            url=lambda: "http://localhost:8000/",
            clock=lambda: made[0].now,
        )
        made.append(Scene(house, hooks))
        yield made[0]


@pytest.mark.parametrize("scheme", ["standard", "stripe"])
async def test_ten_minutes_are_too_far_either_way_also_for_what_was_taken_before(scene: Scene, scheme: str) -> None:
    await scene.arm(secret="sender", signature=scheme)
    assert (await scene.sign(scheme))[0] == 202
    assert await scene.sign(scheme, at=NOW - 600) == (401, "bad_signature")
    assert await scene.sign(scheme, at=NOW + 600) == (401, "bad_signature")
    scene.now += 200
    assert (await scene.sign(scheme, at=NOW))[0] == 200
    scene.now += 200
    assert await scene.sign(scheme, at=NOW) == (401, "bad_signature")
    assert scene.fired == 1


async def test_the_rate_holds_over_saving_and_refills_with_time(scene: Scene) -> None:
    await scene.arm(rate_per_minute=2)
    assert [(await scene.take())[0] for _ in range(3)] == [202, 202, 429]
    await scene.arm(rate_per_minute=2)
    assert (await scene.take())[0] == 429
    scene.now += 30
    assert [(await scene.take())[0] for _ in range(2)] == [202, 429]


async def test_runs_spend_from_the_purse_of_the_day_until_it_is_empty(scene: Scene) -> None:
    await scene.arm(max_cost_usd_per_day=0.5)
    assert (await scene.take())[0] == 202
    purse = scene.purse
    assert purse is not None
    assert (purse.span, purse.cap, purse.spent) == ("hook", 0.5, 0.0)
    purse.spent += 0.5
    assert await scene.take() == (429, "hook_budget")
    await scene.arm(max_cost_usd_per_day=2)
    assert (await scene.take())[0] == 202
    assert purse.cap == 2
    await scene.arm()
    assert (await scene.take())[0] == 202
    assert purse.cap is None


async def test_the_answer_says_when_the_next_day_comes_and_then_runs_begin_again(scene: Scene) -> None:
    await scene.arm(max_cost_usd_per_day=0.5)
    assert (await scene.take())[0] == 202
    assert scene.purse is not None
    scene.purse.spent += 0.5
    with pytest.raises(HookRefused) as refused:
        await scene.hooks.take(Delivery("POST", "/hooks/it", "", {}, b"x"))
    assert (refused.value.status, refused.value.code) == (429, "hook_budget")
    scene.now += int(refused.value.headers["retry-after"])
    assert (await scene.take())[0] == 202


async def test_wrong_signatures_use_up_nobodys_rate(scene: Scene) -> None:
    await scene.arm(secret="sender", rate_per_minute=1)
    for _ in range(20):
        assert await scene.take(webhook_id="m") == (401, "bad_signature")
    assert (await scene.sign("standard"))[0] == 202


async def test_equal_deliveries_side_by_side_fire_once(scene: Scene) -> None:
    await scene.arm(secret="sender", rate_per_minute=1)
    answers = await asyncio.gather(*(scene.sign("standard") for _ in range(50)))
    assert sorted(status for status, _ in answers) == [200] * 49 + [202]
    assert len({run_id for _, run_id in answers}) == 1
    assert scene.fired == 1


async def test_what_could_not_begin_may_be_delivered_again(scene: Scene) -> None:
    await scene.arm(secret="sender")
    scene.trouble = StorageError("The disk of /home/ada is full.", "Free some space.", code="disk_full")
    assert await scene.sign("standard") == (503, "hook_failed")
    scene.trouble = WorkflowError("The workflow cannot run.", code="not_runnable")
    assert await scene.sign("standard") == (503, "not_runnable")
    scene.trouble = InputError("Too many.", code="too_many_runs")
    assert await scene.sign("standard") == (429, "too_many_runs")
    scene.trouble = None
    assert (await scene.sign("standard"))[0] == 202
    assert scene.fired == 1


async def test_a_path_is_free_again_when_its_workflow_stops(scene: Scene) -> None:
    await scene.arm("one")
    with pytest.raises(InputError) as taken:
        await scene.arm("two")
    assert taken.value.code == "hook_taken"
    assert [each["node"] for each in scene.hooks.describe("one")] == ["hook"]
    assert scene.hooks.describe("two") == []
    await scene.hooks.disarm("one")
    await scene.hooks.disarm("never-armed")
    await scene.arm("two")
    assert scene.hooks.describe("two")[0]["url"] == "http://localhost:8000/hooks/it"


async def test_a_workflow_may_be_armed_anew_at_its_own_path(scene: Scene) -> None:
    await scene.arm()
    await scene.arm(methods="any")
    assert scene.hooks.describe("flow")[0]["method"] == "POST, PUT, PATCH, DELETE"


async def test_only_signed_hooks_are_open_to_those_without_a_token(scene: Scene) -> None:
    await scene.arm("one", methods="PUT")
    assert not scene.hooks.is_signed("PUT", "/hooks/it")
    await scene.arm("two", methods="POST", secret="sender")
    assert scene.hooks.is_signed("POST", "/hooks/it")
    assert not scene.hooks.is_signed("PUT", "/hooks/it")
    assert not scene.hooks.is_signed("GET", "/hooks/it")
    await scene.hooks.disarm("one")
    assert scene.hooks.is_signed("GET", "/hooks/it")
    for path in ("/hooks/its", "/hooks/", "/hooks", "/it", "/api/info"):
        assert not scene.hooks.is_signed("POST", path)


@pytest.mark.parametrize(
    "values",
    [{"path": 5}, {"path": None}, {"methods": "GET"}, {"rate_per_minute": 0}, {"answer": "all"}, {"signature": "none"}],
)
async def test_widgets_that_cannot_be_arm_nothing(scene: Scene, values: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        await scene.arm(**values)
    assert scene.hooks.describe("flow") == []
    assert await scene.take() == (404, "no_such_hook")


PICTURES: dict[str, Any] = {
    "format": "nodebuilder/1",
    "name": "Two pictures",
    "nodes": {
        "hook": {"type": "webhook", "values": {"path": "/draw", "max_cost_usd_per_day": 0.2}},
        "first": {"type": "gpt_image", "values": {"quality": "high", "model": "gpt-image-1"}},
        "second": {"type": "gpt_image", "values": {"quality": "high", "model": "gpt-image-1"}},
    },
    "links": ["hook.received_data -> first.prompt", "first.image_url -> second.prompt"],
}
SENDS: dict[str, Any] = {
    **PICTURES,
    "name": "Lets others draw",
    "nodes": {
        "hook": PICTURES["nodes"]["hook"],
        "send": {"type": "send_event", "values": {"event_id_widget": "draw"}},
    },
    "links": ["hook.received_data -> send.data"],
}
DRAWS: dict[str, Any] = {
    **PICTURES,
    "name": "Draws",
    "nodes": {
        "hook": {"type": "receive_event", "values": {"listen_id": "draw"}},
        "first": PICTURES["nodes"]["first"],
        "second": PICTURES["nodes"]["second"],
    },
    "links": ["hook.data -> first.prompt", "first.image_url -> second.prompt"],
}


@pytest.mark.parametrize("chain", [False, True], ids=["by itself", "by an event"])
async def test_a_cap_of_the_day_stops_a_paid_call_in_the_middle_of_a_run(tmp_path: Path, chain: bool) -> None:
    async with (
        StandIn() as openai,
        open_house(chosen(tmp_path, openai_base_url=openai.url), exclusive=True) as house,
    ):
        await house.store.secrets.set("openai", "sk-canary-0123456789abcdefghijklmn")
        for workflow_id, document in {"sends": SENDS, "draws": DRAWS}.items() if chain else [("draws", PICTURES)]:
            await keep(house, workflow_id, document)
            await house.listening.start(workflow_id)
        delivery = Delivery("POST", "/hooks/draw", "", {}, b"a lion")
        run_id = str((await house.hooks.take(delivery)).body["run_id"])
        await house.runs.wait(run_id)
        if chain:
            await house.fired.settled()
            (run_id,) = [run["run_id"] for run in await house.runs.list(workflow_id="draws")]
        told = await house.runs.detail(run_id)
        assert (told["status"], told["errors"][0]["code"], told["errors"][0]["node"]) == (
            "failed",
            "budget_per_hook",
            "second",
        )
        assert "max_cost_usd_per_day of the webhook" in told["errors"][0]["remedy"]
        assert openai.count == 1
        # What is spent leaves less than a call costs: a run may begin, and calls nobody.
        await house.runs.wait(str((await house.hooks.take(delivery)).body["run_id"]))
        await house.fired.settled()
        assert openai.count == 1
