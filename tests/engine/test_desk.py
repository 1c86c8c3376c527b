"""Paid work: one receipt for each call, one request for each receipt, whatever happens to the run."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

import pytest

from nodebuilder.context import Context, Keep, Receipt
from nodebuilder.engine.budget import OUTER
from nodebuilder.engine.limits import Limits
from nodebuilder.errors import NodeBuilderError, ProviderError, StorageError
from nodebuilder.events import RunFinished
from nodebuilder.node import NodeType, node, tool
from nodebuilder.values import Secret
from nodebuilder.widgets import Array, Needs, Pull, Tools
from tests.engine.harness import Harness, flow
from tests.engine.samples import count_to, hand_on, number, slow


@dataclass
class Painter:
    """A provider that counts what it is asked."""

    seconds: float = 0.0
    error: Exception | None = None
    called: int = 0
    answered: int = 0
    began: asyncio.Event = field(default_factory=asyncio.Event)

    async def paint(self, keep: Keep, *, keeps: bool = True) -> bytes:
        self.called += 1
        number = self.called
        self.began.set()
        await asyncio.sleep(self.seconds)
        if self.error is not None:
            raise self.error
        self.answered += 1
        answer = b"picture %d" % number
        if keeps:
            await keep(answer)
        return answer


@node("paint", paid=True)
async def paint(ctx: Context, painter: Needs[Painter], subject: Any, *, usd: float = 0.25, decode: bool = True) -> str:
    """Paint, for money."""

    async def work(receipt: Receipt) -> str:
        raw = await receipt.send(painter.paint)
        if not decode:
            raise ValueError("this is no picture")
        asset = await ctx.save(raw, prefix="painted", about={"receipt": receipt.id})
        await receipt.settle(usd=usd, model="oil", detail="large", asset=asset)
        return f"{raw.decode()} in {asset.filename}"

    return await ctx.paid(work, provider="painter", model="oil", request={"subject": subject}, estimate_usd=usd)


@pytest.fixture
def painter(harness: Harness) -> Painter:
    made = Painter()
    harness.memory.providers[Painter] = made
    return made


NODES: dict[str, NodeType | tuple[NodeType, dict[str, Any]]] = {"n": number, "paint": paint, "after": hand_on}
LINKS = ("n.output -> paint.subject", "paint.output -> after.value")


async def painted(harness: Harness, **options: Any) -> RunFinished:
    return await harness.run(NODES, *LINKS, **options)


async def test_a_paid_call_is_sent_kept_settled_and_told(harness: Harness, painter: Painter) -> None:
    finished = await painted(harness, run_id="run")
    assert finished.status == "succeeded"
    assert finished.cost_usd == 0.25
    [record] = harness.memory.ledger.all
    assert (record.state, record.charged, record.cost_usd, record.raw) == ("done", "yes", 0.25, b"picture 1")
    assert record.asset is not None
    assert finished.outputs["after"] == {"output": f"picture 1 in {record.asset.filename}"}
    [cost] = harness.told("cost_added")
    assert (cost.node, cost.usd, cost.model, cost.detail) == ("paint", 0.25, "oil", "large")
    [opened] = harness.memory.ledger.opened
    assert opened["request"] == {"subject": 1}
    assert opened["key"].root == opened["run_id"] == "run"
    assert harness.memory.assets.about == [{"run": "run", "node": "paint", "firing": 1, "receipt": record.id}]


async def test_an_answer_that_the_provider_does_not_keep_is_kept_by_the_desk(harness: Harness) -> None:
    @node
    async def careless(ctx: Context, value: Any) -> Any:
        async def work(receipt: Receipt) -> bytes:
            async def call(keep: Keep) -> bytes:
                return b"raw"

            assert await receipt.send(call) == await receipt.send(call)
            return b"done"

        return await ctx.paid(work, provider="p", model="m", request={})

    finished = await harness.run({"n": number, "c": careless}, "n.output -> c.value")
    assert finished.status == "succeeded"
    [record] = harness.memory.ledger.all
    assert (record.state, record.raw, record.cost_usd) == ("done", b"raw", None)
    assert finished.cost_usd is None


async def test_cancelling_during_the_call_bills_once_and_keeps_the_result(harness: Harness, painter: Painter) -> None:
    painter.seconds = 0.05
    handle = harness.start(NODES, *LINKS)
    await painter.began.wait()
    handle.cancel()
    finished = await handle.result()
    assert finished.status == "cancelled"
    assert finished.cost_usd is None
    assert painter.answered == 0
    assert harness.runner.busy
    await harness.runner.close(5)
    assert not harness.runner.busy
    assert (painter.called, painter.answered) == (1, 1)
    [record] = harness.memory.ledger.all
    assert (record.state, record.raw) == ("done", b"picture 1")
    assert harness.memory.assets.saved == [b"picture 1"]
    assert harness.events[-1] is finished


async def test_a_call_that_is_cancelled_before_it_is_sent_is_never_made(harness: Harness, painter: Painter) -> None:
    asked = asyncio.Event()
    ledger = harness.memory.ledger
    marked = ledger.mark_sent

    async def slow_disk(receipt_id: str) -> None:
        asked.set()
        await asyncio.sleep(0.05)
        await marked(receipt_id)

    ledger.mark_sent = slow_disk  # type: ignore[method-assign] - a slower disk, not another ledger
    handle = harness.start(NODES, *LINKS)
    await asked.wait()
    handle.cancel()
    await handle.result()
    await harness.runner.close(5)
    assert painter.called == 0
    assert [(record.state, record.charged) for record in ledger.all] == [("refused", "no")]


async def test_a_call_that_waits_out_a_rate_limit_stops_with_the_run(harness: Harness) -> None:
    waiting = asyncio.Event()
    calls: list[str] = []

    @node
    async def patient(ctx: Context, value: Any) -> Any:
        async def call(keep: Keep) -> bytes:
            ctx.delayed(60, "rate limit")
            waiting.set()
            await asyncio.sleep(60)
            calls.append("called")
            return b""

        async def work(receipt: Receipt) -> bytes:
            return await receipt.send(call)

        return await ctx.paid(work, provider="p", model="m", request={})

    handle = harness.start({"n": number, "p": patient}, "n.output -> p.value")
    await waiting.wait()
    handle.cancel()
    await handle.result()
    await harness.runner.close(5)
    assert calls == []
    assert [(record.state, record.charged) for record in harness.memory.ledger.all] == [("refused", "no")]
    [delay] = harness.told("call_delayed")
    assert (delay.seconds, delay.reason) == (60, "rate limit")


@pytest.mark.parametrize(
    ("error", "state", "charged", "code"),
    [
        (ProviderError("It refused.", "Ask less.", charged="no"), "refused", "no", "provider"),
        (ProviderError("It hung up.", "Look.", charged="unknown"), "unknown", "unknown", "provider"),
        (ProviderError("It took the money.", "Sue.", charged="yes"), "unknown", "yes", "provider"),
        (ConnectionResetError("reset"), "unknown", "unknown", "node_crashed"),
    ],
)
async def test_a_call_that_fails_leaves_a_receipt_that_says_so(
    harness: Harness, painter: Painter, error: Exception, state: str, charged: str, code: str
) -> None:
    painter.error = error
    finished = await painted(harness)
    assert finished.status == "failed"
    assert finished.errors[0].code == code
    assert [(record.state, record.charged) for record in harness.memory.ledger.all] == [(state, charged)]
    assert harness.memory.ledger.details == [str(error)]


async def test_the_bytes_of_an_answer_that_cannot_be_read_are_kept(harness: Harness, painter: Painter) -> None:
    finished = await harness.run({**NODES, "paint": (paint, {"decode": False})}, *LINKS)
    assert (finished.status, finished.cost_usd) == ("failed", None)
    [record] = harness.memory.ledger.all
    assert (record.state, record.charged, record.raw) == ("kept", "yes", b"picture 1")
    assert harness.memory.ledger.details == ["this is no picture"]


async def test_a_full_disk_does_not_lose_the_picture(harness: Harness, painter: Painter) -> None:
    harness.memory.ledger.disk_full = True
    finished = await painted(harness)
    assert finished.status == "succeeded"
    assert harness.memory.assets.saved == [b"picture 1"]
    assert "in memory only" in harness.told("node_logged")[0].message


async def test_a_receipt_that_cannot_be_closed_does_not_hide_why_the_node_failed(
    harness: Harness, painter: Painter
) -> None:
    async def full(*_: Any, **__: Any) -> None:
        raise StorageError("The database cannot be written.", "Free some space.", code="disk_full")

    harness.memory.ledger.close = full  # type: ignore[method-assign] - a full disk, not another ledger
    painter.error = ProviderError("It is off.", "Wait.", code="provider_down", charged="unknown")
    finished = await painted(harness)
    assert [error.message for error in finished.errors] == ["It is off."]
    assert finished.cost_usd is None


async def test_work_that_sends_nothing_costs_nothing(harness: Harness) -> None:
    @node
    async def idle(ctx: Context, value: Any, *, fails: bool = False) -> str:
        async def work(receipt: Receipt) -> str:
            if fails:
                raise NodeBuilderError("Not today.", "Come tomorrow.")
            await receipt.settle(usd=1, model="m")
            return receipt.id

        return await ctx.paid(work, provider="p", model="m", request={})

    for fails in (False, True):
        finished = await harness.run({"n": number, "i": (idle, {"fails": fails})}, "n.output -> i.value")
        assert finished.status == ("failed" if fails else "succeeded")
        assert finished.cost_usd == 0
    assert {record.state for record in harness.memory.ledger.all} == {"refused"}


async def test_paid_work_cannot_end_the_program(harness: Harness) -> None:
    @node
    async def leaves(ctx: Context, value: Any) -> Any:
        async def work(receipt: Receipt) -> None:
            raise SystemExit(3)

        await ctx.paid(work, provider="p", model="m", request={})

    finished = await harness.run({"n": number, "x": leaves}, "n.output -> x.value")
    assert finished.errors[0].message == "Leaves crashed: RuntimeError: the node tried to end the program."
    assert [record.state for record in harness.memory.ledger.all] == ["refused"]


# ---- going on with a run that was cut off ----


async def test_a_call_that_was_answered_is_replayed_and_never_made_again(harness: Harness, painter: Painter) -> None:
    first = await painted(harness, run_id="first")
    again = await painted(harness, root="first")
    assert painter.called == 1
    assert again.outputs == first.outputs
    assert again.cost_usd == 0
    assert len(harness.memory.assets.saved) == 1
    assert [event.reused for event in harness.told("node_finished")] == [False, True, False]


async def test_an_answer_kept_before_the_power_failed_is_settled_when_the_run_goes_on(
    harness: Harness, painter: Painter
) -> None:
    await painted(harness, run_id="first")
    ledger = harness.memory.ledger
    ledger.records = {
        place: replace(record, state="kept", cost_usd=None, asset=None) for place, record in ledger.records.items()
    }
    again = await painted(harness, root="first")
    assert painter.called == 1
    assert (again.status, again.cost_usd) == ("succeeded", 0.25)
    assert [record.state for record in ledger.all] == ["done"]


@pytest.mark.parametrize("state", ["sent", "unknown"])
async def test_a_call_that_may_have_been_charged_waits_for_the_person(
    harness: Harness, painter: Painter, state: Any
) -> None:
    await painted(harness, run_id="first")
    ledger = harness.memory.ledger
    ledger.records = {place: replace(record, state=state, raw=None) for place, record in ledger.records.items()}
    asked = await painted(harness, root="first")
    assert painter.called == 1
    assert asked.errors[0].code == "maybe_charged"
    [failed] = harness.told("node_failed")
    assert failed.charged == "unknown"
    told = await painted(harness, root="first", retry_unknown=True)
    assert told.status == "succeeded"
    assert painter.called == 2


@pytest.mark.parametrize("state", ["intent", "refused"])
async def test_a_call_that_never_happened_is_made(harness: Harness, painter: Painter, state: Any) -> None:
    await painted(harness, run_id="first")
    ledger = harness.memory.ledger
    ledger.records = {place: replace(record, state=state, raw=None) for place, record in ledger.records.items()}
    assert (await painted(harness, root="first")).status == "succeeded"
    assert painter.called == 2


async def test_an_answer_that_is_gone_from_the_disk_is_not_paid_again_by_itself(
    harness: Harness, painter: Painter
) -> None:
    await painted(harness, run_id="first")
    ledger = harness.memory.ledger
    ledger.records = {place: replace(record, raw=None) for place, record in ledger.records.items()}
    assert (await painted(harness, root="first")).errors[0].code == "answer_lost"
    assert painter.called == 1


async def test_equal_calls_of_one_node_are_told_apart(harness: Harness, painter: Painter) -> None:
    @node
    async def same(value: Any) -> Any:
        return "same"

    nodes: dict[str, Any] = {"n": (number, {"value": 3}), "c": count_to, "same": same, "paint": paint}
    links = ("n.output -> c.last", "c.output -> same.value", "same.output -> paint.subject")
    await harness.run(nodes, *links, run_id="first")
    assert painter.called == 3
    assert [opened["key"].ordinal for opened in harness.memory.ledger.opened] == [1, 2, 3]
    again = await harness.run(nodes, *links, root="first")
    assert painter.called == 3
    assert again.status == "succeeded"


# ---- caps ----


async def test_the_cap_of_a_run_stops_it_before_the_call_that_would_break_it(
    painter: Painter, harness: Harness
) -> None:
    harness.limits = Limits(usd_per_run=0.6)
    harness.__post_init__()
    finished = await harness.run(
        {"n": (number, {"value": 3}), "count": count_to, "paint": paint, "long": (slow, {"seconds": 60})},
        *("n.output -> count.last", "count.output -> paint.subject", "n.output -> long.value"),
    )
    assert painter.called == 2
    assert finished.status == "failed"
    assert finished.errors[0].code == "budget_per_run"
    assert finished.errors[0].node == "paint"
    assert finished.cost_usd == 0.5
    assert "long" not in finished.outputs


async def test_the_cap_of_the_day_counts_other_runs_and_calls_under_way(painter: Painter, harness: Harness) -> None:
    harness.limits = Limits(usd_per_day=0.6)
    harness.__post_init__()
    painter.seconds = 0.02
    harness.memory.ledger.spent_before = 0.1
    handles = [harness.start(NODES, *LINKS) for _ in range(4)]
    finished = [await handle.result() for handle in handles]
    assert painter.called == 2
    assert [run.status for run in finished].count("succeeded") == 2
    assert {error.code for run in finished for error in run.errors} == {"budget_per_day"}


async def test_a_cap_ends_the_run_even_if_the_node_catches_it(painter: Painter, harness: Harness) -> None:
    harness.limits = Limits(usd_per_run=0.1)
    harness.__post_init__()

    @node
    async def careful(ctx: Context, painter: Needs[Painter], value: Any) -> str:
        async def work(receipt: Receipt) -> bytes:
            return await receipt.send(painter.paint)

        try:
            await ctx.paid(work, provider="p", model="m", request={}, estimate_usd=1)
        except NodeBuilderError as error:
            ctx.error(error.message, error.remedy, code=error.code)
        return ""

    finished = await harness.run(
        {"n": number, "c": careful, "s": (slow, {"seconds": 60})}, "n.output -> c.value", "n.output -> s.value"
    )
    assert painter.called == 0
    assert (finished.status, finished.errors[0].code) == ("failed", "budget_per_run")
    assert "Nothing was called" in finished.errors[0].remedy


async def test_two_calls_of_one_firing_may_be_made_side_by_side(painter: Painter, harness: Harness) -> None:
    @node
    async def two(ctx: Context, painter: Needs[Painter], value: Any) -> list[str]:
        async def work(receipt: Receipt) -> str:
            return (await receipt.send(painter.paint)).decode()

        def ask(subject: str) -> Awaitable[str]:
            return ctx.paid(work, provider="p", model="m", request={"subject": subject})

        return list(await asyncio.gather(ask("a"), ask("b")))

    finished = await harness.run({"n": number, "two": two}, "n.output -> two.value")
    assert sorted(finished.outputs["two"]["output"]) == ["picture 1", "picture 2"]
    assert [record.state for record in harness.memory.ledger.all] == ["done", "done"]


# ---- keys ----


@node("keyed")
async def keyed(ctx: Context, subject: Any, *, api_key: Secret = Secret("")) -> dict[str, Any]:
    """Say what must not be said."""
    key = api_key.reveal()
    ctx.log(f"using {key}")
    ctx.stream(f"…{key}…")
    ctx.display("json", {"key": [key]})
    if key == "sk-fail-0123456789":
        raise RuntimeError(f"no luck with {key}")
    return {"source": api_key.source, "key": key}


async def test_a_key_is_resolved_handed_over_and_never_told(harness: Harness) -> None:
    harness.memory.keys.keys["mine"] = "sk-stored-0123456789"
    nodes: dict[str, Any] = {"n": number, "k": (keyed, {"api_key": "mine"}), "h": hand_on}
    finished = await harness.run(nodes, "n.output -> k.subject", "k.output -> h.value")
    assert finished.outputs["k"] == {"output": {"source": "secret", "key": "***"}}
    assert "sk-stored" not in repr(harness.events)
    assert "sk-stored" not in repr(finished)
    assert harness.told("node_logged")[0].message == "using ***"


async def test_a_key_given_for_a_run_is_used_for_that_run_and_never_told(harness: Harness) -> None:
    nodes: dict[str, Any] = {"n": number, "k": keyed}
    key = "sk-given-0123456789"
    finished = await harness.run(nodes, "n.output -> k.subject", values={"k": {"api_key": key}})
    assert finished.outputs["k"]["output"]["source"] == "given"
    assert key not in repr(harness.events)
    finished = await harness.run(nodes, "n.output -> k.subject")
    assert finished.outputs["k"]["output"] == {"source": "", "key": ""}


async def test_a_crash_that_names_a_key_is_told_without_it(harness: Harness) -> None:
    key = "sk-fail-0123456789"
    finished = await harness.run({"n": number, "k": keyed}, "n.output -> k.subject", values={"k": {"api_key": key}})
    assert finished.errors[0].message == "Keyed crashed: RuntimeError: no luck with ***."
    assert key not in repr(harness.events)


# ---- money of a part of a run ----


@tool("paint_it", type_id="paint_it")
async def paint_it(ctx: Context, painter: Needs[Painter], n: int, value: Any = None, *, usd: float = 0.25) -> str:
    """Paint, for a caller's money."""

    async def work(receipt: Receipt) -> str:
        raw = await receipt.send(painter.paint)
        await receipt.settle(usd=usd, model="oil")
        return raw.decode()

    return await ctx.paid(work, provider="painter", model="oil", request={"n": n, "value": value}, estimate_usd=usd)


@node
async def patron(
    ctx: Context,
    prompt: Annotated[Any, Pull()],
    tools: Annotated[list[Any], Array(), Pull(), Tools()],
    *,
    usd: float = 1.0,
    times: int = 4,
) -> dict[str, Any]:
    """Have pictures painted, one after another, within a cap."""
    purse = ctx.spend_within(usd)
    calls = ({"id": f"c{n}", "name": "paint_it", "arguments": {"n": n, "value": prompt}} for n in range(times))
    answers = [await ctx.call_tool(0, call) for call in calls]
    return {"answers": answers, "spent": purse.spent}


PATRON: dict[str, NodeType | tuple[NodeType, dict[str, Any]]] = {"n": number, "patron": patron, "tool": paint_it}
FEEDS = ("n.output -> patron.prompt", "tool.output -> patron.tools[0]")


async def test_tools_spend_within_the_cap_of_the_loop_and_breaking_it_ends_no_run(
    painter: Painter, harness: Harness
) -> None:
    nodes = {**PATRON, "patron": (patron, {"usd": 0.6}), "after": hand_on}
    finished = await harness.run(nodes, *FEEDS, "patron.output -> after.value")
    assert (finished.status, finished.errors, painter.called) == ("succeeded", (), 2)
    given = finished.outputs["after"]["output"]
    assert given["spent"] == finished.cost_usd == 0.5
    assert ["result" in answer for answer in given["answers"]] == [True, True, False, False]
    assert "per loop would be broken" in given["answers"][2]["error"]


async def test_two_loops_have_their_own_caps_and_share_that_of_the_run(painter: Painter) -> None:
    harness = Harness(limits=Limits(usd_per_run=1.1))
    harness.memory.providers[Painter] = painter
    nodes = {**PATRON, "other": (patron, {"usd": 0.5}), "patron": (patron, {"usd": 0.5})}
    finished = await harness.run(nodes, *FEEDS, "n.output -> other.prompt", "tool.output -> other.tools[0]")
    assert (finished.status, finished.cost_usd) == ("succeeded", 1.0)
    assert [finished.outputs[name]["output"]["spent"] for name in ("patron", "other")] == [0.5, 0.5]
    await harness.runner.close()


async def test_the_cap_of_the_run_ends_the_run_even_in_a_tool_of_a_loop(painter: Painter) -> None:
    harness = Harness(limits=Limits(usd_per_run=0.3))
    harness.memory.providers[Painter] = painter
    finished = await harness.run(PATRON, *FEEDS)
    assert (finished.status, [error.code for error in finished.errors]) == ("failed", ["budget_per_run"])
    assert (painter.called, finished.cost_usd) == (1, 0.25)
    await harness.runner.close()


async def test_a_run_within_a_firing_spends_the_money_of_that_firing(painter: Painter, harness: Harness) -> None:
    inside: list[RunFinished] = []

    @tool("commission")
    async def commission(ctx: Context, needed: Needs[Painter], n: int, value: Any = None) -> str:
        """Have a workflow of its own paint."""
        workflow = flow({"n": (number, {"value": float(n)}), "paint": paint}, "n.output -> paint.subject")
        inside.append(await harness.runner.run(workflow))
        return inside[-1].status

    harness.registry.add(paint)
    nodes = {**PATRON, "patron": (patron, {"usd": 0.6}), "tool": commission}
    finished = await harness.run(nodes, *FEEDS)
    assert finished.status == "succeeded", finished.errors
    given = finished.outputs["patron"]["output"]
    assert [answer["result"] for answer in given["answers"]] == ["succeeded", "succeeded", "failed", "failed"]
    assert given["spent"] == 0.5
    assert [[error.code for error in run.errors] for run in inside[2:]] == [["budget_per_loop"]] * 2
    assert painter.called == 2


async def test_a_run_that_nobody_began_within_a_firing_spends_nobodys_money(painter: Painter, harness: Harness) -> None:
    await harness.run({**PATRON, "patron": (patron, {"usd": 0.3})}, *FEEDS)
    assert OUTER.get() is None
    finished = await painted(harness)
    assert (finished.status, finished.cost_usd) == ("succeeded", 0.25)


async def test_a_run_that_goes_on_pays_for_no_call_of_a_loop_again(painter: Painter, harness: Harness) -> None:
    painter.seconds = 0.02
    handle = harness.start(PATRON, *FEEDS, run_id="first")
    for _ in range(1000):
        if painter.answered == 2:
            break
        await asyncio.sleep(0.002)
    handle.cancel()
    assert (await handle.result()).status == "cancelled"
    while harness.runner.busy:  # noqa: ASYNC110 - the calls already sent come home in the background
        await asyncio.sleep(0.002)
    made = painter.called
    assert made in (2, 3)
    finished = await harness.run(PATRON, *FEEDS, root="first")
    assert finished.status == "succeeded", finished.errors
    assert painter.called == 4
    answers = finished.outputs["patron"]["output"]["answers"]
    assert [answer["result"] for answer in answers] == [f"picture {number}" for number in (1, 2, 3, 4)]


@pytest.mark.parametrize("retry_unknown", [False, True])
async def test_a_run_that_goes_on_waits_for_a_call_that_is_still_in_the_air(
    painter: Painter, harness: Harness, retry_unknown: bool
) -> None:
    painter.seconds = 0.05
    handle = harness.start(PATRON, *FEEDS, run_id="first")
    while not painter.called:  # noqa: ASYNC110 - the call tells nobody else that it was sent
        await asyncio.sleep(0.001)
    handle.cancel()
    assert (await handle.result()).status == "cancelled"
    assert painter.answered < painter.called
    finished = await harness.run(PATRON, *FEEDS, root="first", retry_unknown=retry_unknown)
    assert finished.status == "succeeded", finished.errors
    assert painter.called == 4
    assert any("its answer is yet to come" in event.message for event in harness.told("node_logged"))
