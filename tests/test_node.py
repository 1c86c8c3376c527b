from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal, NamedTuple

import pytest

from nodebuilder import SKIP, Array, Asset, DoNotWait, InputError, NodeError, NodeType, Secret, When, node, tool
from nodebuilder.errors import DefinitionError
from nodebuilder.values import SocketType


@node
async def shout(text: str) -> str:
    """Say it louder."""
    return text.upper() + "!"


class Halves(NamedTuple):
    left: str
    right: str


@node("halve", title="Halve It", category="Text", tags=("split",), version="2.0.0")
def halve(text: str, *, where: int = 1, mode: Literal["soft", "hard"] = "soft", key: Secret = Secret("")) -> Halves:
    """Cut a text in two.

    Longer words about cutting.
    """
    return Halves(text[:where], text[where:])


def test_three_lines_make_a_node() -> None:
    assert isinstance(shout, NodeType)
    definition = shout.definition
    assert (definition.type, definition.title, definition.category) == ("shout", "Shout", "Custom")
    assert definition.description == "Say it louder."
    assert [(socket.name, socket.type, socket.required) for socket in definition.inputs] == [
        ("text", SocketType.TEXT, True)
    ]
    assert [(socket.name, socket.type) for socket in definition.outputs] == [("output", SocketType.TEXT)]


async def test_the_function_can_still_be_called() -> None:
    assert await shout.fn("a") == "A!"


def test_what_the_decorator_says_is_in_the_definition() -> None:
    definition = halve.definition
    assert (definition.type, definition.title, definition.category) == ("halve", "Halve It", "Text")
    assert (definition.tags, definition.version, definition.body) == (
        ("split",),
        "2.0.0",
        "Longer words about cutting.",
    )
    assert not halve.is_async
    assert halve.secrets == {"key": ""}
    assert halve.type == "halve"


def test_the_definition_goes_out_as_json() -> None:
    wire = halve.definition.as_json()
    assert [widget["name"] for widget in wire["widgets"]] == ["where", "mode", "key"]
    assert wire["widgets"][1] == {
        "name": "mode", "kind": "combo", "default": "soft", "label": "mode", "description": "",
        "options": ["soft", "hard"],
    }  # fmt: skip
    assert wire["inputs"][0]["required"] is True
    assert wire["outputs"] == [
        {"name": "left", "type": "TEXT", "array": False, "body": False, "description": ""},
        {"name": "right", "type": "TEXT", "array": False, "body": False, "description": ""},
    ]
    assert wire["tool"] is None


def test_widgets_are_read_from_saved_values_with_defaults() -> None:
    assert halve.read_widgets({"where": 3.0, "unknown": 1}) == {"where": 3, "mode": "soft", "key": ""}


def test_a_wrong_widget_value_is_refused_by_name() -> None:
    with pytest.raises(InputError, match="mode"):
        halve.read_widgets({"mode": "wild"})


def test_outputs_are_split_by_field_and_skips_are_absent() -> None:
    assert halve.split_outputs(Halves("a", "b")) == {"left": "a", "right": "b"}
    assert halve.split_outputs(("a", SKIP)) == {"left": "a"}
    assert halve.split_outputs(SKIP) == {}
    assert shout.split_outputs("x") == {"output": "x"}
    assert shout.split_outputs(None) == {"output": None}


@pytest.mark.parametrize("returned", [None, "ab", ("a",), ("a", "b", "c")])
def test_a_wrong_number_of_outputs_is_an_error(returned: Any) -> None:
    with pytest.raises(NodeError, match="Halve It returned"):
        halve.split_outputs(returned)


def test_a_node_without_outputs_gives_none() -> None:
    @node
    async def swallow(text: str) -> None: ...

    assert swallow.split_outputs(None) == {}


def test_an_array_output_stays_a_list() -> None:
    @node
    async def spread(text: str) -> Annotated[list[str], Array()]:
        return list(text)

    assert spread.definition.outputs[0].array
    assert spread.split_outputs(["a", SKIP]) == {"output": ["a", SKIP]}


def test_a_generator_is_known_as_one() -> None:
    @node
    async def count(upto: float) -> AsyncIterator[float]:
        for number in range(int(upto)):
            yield number

    assert count.generator
    assert count.is_async


def test_a_default_outside_the_options_is_a_mistake_in_the_definition() -> None:
    with pytest.raises(DefinitionError, match="size"):

        @node
        async def wrong(*, size: Literal["a"] = "b") -> str: ...  # type: ignore[assignment]


def test_one_name_for_socket_and_widget_is_impossible_and_a_bad_id_is_refused() -> None:
    with pytest.raises(DefinitionError, match="not a word"):

        @node("../evil")
        async def evil() -> str: ...


@tool("find_city", title="City Finder")
async def find_city(
    name: str,
    country: Literal["de", "fr"] = "de",
    limit: int = 3,
    tags: list[str] | None = None,
    *,
    secret: Secret = Secret(""),
) -> dict[str, Any]:
    """Find a city by name. Returns the best matches.

    Args:
        name: The city's name.
    """
    if tags is None:
        tags = []
    if name == "nowhere":
        raise InputError("There is no such city.")
    if name == "broken":
        raise NodeError("The map is broken.")
    return {"name": name, "country": country, "limit": limit}


class Ear:
    """A context that only listens."""

    def __init__(self) -> None:
        self.errors: list[tuple[str, str]] = []

    def error(self, message: str, *_: str, code: str = "", **_more: str | None) -> None:
        self.errors.append((message, code))


async def call(value: Any) -> tuple[Any, list[tuple[str, str]]]:
    ear = Ear()
    answer = await find_city.call(ctx=ear, tool_call=value)
    return answer, ear.errors


def test_a_tool_has_one_input_one_output_and_hides_its_widgets() -> None:
    definition = find_city.definition
    assert definition.type == "find_city_tool"
    (incoming,) = definition.inputs
    assert (incoming.name, incoming.type, incoming.do_not_wait, incoming.required) == (
        "tool_call",
        SocketType.ANY,
        True,
        False,
    )
    assert [output.name for output in definition.outputs] == ["output"]
    assert definition.tool is not None
    assert "secret" not in definition.tool["input_schema"]["properties"]


def test_the_schema_of_a_tool_comes_from_the_signature() -> None:
    assert find_city.definition.tool == {
        "name": "find_city",
        "description": "Find a city by name. Returns the best matches.",
        "input_schema": {
            "type": "object",
            "properties": {
                "name": {"type": "string", "description": "The city's name."},
                "country": {"type": "string", "enum": ["de", "fr"], "default": "de"},
                "limit": {"type": "integer", "default": 3},
                "tags": {"type": "array", "items": {"type": "string"}},
            },
            "required": ["name"],
        },
    }


def test_tool_alone_takes_the_functions_name() -> None:
    @tool
    async def roll(sides: int) -> int:
        """Roll a die."""
        return sides

    assert (roll.type, roll.definition.tool and roll.definition.tool["name"]) == ("roll_tool", "roll")


async def test_a_tool_without_a_call_describes_itself() -> None:
    answer, errors = await call(None)
    assert answer == find_city.definition.tool
    assert not errors


async def test_a_tool_with_a_call_answers_under_its_id() -> None:
    answer, errors = await call({"id": "call_1", "name": "find_city", "arguments": {"name": "Ulm", "extra": 1}})
    assert answer == {"id": "call_1", "result": {"name": "Ulm", "country": "de", "limit": 3}}
    assert not errors


async def test_arguments_may_come_as_json_text() -> None:
    answer, _ = await call({"arguments": '{"name": "Ulm"}'})
    assert answer["id"] == "find_city_result"
    assert answer["result"]["name"] == "Ulm"


@pytest.mark.parametrize(
    "value",
    [
        {},
        [],
        "text",
        7,
        {"id": "x"},
        {"arguments": 3},
        {"arguments": "{"},
        {"arguments": {}},
        {"arguments": {"name": 3}},
        {"arguments": {"name": "Ulm", "country": "xx"}},
        {"arguments": {"name": None}},
    ],
)
async def test_a_malformed_call_is_answered_not_run(value: Any) -> None:
    answer, errors = await call(value)
    assert answer["error"].startswith("Invalid tool call format")
    assert answer["id"] == (value["id"] if isinstance(value, dict) and "id" in value else "find_city_error")
    assert errors[0][0] == answer["error"]


async def test_a_failure_inside_a_tool_is_its_answer() -> None:
    answer, errors = await call({"id": "1", "arguments": {"name": "nowhere"}})
    assert answer == {"id": "1", "error": "There is no such city."}
    assert errors == [("There is no such city.", "bad_input")]
    answer, _ = await call({"arguments": {"name": "broken"}})
    assert answer == {"id": "find_city_exception", "error": "The map is broken."}


def test_a_tool_must_be_async_and_its_arguments_fillable() -> None:
    with pytest.raises(DefinitionError, match="async"):

        @tool("slow")
        def slow(text: str) -> str: ...

    with pytest.raises(DefinitionError, match="cannot fill"):

        @tool("picture")
        async def picture(image: Asset) -> str: ...


def test_a_rule_about_a_widget_that_there_is_not_is_refused() -> None:
    async def lost(value: Annotated[Any, When("wiat", False, DoNotWait())], *, wait: bool = True) -> None: ...

    with pytest.raises(DefinitionError, match="depends on a widget wiat, which there is not"):
        node(lost)


def test_a_rule_that_never_holds_is_refused() -> None:
    async def never(value: Annotated[Any, When("wait", "no", DoNotWait())], *, wait: bool = True) -> None: ...

    with pytest.raises(DefinitionError, match='a rule that never holds: Widget "wait" wants true or false'):
        node(never)


def test_the_definition_of_a_node_follows_its_values_and_else_the_defaults() -> None:
    @node("ruled")
    async def ruled(value: Annotated[Any, When("wait", False, DoNotWait())] = None, *, wait: bool = False) -> None: ...

    definition = ruled.definition
    assert [definition.under(values).inputs[0].do_not_wait for values in ({}, {"wait": True}, {"wait": "?"})] == [
        True,
        False,
        False,
    ]
    assert shout.definition.under({"wait": False}) is shout.definition
