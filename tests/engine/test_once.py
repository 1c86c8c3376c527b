"""One node, fired once."""

from __future__ import annotations

from typing import Annotated, Any

import pytest

from nodebuilder.context import Context
from nodebuilder.engine.limits import Limits
from nodebuilder.engine.once import run_once
from nodebuilder.errors import InputError
from nodebuilder.node import node
from nodebuilder.values import Secret
from nodebuilder.widgets import Array, DoNotWait, Pull
from tests.engine.memory import Memory
from tests.engine.samples import count_to, fail


@node("everything")
async def everything(
    ctx: Context,
    a: str,
    p: Annotated[float, Pull()],
    many: Annotated[list[str], Array()],
    d: Annotated[Any, DoNotWait()] = None,
    *,
    size: int = 3,
    api_key: Secret = Secret(""),
) -> dict[str, Any]:
    """Give all that came."""
    ctx.log("fired")
    return {"a": a, "p": p, "many": many, "d": d, "size": size, "key": api_key.source, "fresh": sorted(ctx.fresh)}


async def test_inputs_widgets_and_keys_reach_the_function() -> None:
    once = await run_once(
        everything,
        Memory().services,
        {"a": 1, "p": 2, "many": ["x", "y"]},
        widgets={"size": 5},
        keys={"api_key": "sk-0123456789"},
    )
    fresh = ["a", "many[0]", "many[1]", "p"]
    assert once.outputs["output"] == {
        "a": "1",
        "p": 2,
        "many": ["x", "y"],
        "d": None,
        "size": 5,
        "key": "given",
        "fresh": fresh,
    }
    assert [event.kind for event in once.events][-1] == "run_finished"
    assert once.finished.status == "succeeded"


async def test_a_failure_is_told_and_not_raised() -> None:
    once = await run_once(fail, Memory().services, {"value": 1})
    assert once.outputs == {}
    assert once.finished.errors[0].code == "node_crashed"


async def test_a_generator_gives_its_last_outputs_and_all_its_events() -> None:
    once = await run_once(count_to, Memory().services, {"last": 3}, limits=Limits(run_seconds=5))
    assert once.outputs == {"output": 3}
    assert sum(event.kind == "output_sent" for event in once.events) == 3


async def test_wrong_inputs_and_widgets_are_refused() -> None:
    with pytest.raises(InputError, match="no input nowhere"):
        await run_once(fail, Memory().services, {"value": 1, "nowhere": 1})
    with pytest.raises(InputError, match="size"):
        await run_once(everything, Memory().services, {"a": "a", "p": 1, "many": []}, widgets={"size": "big"})
    with pytest.raises(InputError, match="needs a value for p"):
        await run_once(everything, Memory().services, {"a": "a"})
