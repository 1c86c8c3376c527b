from __future__ import annotations

from typing import Any

from tests.workbench import Bench


async def test_a_wait_passes_on_what_came_and_holds_up_nobody_else(bench: Bench) -> None:
    end = await bench.run(
        {
            "a": ("text", {"value": "a"}),
            "hold": ("wait", {"wait_time_seconds": 0.02}),
            "late": ("log", {}),
            "early": ("log", {}),
        },
        *("a.text_out -> hold.trigger", "hold.output -> late.value_in", "a.text_out -> early.value_in"),
    )
    assert end.outputs["hold"] == {"output": "a"}
    assert [event.node for event in bench.told("node_logged")] == ["early", "late"]


async def test_a_wait_of_no_time_passes_on_too(bench: Bench) -> None:
    end = await bench.run(
        {"n": ("number", {"value": 3}), "hold": ("wait", {"wait_time_seconds": 0})}, "n.number_out -> hold.trigger"
    )
    assert end.outputs["hold"] == {"output": 3}


async def detected(bench: Bench, start: str | None, *, wait: float = 0) -> list[Any]:
    """Return what Trigger Detection gave; `wait` is how long the trigger takes."""
    end = await bench.run(
        {
            "kept": ("text", {"value": "kept"}),
            "came": ("text", {"value": "came"}),
            "hold": ("wait", {"wait_time_seconds": wait}),
            "which": ("trigger_detection", {}),
        },
        *("kept.text_out -> which.dependency_input", "came.text_out -> hold.trigger"),
        "hold.output -> which.trigger_input",
        start=start,
    )
    assert end.status == "succeeded"
    return [event.outputs["trigger_source"] for event in bench.told("output_sent") if event.node == "which"]


async def test_the_node_itself_or_its_dependency_gives_the_dependency(bench: Bench) -> None:
    assert await detected(bench, "which") == ["kept"]
    assert await detected(bench, "kept") == ["kept"]


async def test_a_trigger_goes_before_the_dependency(bench: Bench) -> None:
    assert await detected(bench, "came") == ["came"]


async def test_a_trigger_counts_once(bench: Bench) -> None:
    assert await detected(bench, None, wait=0.02) == ["kept", "came"]


async def test_a_dependency_that_comes_again_after_a_trigger_is_given(bench: Bench) -> None:
    end = await bench.run(
        {
            "begin": ("text", {"value": "again"}),
            "hold": ("wait", {"wait_time_seconds": 0.02}),
            "which": ("trigger_detection", {}),
            "count": ("counter", {}),
            "first": ("string_array_creator", {"wait_toggle": False}),
        },
        *("begin.text_out -> which.trigger_input", "begin.text_out -> first.inputs[0]"),
        *("first.string_array -> which.dependency_input", "begin.text_out -> hold.trigger"),
        *("hold.output -> count.trigger", "count.count -> first.inputs[1]"),
        start="begin",
    )
    given = [event.outputs["trigger_source"] for event in bench.told("output_sent") if event.node == "which"]
    assert given == ["again", 1]
    assert end.waiting == ()
