from __future__ import annotations

import pytest

from tests.workbench import Bench


async def test_the_display_panel_has_what_was_put_there(bench: Bench) -> None:
    end = await bench.run({"t": ("test_display_feature", {})})
    (shown,) = bench.told("displayed")
    assert end.status == "succeeded"
    assert bench.log() == [f'"{shown.data}" is on the display panel.']
    assert end.outputs["t"] == {}
    await bench.run({"t": ("test_display_feature", {})})
    assert bench.told("displayed")[0].data != shown.data


async def test_two_arrays_are_joined_each_for_itself(bench: Bench) -> None:
    end = await bench.run(
        {
            "a": ("text", {"value": "a"}),
            "b": ("text", {"value": "b"}),
            "both": ("socket_array_test", {}),
        },
        *("a.text_out -> both.texts_1[0]", "b.text_out -> both.texts_1[1]", "b.text_out -> both.texts_2[0]"),
        "a.text_out -> both.dependency",
    )
    assert end.outputs["both"] == {"output_1": "a, b", "output_2": "b"}


async def test_a_counter_counts_the_values_of_its_run(bench: Bench) -> None:
    nodes = {
        "n": ("number", {"value": 1}),
        "loop": ("looping_accumulator", {"threshold": 3}),
        "count": ("counter", {}),
    }
    links = ("n.number_out -> loop.initial_value", "loop.result -> loop.add_value", "loop.result -> count.trigger")
    for _ in range(2):
        end = await bench.run(nodes, *links)
        assert end.outputs["loop"] == {"threshold_reached": 4}
        assert end.outputs["count"] == {"count": 2}


async def test_a_sum_takes_one_number_by_itself_and_asks_for_the_other(bench: Bench) -> None:
    end = await bench.run(
        {"a": ("number", {"value": 2}), "b": ("number", {"value": 3}), "sum": ("add_node_test", {})},
        *("a.number_out -> sum.a", "b.number_out -> sum.b"),
        start="b",
    )
    assert end.outputs["sum"] == {"result": 5.0}


@pytest.mark.parametrize(("value", "way"), [(100, "result"), (100.1, "threshold_reached"), (-1, "result")])
async def test_a_sum_leaves_the_loop_once_it_is_over_the_threshold(bench: Bench, value: float, way: str) -> None:
    end = await bench.run(
        {"n": ("number", {"value": value}), "loop": ("looping_accumulator", {})}, "n.number_out -> loop.initial_value"
    )
    assert end.outputs["loop"] == {way: value}


async def test_each_text_leaves_by_its_own_slot_or_not_at_all(bench: Bench) -> None:
    end = await bench.run(
        {
            "a": ("text", {"value": "a"}),
            "s": ("text", {"value": " Skip "}),
            "each": ("input_output_array_test", {"prefix": "my "}),
            "one": ("log", {}),
            "two": ("log", {}),
            "three": ("log", {}),
        },
        *("a.text_out -> each.in_array[0]", "s.text_out -> each.in_array[1]", "a.text_out -> each.in_array[2]"),
        *("each.out_array[0] -> one.value_in", "each.out_array[1] -> two.value_in"),
        "each.out_array[2] -> three.value_in",
    )
    assert end.outputs["each"] == {"out_array": ["my a", None, "my a"]}
    assert {event.node for event in bench.told("node_logged")} == {"one", "three"}


async def test_every_kind_of_widget_is_told(bench: Bench) -> None:
    end = await bench.run({"w": ("widget_test", {"slider_widget": 2.5, "boolean_widget": False})})
    line = end.outputs["w"]["output"]
    assert line == "Text: Test String, Number: 42, Slider: 2.5, Boolean: False, Combo: Option 2"


async def test_a_line_of_each_kind_is_written_and_the_run_succeeds(bench: Bench) -> None:
    end = await bench.run({"a": ("text", {}), "log": ("logging_test", {})}, "a.text_out -> log.trigger")
    assert end.status == "succeeded"
    assert [event.level for event in bench.told("node_logged")] == ["info", "debug", "info", "error"]
    assert end.outputs["log"] == {"output": "Logging test completed."}
