from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.workbench import open_bench


async def outcome(folder: Path, values: dict[str, Any]) -> tuple[Any, list[str]]:
    async with open_bench(folder) as bench:
        nodes = {"city": ("input", values), "out": ("output", {})}
        finished = await bench.run(nodes, "city.value -> out.value")
        return finished.outputs.get("out", {}).get("value"), [error.message for error in finished.errors]


@pytest.mark.parametrize(
    ("kind", "default", "value"),
    [
        ("text", "7", "7"),
        ("text", "", ""),
        ("image", "cat_01234567.png", "cat_01234567.png"),
        ("number", "7", 7),
        ("number", " 2.5 ", 2.5),
        ("boolean", "True", True),
        ("boolean", "no", False),
        ("dictionary", '{"a": [1]}', {"a": [1]}),
        ("list", "[]", []),
        ("any", "[1]", [1]),
        ("any", '"7"', "7"),
        ("any", "hello", "hello"),
        ("any", "null", None),
    ],
)
async def test_an_input_gives_its_default_as_its_type_says(
    tmp_path: Path, kind: str, default: str, value: object
) -> None:
    given, errors = await outcome(tmp_path, {"type": kind, "default": default})
    assert (given, type(given), errors) == (value, type(value), [])


@pytest.mark.parametrize(
    ("kind", "default"),
    [("number", "many"), ("number", "NaN"), ("boolean", "7"), ("dictionary", "[1]"), ("list", "{"), ("list", "null")],
)
async def test_a_default_that_does_not_fit_names_the_input(tmp_path: Path, kind: str, default: str) -> None:
    given, (error,) = await outcome(tmp_path, {"name": "town", "type": kind, "default": default})
    assert given is None
    assert error.startswith('Input "town" wants ')
    assert f'its default is "{default}"' in error


@pytest.mark.parametrize("values", [{"required": True}, {"type": "number"}, {"type": "list", "default": " "}])
async def test_an_input_that_must_be_given_says_so_by_the_name_of_its_node(
    tmp_path: Path, values: dict[str, Any]
) -> None:
    assert await outcome(tmp_path, values) == (None, ['Input "city" has no value.'])
