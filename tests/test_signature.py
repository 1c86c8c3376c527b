from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal, NamedTuple, Protocol

import pytest

from nodebuilder import signature as signatures
from nodebuilder.context import Context
from nodebuilder.definition import REQUIRED, SocketRule
from nodebuilder.errors import DefinitionError
from nodebuilder.values import Asset, Secret, Skip, SocketType, ToolDefinition
from nodebuilder.widgets import (
    About,
    Array,
    Code,
    Combo,
    DoNotWait,
    ImageUpload,
    KeyOf,
    Meant,
    Needs,
    Number,
    Pull,
    Required,
    Slider,
    Text,
    When,
)


class Painter(Protocol):
    async def paint(self) -> bytes: ...


class Pair(NamedTuple):
    """Two.

    Attributes:
        left: The left one.
    """

    left: str
    right: float | Skip


async def everything(
    ctx: Context,
    painter: Needs[Painter],
    text: Annotated[str, Required("A text is required")],
    amount: Annotated[float, Pull()] = 1.5,
    loose: Annotated[Any, DoNotWait()] = None,
    many: Annotated[list[str] | None, Array()] = None,
    picture: Asset | None = None,
    choice: Annotated[Literal["a", "b"], About("Which one")] = "a",
    *,
    title: str = "x",
    essay: Annotated[str, Text(lines=5)] = "",
    count: Annotated[int, Number(1, 9, 2)] = 3,
    heat: Annotated[float, Slider(0, 2, 0.1)] = 0.7,
    on: bool = True,
    size: Literal["s", "m"] = "s",
    model: Annotated[str, Combo(("one", "two"), {"one": "It is old."})] = "two",
    key: Annotated[Secret, KeyOf("openai")] = Secret(""),
    photo: Annotated[str, ImageUpload()] = "",
    data: Annotated[str, Code("json")] = "{}",
) -> Pair:
    """Do everything.

    Args:
        text: The text.
        title: The title.
    """
    if many is None:
        many = []
    return Pair(text, amount)


READ = signatures.read(everything)


def test_context_and_providers_are_no_sockets() -> None:
    assert READ.context == "ctx"
    assert READ.needs == {"painter": Painter}
    assert [socket.name for socket in signatures.inputs(READ)] == [
        "text",
        "amount",
        "loose",
        "many",
        "picture",
        "choice",
    ]


def test_inputs_have_type_flags_default_and_description() -> None:
    text, amount, loose, many, picture, choice = signatures.inputs(READ)
    assert (text.type, text.required, text.description, text.missing) == (
        SocketType.TEXT, True, "The text.", "A text is required",
    )  # fmt: skip
    assert (amount.type, amount.pull, amount.default) == (SocketType.NUMBER, True, 1.5)
    assert (loose.type, loose.do_not_wait, loose.required) == (SocketType.ANY, True, False)
    assert (many.type, many.array) == (SocketType.TEXT, True)
    assert picture.type is SocketType.IMAGE
    assert (choice.type, choice.description) == (SocketType.TEXT, "Which one")
    assert text.default is REQUIRED


def test_a_named_tuple_gives_one_output_a_field() -> None:
    left, right = signatures.outputs(READ)
    assert (left.name, left.type, left.description) == ("left", SocketType.TEXT, "The left one.")
    assert (right.name, right.type) == ("right", SocketType.NUMBER)


def test_each_kind_of_widget_is_read_from_its_annotation() -> None:
    found = {widget.name: widget for widget in signatures.widgets(READ)}
    assert {name: widget.kind for name, widget in found.items()} == {
        "title": "text", "essay": "text", "count": "number", "heat": "slider", "on": "toggle", "size": "combo",
        "model": "combo", "key": "secret", "photo": "image", "data": "code",
    }  # fmt: skip
    assert found["essay"].lines == 5
    assert (found["count"].minimum, found["count"].maximum, found["count"].step, found["count"].integer) == (
        1,
        9,
        2,
        True,
    )
    assert found["size"].options == ("s", "m")
    assert found["model"].option_warnings == {"one": "It is old."}
    assert (found["key"].provider, found["key"].default) == ("openai", "")
    assert found["data"].language == "json"
    assert found["title"].description == "The title."


def test_one_value_gives_one_output_called_output() -> None:
    async def tell() -> ToolDefinition | None: ...

    (output,) = signatures.outputs(signatures.read(tell))
    assert (output.name, output.type) == ("output", SocketType.TOOL)


def test_returning_none_gives_no_output() -> None:
    async def swallow(text: str) -> None: ...

    assert signatures.outputs(signatures.read(swallow)) == ()


def test_a_generator_gives_the_outputs_of_what_it_yields() -> None:
    async def each(items: list[Any]) -> AsyncIterator[Pair]:
        for item in items:
            yield Pair(item, 1)

    read = signatures.read(each)
    assert read.generator
    assert [output.name for output in signatures.outputs(read)] == ["left", "right"]


def test_an_array_output_is_a_field_with_the_flag() -> None:
    class Many(NamedTuple):
        parts: Annotated[list[str], Array()]

    async def split(text: str) -> Many: ...

    split.__annotations__["return"] = Many
    (output,) = signatures.outputs(signatures.read(split))
    assert (output.array, output.type) == (True, SocketType.TEXT)


class Strange: ...


STRANGE = Strange()


async def untyped(text) -> str: ...  # type: ignore[no-untyped-def]  # noqa: ANN001
async def gathering(*texts: str) -> str: ...
async def strange(thing: Strange) -> str: ...
async def no_default(*, title: str) -> str: ...
async def strange_widget(*, thing: Strange = STRANGE) -> str: ...
async def strange_output() -> Strange: ...
async def no_list(texts: Annotated[str, Array()]) -> str: ...
async def unknown_name(text: Nowhere) -> str: ...  # type: ignore[name-defined]  # noqa: F821


def read_all(function: Any) -> None:
    read = signatures.read(function)
    signatures.inputs(read)
    signatures.outputs(read)
    signatures.widgets(read)


@pytest.mark.parametrize(
    ("function", "word"),
    [
        (untyped, "text has no type"),
        (gathering, "texts gathers"),
        (strange, "Strange"),
        (no_default, "title has no default"),
        (strange_widget, "no widget"),
        (strange_output, "Strange"),
        (no_list, "not a list"),
        (unknown_name, "cannot be read"),
    ],
)
def test_a_mistake_names_file_line_and_parameter(function: Any, word: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        read_all(function)
    assert word in caught.value.message
    assert f"{__file__}:{function.__code__.co_firstlineno}" in caught.value.message
    assert caught.value.remedy


def ruled(
    items: Annotated[list[Any], Array(), Pull(), When("wait", False, DoNotWait()), When("kind", "plain")],
    data: Annotated[Any, Meant(SocketType.DICTIONARY)],
    *,
    wait: bool = True,
    kind: Literal["pull", "plain"] = "pull",
) -> None: ...


def test_rules_say_how_widgets_change_an_input_and_the_first_that_holds_counts() -> None:
    items, data = signatures.inputs(signatures.read(ruled))
    assert items.when == (SocketRule("wait", False, do_not_wait=True), SocketRule("kind", "plain"))
    flags = {
        (wait, kind): (found.pull, found.do_not_wait)
        for wait in (True, False)
        for kind in ("pull", "plain")
        if (found := items.under({"wait": wait, "kind": kind}))
    }
    assert flags == {
        (True, "pull"): (True, False),
        (True, "plain"): (False, False),
        (False, "pull"): (False, True),
        (False, "plain"): (False, True),
    }
    assert data.when == ()
    assert data.under({"wait": False}) is data


def test_rules_are_told_to_the_editor_and_only_where_there_are_any() -> None:
    items, data = signatures.inputs(signatures.read(ruled))
    assert items.as_json()["when"] == [
        {"widget": "wait", "value": False, "pull": False, "do_not_wait": True},
        {"widget": "kind", "value": "plain", "pull": False, "do_not_wait": False},
    ]
    assert "when" not in data.as_json()


def test_an_input_may_be_meant_for_a_type_and_take_any_value() -> None:
    _, data = signatures.inputs(signatures.read(ruled))
    assert (data.type, data.lenient) == (SocketType.DICTIONARY, True)
