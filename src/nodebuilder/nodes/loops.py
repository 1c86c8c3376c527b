"""Loops that people can read: For Each, While and Catch. Each works through its body round by round.

The body is what hangs on the body outputs; what it sends to the back inputs is what a round gives. See `ctx.round`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Annotated, Any, Final, Literal, NamedTuple

from nodebuilder.context import Context, Round, RoundError
from nodebuilder.errors import ASKING, InputError, NodeError
from nodebuilder.node import node
from nodebuilder.nodes.comparison import holds, is_true
from nodebuilder.values import SKIP, as_mapping, as_sequence
from nodebuilder.widgets import Back, Body, DoNotWait, Number

TOLD: Final = 100
"""In so many steps, at most, it is told how far a loop is."""
SPANS: Final = 20
"""So many spans of items at most are named in a sentence."""
_NOTHING: Final[Any] = SKIP


def _given(values: Sequence[Any]) -> Any:
    """Return what came back in a round: the only value as it is, several as a list, of none `SKIP`."""
    return SKIP if not values else values[0] if len(values) == 1 else list(values)


def _gravest(errors: Sequence[RoundError]) -> RoundError:
    """Return the first failure that is for the person to deal with, or else the first."""
    return next((each for each in errors if each.code in ASKING), errors[0])


def _failed(what: str, error: RoundError, remedy: str, code: str) -> NodeError:
    """Return the error of a loop node in whose body something failed; what is for the person stays that."""
    if error.code in ASKING:
        remedy, code = error.remedy, error.code
    return NodeError(f"{what}, in {error.title}: {error.message}", remedy, code=code, charged=error.charged)


class Items(NamedTuple):
    """What For Each gives: item by item to its body, then all that came back.

    Attributes:
        item: The item of this round; the body begins here.
        index: Its place in the list, from 0.
        results: What came back, in the order of the items, however long each of them took.
        errors: What failed, one dictionary for each failed item: `index`, `item`, `node`, `message` and `code`.
        count: How many items there were.
    """

    item: Annotated[Any, Body()]
    index: Annotated[int, Body()]  # pyright: ignore[reportIncompatibleMethodOverride] - the output bears this name
    results: list[Any]
    errors: list[Any]
    count: int  # pyright: ignore[reportIncompatibleMethodOverride] - the output bears this name


class _Items:
    """The items of one For Each: handed out one by one to those who work on them, and what came of each."""

    def __init__(self, ctx: Context, items: list[Any], *, go_on: bool) -> None:
        self.results: dict[int, Any] = {}
        self.errors: dict[int, RoundError] = {}
        self._ctx = ctx
        self._items = items
        self._go_on = go_on
        self._left: Iterator[tuple[int, Any]] = iter(enumerate(items))
        self._done = 0
        self._empty: set[int] = set()

    async def work(self) -> None:
        """Work on items until none is left, or one has failed and that ends the loop."""
        for index, item in self._left:
            told = await self._ctx.round({"item": item, "index": index}, catch=self._go_on, apart=True)
            self._keep(index, told)
            if self.errors and not self._go_on:
                return

    def _keep(self, index: int, told: Round) -> None:
        if told.errors:
            self.errors[index] = _gravest(told.errors)
        elif (given := _given(told.values.get("result", ()))) is not SKIP:
            self.results[index] = given
        else:
            self._empty.add(index)
        self._done += 1
        total = len(self._items)
        if self._done * TOLD // total > (self._done - 1) * TOLD // total:
            self._ctx.progress(self._done / total, f"{self._done} of {total}")

    def done(self) -> str:
        """Say which items are done, for a loop that is stopped: `3 of 9 items were done: 0-1, 4.`."""
        done = sorted(self.results.keys() | self.errors.keys() | self._empty)
        spans: list[list[int]] = []
        for index in done:
            if spans and spans[-1][1] == index - 1:
                spans[-1][1] = index
            else:
                spans.append([index, index])
        told = ", ".join(f"{first}" if first == last else f"{first}-{last}" for first, last in spans[:SPANS])
        more = ", …" if len(spans) > SPANS else ""
        which = f": {told}{more}" if told else ""
        return f"The loop was stopped; {len(done)} of {len(self._items)} items were done{which}."

    def failures(self) -> list[Any]:
        """Return what failed, as the output tells it."""
        return [
            {"index": at, "item": self._items[at], "node": each.node, "message": each.message, "code": each.code}
            for at, each in sorted(self.errors.items())
        ]


@node("for_each", category="Loops", tags=("loop", "list", "map", "iterate", "parallel", "batch"))
async def for_each(
    ctx: Context,
    items: Any,
    result: Annotated[Any, DoNotWait(), Back()] = None,  # noqa: ARG001 - the rounds take what comes here
    *,
    width: Annotated[int, Number(minimum=1, maximum=64)] = 1,
    on_error: Literal["stop", "continue"] = "stop",
) -> Items:
    """Send each item of a list through the same nodes, and collect what comes back.

    Args:
        items: The list; of a dictionary, each entry as `{"key", "value"}`.
        result: The end of the body: what comes here is the result for the item.
        width: How many items are worked on at the same time.
        on_error: What happens when an item fails: no other is begun and the node fails; or the others go on, and
            `errors` says which failed. A paid call that waits for your word fails the node when they are done.
    """
    listed = _listed(items)
    work = _Items(ctx, listed, go_on=on_error == "continue")
    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(min(width, len(listed))):
                group.create_task(work.work())
    except asyncio.CancelledError:
        ctx.log(work.done(), "warning")
        raise
    ending = [index for index, each in work.errors.items() if on_error == "stop" or each.code in ASKING]
    if ending:
        first = work.errors[min(ending)]
        raise _failed(f"Item {min(ending)} failed", first, "Mend that, or set on_error to continue.", "item_failed")
    results = [work.results[index] for index in sorted(work.results)]
    return Items(_NOTHING, _NOTHING, results, work.failures(), len(listed))


def _listed(items: Any) -> list[Any]:
    entries, listed = as_mapping(items), as_sequence(items)
    if entries is not None:
        return [{"key": key, "value": value} for key, value in entries.items()]
    if listed is None:
        raise InputError(
            f"For Each wants a list or a dictionary, but {type(items).__name__} arrived.",
            "Connect an output that gives a list.",
            socket="items",
        )
    return listed


class Turns(NamedTuple):
    """What While gives: the value to its body in each round, then the last one.

    Attributes:
        body: The value of this round; the body begins here.
        index: The number of the round, from 0.
        result: The value with which the loop ended.
        rounds: How many rounds it took.
    """

    body: Annotated[Any, Body()]
    index: Annotated[int, Body()]  # pyright: ignore[reportIncompatibleMethodOverride] - the output bears this name
    result: Any
    rounds: int


Condition = Literal[
    "value < limit", "value <= limit", "value > limit", "value >= limit", "value == limit", "value != limit", "again"
]


def _holds(value: Any, condition: str, limit: str) -> bool:
    return holds(value, condition.split()[1], limit)


@node("while", category="Loops", tags=("loop", "repeat", "until", "condition", "cycle"))
async def while_node(
    ctx: Context,
    value: Any,
    next: Annotated[Any, DoNotWait(), Back()] = None,  # noqa: A002, ARG001 - the rounds take what comes here
    again: Annotated[Any, DoNotWait(), Back()] = None,  # noqa: ARG001 - as above
    *,
    condition: Condition = "value < limit",
    limit: str = "100",
    max_rounds: Annotated[int, Number(minimum=1)] = 100,
) -> Turns:
    """Send a value through the same nodes again and again, as long as a condition holds.

    Args:
        value: The value of the first round.
        next: An end of the body: the value of the next round.
        again: The other end of the body, for the condition `again`: a yes begins another round.
        condition: When there is another round: as long as the value compares like this with the limit (as in
            Decision), or as long as `again` says yes.
        limit: What the value is compared with: a number or a text.
        max_rounds: So many rounds at most; a loop that has not ended by then fails.
    """
    rounds = 0
    going = condition == "again" or _holds(value, condition, limit)
    while going:
        if rounds == max_rounds:
            raise NodeError(
                f"The loop has not ended after {rounds} rounds.",
                "Look at its condition and at what comes back to next, or raise max_rounds.",
                code="loop_without_end",
            )
        told = await ctx.round({"body": value, "index": rounds})
        rounds += 1
        if told.errors:
            first = _gravest(told.errors)
            raise _failed(f"Round {rounds} failed", first, first.remedy, "round_failed")
        came, said = told.values.get("next", ()), told.values.get("again", ())
        value = came[-1] if came else value
        if condition == "again":
            going = is_true(said[-1] if said else None) and (bool(came) or "next" not in ctx.connected)
        else:
            going = bool(came) and _holds(value, condition, limit)
        ctx.progress(None, f"round {rounds}")
    return Turns(_NOTHING, _NOTHING, value, rounds)


class Caught(NamedTuple):
    """What Catch gives: the value to its body, then what came of it: `output`, or else `error` and `errors`.

    Attributes:
        attempt: The value; the body begins here.
        output: What came back, when nothing failed: the only value as it is, several as a list.
        error: The first failure of the last attempt: `node`, `title`, `message`, `remedy`, `code` and `charged`.
        errors: All failures of all attempts, in the same form.
    """

    attempt: Annotated[Any, Body()]
    output: Any
    error: dict[str, Any]
    errors: list[Any]


@node("catch", category="Loops", tags=("error", "try", "retry", "fallback", "failure", "rescue"))
async def catch(
    ctx: Context,
    value: Any,
    result: Annotated[Any, DoNotWait(), Back()] = None,  # noqa: ARG001 - the rounds take what comes here
    *,
    attempts: Annotated[int, Number(minimum=1, maximum=10)] = 1,
    pause_seconds: Annotated[float, Number(minimum=0)] = 0,
) -> Caught:
    """Try nodes that may fail: what fails in the body is told as a value, and the run goes on.

    Args:
        value: The value that is sent into the body.
        result: The end of the body.
        attempts: How often it is tried until it works. Paid calls of each attempt are paid.
        pause_seconds: How long it waits between two attempts, in seconds.
    """
    errors: list[RoundError] = []
    last: RoundError | None = None
    for number in range(attempts):
        if number:
            ctx.progress(None, f"attempt {number + 1} of {attempts}")
            await asyncio.sleep(pause_seconds)
        told = await ctx.round({"attempt": value}, catch=True, apart=attempts > 1)
        if not told.errors:
            return Caught(_NOTHING, _given(told.values.get("result", ())), _NOTHING, _NOTHING)
        errors.extend(told.errors)
        last = _gravest(told.errors)
        if last.code in ASKING:
            raise _failed(f"Attempt {number + 1} failed", last, last.remedy, last.code)
        ctx.log(f"Attempt {number + 1} of {attempts} failed, in {last.title}: {last.message}", "warning")
    return Caught(_NOTHING, _NOTHING, asdict(last) if last else {}, [asdict(each) for each in errors])
