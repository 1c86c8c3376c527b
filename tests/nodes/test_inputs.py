from __future__ import annotations

from typing import Any

import pytest

from tests.workbench import Bench


async def test_a_text_gives_what_was_written(bench: Bench) -> None:
    end = await bench.run({"a": ("text", {"value": "  two\nlines ü "})})
    assert end.status == "succeeded"
    assert end.outputs == {"a": {"text_out": "  two\nlines ü "}}


async def test_a_text_without_a_value_gives_its_default(bench: Bench) -> None:
    end = await bench.run({"a": ("text", {})})
    assert end.outputs["a"]["text_out"] == "Hello from backend!"


@pytest.mark.parametrize("value", [7, 7.25, -3, 0])
async def test_a_number_stays_the_number_it_is(bench: Bench, value: float) -> None:
    end = await bench.run({"a": ("number", {"value": value})})
    given = end.outputs["a"]["number_out"]
    assert given == value
    assert type(given) is type(value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": 1, "b": {"c": [1, null, true]}}', {"a": 1, "b": {"c": [1, None, True]}}),
        ("{}", {}),
        (' {"ü": "x"} ', {"ü": "x"}),
    ],
)
async def test_a_dictionary_may_be_nested(bench: Bench, text: str, expected: Any) -> None:
    end = await bench.run({"a": ("dictionary_input", {"json_input": text})})
    assert end.status == "succeeded"
    assert end.outputs["a"]["dictionary_out"] == expected


@pytest.mark.parametrize(
    "text", ["", "   ", "{", "[1]", "7", "null", '{"a": NaN}', '{"a": Infinity}', '{"a": 1e400}', "[" * 100_000]
)
async def test_bad_json_is_reported_and_an_empty_dictionary_goes_on(bench: Bench, text: str) -> None:
    end = await bench.run(
        {"a": ("dictionary_input", {"json_input": text}), "b": ("display_output", {})}, "a.dictionary_out -> b.data"
    )
    assert end.status == "failed"
    assert end.outputs["a"]["dictionary_out"] == {}
    assert end.outputs["b"]["data_out"] == {}
    (error,) = end.errors
    assert error.message.startswith("The JSON ")
    assert error.remedy
