from __future__ import annotations

import pytest

from tests.workbench import Bench


async def test_what_is_displayed_passes_on(bench: Bench) -> None:
    end = await bench.run(
        {"a": ("text", {"value": "hi"}), "b": ("display_output", {}), "c": ("log", {})},
        "a.text_out -> b.data",
        "b.data_out -> c.value_in",
    )
    assert end.status == "succeeded"
    assert end.outputs["c"]["value_out"] == "hi"
    (shown,) = bench.told("displayed")
    assert (shown.node, shown.content_type, shown.data, shown.title) == ("b", "text", "hi", "Display Output")
    assert [entry["data"] for entry in end.displayed] == ["hi"]
    assert bench.log() == ["hi"]


async def test_a_picture_is_shown_on_the_node_too(bench: Bench) -> None:
    link = "http://localhost:8000/servable/a.png"
    await bench.run(
        {"a": ("text", {"value": link}), "b": ("display_output", {"content_type": "image"})}, "a.text_out -> b.data"
    )
    assert [event.url for event in bench.told("preview_shown")] == [link]
    assert bench.told("displayed")[0].content_type == "image"


async def test_objects_are_shown_as_indented_json_and_numbers_as_they_are(bench: Bench) -> None:
    await bench.run(
        {
            "a": ("dictionary_input", {"json_input": '{"ü": [1]}'}),
            "b": ("display_output", {}),
            "n": ("number", {"value": 4}),
            "m": ("display_output", {}),
        },
        "a.dictionary_out -> b.data",
        "n.number_out -> m.data",
    )
    shown = {event.node: event.data for event in bench.told("displayed")}
    assert shown == {"b": '{\n  "ü": [\n    1\n  ]\n}', "m": 4}


@pytest.mark.parametrize(
    ("message_type", "level"), [("LOG", "info"), ("DEBUG", "debug"), ("TEST_EVENT", "info"), ("ERROR", "error")]
)
async def test_a_log_line_has_the_level_that_was_chosen(bench: Bench, message_type: str, level: str) -> None:
    end = await bench.run(
        {"a": ("text", {"value": "x"}), "b": ("log", {"message_type": message_type})}, "a.text_out -> b.value_in"
    )
    assert [(event.level, event.message) for event in bench.told("node_logged")] == [(level, "x")]
    assert end.status == "succeeded"


async def test_a_log_may_go_to_the_display(bench: Bench) -> None:
    await bench.run(
        {"a": ("number", {"value": 3}), "b": ("log", {"message_type": "DISPLAY"})}, "a.number_out -> b.value_in"
    )
    assert [event.data for event in bench.told("displayed")] == ["3"]
    assert not bench.told("node_logged")


async def test_a_log_without_a_link_writes_none(bench: Bench) -> None:
    end = await bench.run({"b": ("log", {})})
    assert bench.log() == ["None"]
    assert end.outputs["b"]["value_out"] is None
