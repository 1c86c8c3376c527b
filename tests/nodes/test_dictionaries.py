from __future__ import annotations

import json
from typing import Any

import pytest

from nodebuilder.events import RunFinished
from tests.workbench import Bench

ADA = {"name": "Ada", "age": 36, "ok": True}
GET = "d.value -> get.dictionary"
SET = ("d.value -> set.dictionary", "v.value -> set.value")


def given_value(value: Any) -> tuple[str, dict[str, Any]]:
    return ("input", {"type": "any", "default": json.dumps(value)})


async def got(bench: Bench, dictionary: Any, key: str, *links: str) -> RunFinished:
    nodes = {"d": given_value(dictionary), "get": ("dictionary_get_element", {"key_to_get": key})}
    return await bench.run({**nodes, "said": ("log", {})} if links else nodes, GET, *links)


@pytest.mark.parametrize("key", ADA)
async def test_a_value_is_found_by_its_key(bench: Bench, key: str) -> None:
    end = await got(bench, ADA, key)
    assert end.status == "succeeded"
    assert end.outputs["get"] == {"value": ADA[key]}


@pytest.mark.parametrize(
    ("dictionary", "key", "sentence"),
    [
        (ADA, "mail", 'The dictionary has no key "mail".'),
        (ADA, "  ", "No key is set."),
        ("Ada", "name", "The input is no dictionary, but str."),
        ([ADA], "name", "The input is no dictionary, but list."),
    ],
)
async def test_where_there_is_no_value_the_error_is_given_instead(
    bench: Bench, dictionary: Any, key: str, sentence: str
) -> None:
    end = await got(bench, dictionary, key)
    assert end.outputs["get"] == {"error": sentence}
    assert [(error.code, error.message) for error in end.errors] == [("no_element", sentence)]
    assert end.status == "failed"


async def test_an_error_that_is_dealt_with_is_a_line_of_the_log_and_no_failure(bench: Bench) -> None:
    end = await got(bench, ADA, "mail", "get.error -> said.value_in")
    assert end.status == "succeeded"
    assert end.outputs["said"] == {"value_out": 'The dictionary has no key "mail".'}
    assert [(event.node, event.level) for event in bench.told("node_logged")] == [("get", "error"), ("said", "info")]


async def put(bench: Bench, dictionary: Any, value: Any, key: str = "new") -> RunFinished:
    nodes = {"d": given_value(dictionary), "v": given_value(value)}
    return await bench.run({**nodes, "set": ("dictionary_set_element", {"key_to_set": key})}, *SET)


@pytest.mark.parametrize(
    ("value", "stored"), [("x", "x"), (4, 4), (2.5, 2.5), (True, True), (None, "None"), ([1, "a"], "[1, 'a']")]
)
async def test_texts_and_numbers_are_kept_and_all_else_becomes_a_text(bench: Bench, value: Any, stored: Any) -> None:
    end = await put(bench, ADA, value)
    assert end.outputs["set"] == {"updated_dictionary": {**ADA, "new": stored}}
    assert end.outputs["d"] == {"value": ADA}


async def test_an_entry_is_replaced_in_its_place(bench: Bench) -> None:
    end = await put(bench, ADA, 37, "age")
    assert list(end.outputs["set"]["updated_dictionary"].items()) == [("name", "Ada"), ("age", 37), ("ok", True)]


async def test_what_is_no_dictionary_passes_untouched_and_in_silence(bench: Bench) -> None:
    end = await put(bench, [1], 5)
    assert end.status == "succeeded"
    assert end.outputs["set"] == {"updated_dictionary": [1]}
    assert bench.log() == []


async def test_without_a_key_the_dictionary_passes_and_the_error_is_told(bench: Bench) -> None:
    end = await put(bench, ADA, 5, " ")
    assert end.outputs["set"] == {"updated_dictionary": ADA}
    assert [error.code for error in end.errors] == ["no_key_set"]
