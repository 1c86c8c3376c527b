"""Which receipt belongs to a call: loops that are cut off anywhere and gone on with pay for nothing twice."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Annotated, Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from nodebuilder.context import Context, Keep, Receipt
from nodebuilder.engine.claims import Claims, first_run
from nodebuilder.engine.store import CallKey
from nodebuilder.errors import NodeError, ProviderError
from nodebuilder.node import node
from nodebuilder.values import SKIP
from nodebuilder.widgets import Back, Body, DoNotWait, Needs
from tests.engine.harness import Harness
from tests.engine.memory import MemoryLedger


class Shop:
    """Sells answers, each another one, as fast as `turns` says; it counts what is asked, and refuses some."""

    def __init__(self, turns: list[int]) -> None:
        self.asked: list[str] = []
        self.answered = 0
        self.refusals: set[str] = set()
        self.turns = turns
        self.enough = asyncio.Event()
        self.stop_after = -1

    async def sell(self, what: str, keep: Keep) -> bytes:
        self.asked.append(what)
        number = len(self.asked)
        for _ in range(self.turns[number % len(self.turns)]):
            await asyncio.sleep(0)
        if what in self.refusals:
            raise ProviderError("Not today.", "Come back.", charged="no")
        answer = f"answer {number}".encode()
        await keep(answer)
        self.answered += 1
        if self.answered == self.stop_after:
            self.enough.set()
        return answer


async def buy(ctx: Context, shop: Shop, what: str) -> str:
    async def work(receipt: Receipt) -> str:
        raw = await receipt.send(lambda keep: shop.sell(what, keep))
        await receipt.settle(usd=0.01, model="m")
        return raw.decode()

    return await ctx.paid(work, provider="shop", model="m", request={"what": what}, estimate_usd=0.01)


@node("thinks", paid=True)
async def thinks(ctx: Context, shop: Needs[Shop], value: Any) -> list[Any]:
    """Ask the same for every value, and get another answer each time."""
    return [value, await buy(ctx, shop, "a thought")]


@node("draws", paid=True)
async def draws(ctx: Context, shop: Needs[Shop], value: Any) -> list[Any]:
    """Ask for what came."""
    return [value, await buy(ctx, shop, str(value))]


@node("dawdles")
async def dawdles(ctx: Context, value: Any) -> Any:
    """Take so long that the items overtake each other, each time in another way."""
    memory = ctx.memory
    memory["n"] = memory.get("n", int(ctx.run_id[:2] == "go")) + 1
    for _ in range(memory["n"] * 7 % 5):
        await asyncio.sleep(0)
    return value


class Looped(NamedTuple):
    """What the loop of these tests sends."""

    item: Annotated[Any, Body()]
    results: list[Any]


@node("each")
async def each(
    ctx: Context, result: Annotated[Any, DoNotWait(), Back()] = None, *, count: int = 3, width: int = 2
) -> Looped:
    """Work through the body `count` times."""
    gate = asyncio.Semaphore(width)

    async def one(index: int) -> list[Any]:
        async with gate:
            return list((await ctx.round({"item": index})).values.get("result", ()))

    nothing: Any = SKIP
    return Looped(nothing, await asyncio.gather(*(one(index) for index in range(count))))


NODES: dict[str, Any] = {"dawdles": dawdles, "thinks": thinks, "draws": draws}
LINKS = (
    "loop.item -> dawdles.value",
    "dawdles.output -> thinks.value",
    "thinks.output -> draws.value",
    "draws.output -> loop.result",
)


@given(
    count=st.integers(1, 7),
    width=st.integers(1, 4),
    turns=st.lists(st.integers(0, 6), min_size=1, max_size=5),
    later=st.lists(st.integers(0, 6), min_size=1, max_size=5),
    cut=st.integers(1, 13),
    at_once=st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_a_loop_cut_off_anywhere_pays_for_each_call_once(
    count: int, width: int, turns: list[int], later: list[int], cut: int, at_once: bool
) -> None:
    async def check() -> None:
        harness = Harness()
        shop = Shop(turns)
        harness.memory.providers[Shop] = shop
        shop.stop_after = min(cut, 2 * count)
        nodes = {"loop": (each, {"count": count, "width": width}), **NODES}
        handle = harness.start(nodes, *LINKS, run_id="first")
        await shop.enough.wait()
        handle.cancel()
        await handle.result()
        while harness.runner.busy and not at_once:  # noqa: ASYNC110 - calls already sent come home in the background
            await asyncio.sleep(0)
        shop.turns = later
        finished = await harness.run(nodes, *LINKS, root="first", run_id="goes on")
        assert finished.status == "succeeded", finished.errors
        assert len(shop.asked) == 2 * count, "one thought and one drawing for each item, in both runs together"
        again = await harness.run(nodes, *LINKS, root="first", run_id="goes on again")
        assert len(shop.asked) == 2 * count
        assert again.outputs["loop"] == finished.outputs["loop"], "each item has what it had"

    asyncio.run(check())


class Tried(NamedTuple):
    """What the catch of these tests sends."""

    attempt: Annotated[Any, Body()]
    output: Any


@node("tries")
async def tries(ctx: Context, value: Any, result: Annotated[Any, DoNotWait(), Back()] = None) -> Tried:
    """Try the body three times."""
    nothing: Any = SKIP
    for _ in range(3):
        told = await ctx.round({"attempt": value}, catch=True, apart=True)
        if not told.errors:
            return Tried(nothing, told.values["result"][0])
    raise NodeError("It never worked.", "Give up.")


async def test_an_attempt_that_was_refused_is_not_made_again_when_a_later_one_was_answered(harness: Harness) -> None:
    shop = harness.memory.providers[Shop] = Shop([3])
    shop.refusals.add("a thought")

    @node("relents")
    async def relents(ctx: Context, value: Any) -> Any:
        ctx.memory["n"] = ctx.memory.get("n", 0) + 1
        if ctx.memory["n"] == 3:
            shop.refusals.clear()
        return value

    nodes: dict[str, Any] = {"loop": (each, {"count": 1}), "tries": tries, "relents": relents, "thinks": thinks}
    links = (
        *("loop.item -> tries.value", "tries.attempt -> relents.value", "relents.output -> thinks.value"),
        *("thinks.output -> tries.result", "tries.output -> loop.result"),
    )
    first = await harness.run(nodes, *links, run_id="first")
    assert first.status == "succeeded"
    assert [record.state for record in harness.memory.ledger.all] == ["refused", "refused", "done"]
    again = await harness.run(nodes, *links, root="first")
    assert again.outputs["loop"] == first.outputs["loop"]
    assert len(shop.asked) == 3


async def test_a_call_that_waits_for_the_person_is_not_made_by_another_attempt(harness: Harness) -> None:
    shop = harness.memory.providers[Shop] = Shop([1])
    nodes: dict[str, Any] = {"loop": (each, {"count": 2}), "tries": tries, "thinks": thinks}
    links = (
        *("loop.item -> tries.value", "tries.attempt -> thinks.value"),
        *("thinks.output -> tries.result", "tries.output -> loop.result"),
    )
    await harness.run(nodes, *links, run_id="first")
    records = harness.memory.ledger.records
    for key in list(records)[:1]:
        records[key] = replace(records[key], state="unknown", raw=None)
    again = await harness.run(nodes, *links, root="first")
    assert again.status == "failed", "it is the person's word that is asked for, whatever a loop catches"
    assert [error.code for error in again.errors if error.node == "thinks"] == ["maybe_charged"] * 3
    assert len(shop.asked) == 2
    told = await harness.run(nodes, *links, root="first", retry_unknown=True)
    assert told.status == "succeeded"
    assert len(shop.asked) == 3


async def ledger_with(root: str, *calls: tuple[int, str, bool]) -> MemoryLedger:
    ledger = MemoryLedger()
    for ordinal, place, answered in calls:
        made = await ledger.open(
            CallKey(root, "n", 1, ordinal, "f", place), run_id=root, provider="p", model="m", request={}
        )
        if answered:
            await ledger.keep(made.id, b"!")
    return ledger


async def test_a_call_takes_that_of_its_round_then_one_of_none_then_a_new_one() -> None:
    ledger = await ledger_with("run", (1, "a", False), (2, "b", True), (3, "a", True), (4, "", False))
    claims = Claims(ledger, "run")
    assert [await claims.claim("n", "f", place) for place in ("a", "z", "a", "z", "a", "b")] == [3, 4, 1, 5, 6, 2]
    assert await claims.claim("other", "f", "a") == 1
    assert [await Claims(ledger, "run", fresh=True).claim("n", "f", "a") for _ in range(2)] == [1, 1]


async def test_runs_within_runs_have_the_same_claims_each_time() -> None:
    fresh, later = (Claims(MemoryLedger(), "run", fresh=fresh, retry_unknown=not fresh) for fresh in (True, False))
    inner = fresh.within("call", "place", "flow")
    assert inner is fresh.within("call", "place", "flow"), "equal calls of both are told apart"
    assert inner.root == later.within("call", "place", "flow").root
    assert later.within("call", "place", "flow").retry_unknown
    others = [fresh.within(*args) for args in (("b", "place", "flow"), ("call", "b", "flow"), ("call", "place", "b"))]
    roots = {each.root for each in (fresh, inner, *others, inner.within("call", "place", "flow"))}
    assert len(roots) == 6
    assert {first_run(root) for root in roots} == {"run"}
    assert len(Claims(MemoryLedger(), "f" * 64).within("n", "", "w").root) == 64, "the column takes no more"
