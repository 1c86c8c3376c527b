"""Caps on money."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from nodebuilder.engine.budget import Budget, Purse
from nodebuilder.errors import BudgetError
from tests.engine.memory import MemoryLedger


async def test_promises_count_until_they_are_released() -> None:
    budget, purse = Budget(MemoryLedger(), None), Purse(1.0)
    first = await budget.promise(purse, 0.6)
    with pytest.raises(BudgetError) as caught:
        await budget.promise(purse, 0.6)
    assert caught.value.code == "budget_per_run"
    assert "$0.6000 is spent or promised" in caught.value.message
    assert "NODEBUILDER_MAX_COST_USD_PER_RUN" in caught.value.remedy
    budget.release(purse, first, 0.3)
    assert purse.spent == 0.3
    await budget.promise(purse, 0.7)


async def test_a_cap_may_be_reached_exactly_but_not_passed() -> None:
    budget, purse = Budget(MemoryLedger(), None), Purse(0.3)
    for _ in range(3):
        budget.release(purse, await budget.promise(purse, 0.1), 0.1)
    with pytest.raises(BudgetError):
        await budget.promise(purse, 0.001)


async def test_a_call_of_unknown_price_is_made_while_anything_is_left() -> None:
    budget, purse = Budget(MemoryLedger(), None), Purse(0.1)
    number = await budget.promise(purse, None)
    budget.release(purse, number, 0.5)
    with pytest.raises(BudgetError, match="nobody knows"):
        await budget.promise(purse, None)


async def test_what_costs_nothing_is_never_refused() -> None:
    budget, purse = Budget(MemoryLedger(spent_before=9), 1.0), Purse(0.1, spent=5)
    await budget.promise(purse, 0.0)


async def test_the_cap_of_the_day_counts_from_midnight_utc_over_all_runs() -> None:
    ledger = MemoryLedger(spent_before=0.5)
    budget = Budget(ledger, 1.0)
    await budget.promise(Purse(None), 0.4)
    with pytest.raises(BudgetError) as caught:
        await budget.promise(Purse(None), 0.4)
    assert caught.value.code == "budget_per_day"
    midnight = datetime.fromtimestamp(ledger.asked_since[0], UTC)
    assert (midnight.hour, midnight.minute, midnight.second) == (0, 0, 0)


async def test_calls_that_ask_at_the_same_time_do_not_pass_together() -> None:
    budget = Budget(MemoryLedger(), 1.0)
    asked = await asyncio.gather(*(budget.promise(Purse(None), 0.3) for _ in range(10)), return_exceptions=True)
    assert sum(isinstance(each, int) for each in asked) == 3


async def test_what_a_part_spends_its_whole_spends_too() -> None:
    budget, run = Budget(MemoryLedger(), None), Purse(1.0)
    loop = Purse(0.5, parent=run, span="loop")
    inner = Purse(None, parent=loop, span="loop")
    assert list(inner.chain()) == [inner, loop, run]
    number = await budget.promise(inner, 0.3)
    assert [sum(purse.promised.values()) for purse in inner.chain()] == [0.3] * 3
    budget.release(inner, number, 0.25)
    assert [(purse.spent, purse.promised) for purse in inner.chain()] == [(0.25, {})] * 3


@pytest.mark.parametrize(
    ("caps", "span"), [((None, 0.2, 1.0), "loop"), ((None, 1.0, 0.2), "run"), ((0.2, 9, 9), "loop")]
)
async def test_the_cap_of_any_of_them_holds_and_the_error_names_it(caps: tuple[float | None, ...], span: str) -> None:
    run = Purse(caps[2])
    inner = Purse(caps[0], parent=Purse(caps[1], parent=run, span="loop"), span="loop")
    budget = Budget(MemoryLedger(), None)
    with pytest.raises(BudgetError) as caught:
        await budget.promise(inner, 0.3)
    assert caught.value.code == f"budget_per_{span}"
    assert ("max_cost_usd of the node" in caught.value.remedy) is (span == "loop")
    assert all(not purse.promised for purse in inner.chain()), "nothing was promised"


async def test_parts_share_what_their_whole_may_spend() -> None:
    budget, run = Budget(MemoryLedger(), None), Purse(1.0)
    parts = [Purse(0.5, parent=run, span="loop") for _ in range(5)]
    asked = await asyncio.gather(*(budget.promise(part, 0.4) for part in parts), return_exceptions=True)
    assert sum(isinstance(each, int) for each in asked) == 2
    assert run.promised.keys() == {each for each in asked if isinstance(each, int)}
