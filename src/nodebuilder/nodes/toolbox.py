"""The tools a model may call: their definitions as the model is told of them, and its calls checked against those.

What models get wrong (arguments that are no JSON, other types, names that do not exist …) is answered to the model in
one precise sentence; no tool runs with arguments that its definition does not allow.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from math import isfinite
from typing import Any, Final

import orjson

from nodebuilder.providers.chat import RequestedCall
from nodebuilder.tool_calls import schema_is_usable, schema_problems
from nodebuilder.values import as_mapping, as_sequence

LONGEST_NAME: Final = 64
LONGEST_ARGUMENTS: Final = 200_000
"""Characters of arguments that are read; more are refused unread."""
NAMED_TOOLS: Final = 40


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool: `name` as the model knows it, `own_name` as it calls itself, and the slot of `tools` it came by."""

    name: str
    own_name: str
    description: str
    schema: Mapping[str, Any]
    slot: int
    answers: bool = True

    def as_openai(self) -> dict[str, Any]:
        """Return the tool as chat models are told of it."""
        function = {"name": self.name, "description": self.description, "parameters": dict(self.schema)}
        return {"type": "function", "function": function}


@dataclass(frozen=True, slots=True)
class GoodCall:
    """A call that can be made."""

    id: str
    tool: Tool
    arguments: Mapping[str, Any]

    def as_value(self) -> dict[str, Any]:
        """Return the call as it travels to the tool."""
        return {"id": self.id, "name": self.tool.own_name, "arguments": dict(self.arguments)}


@dataclass(frozen=True, slots=True)
class BadCall:
    """A call that cannot be made, and what the model is told."""

    id: str
    name: str
    why: str


class Toolbox:
    """The tools of one turn by the names that the model knows; `unusable` says which were left out, and why."""

    def __init__(self, tools: Sequence[Tool], unusable: Sequence[str] = ()) -> None:
        self.tools = {tool.name: tool for tool in tools}
        self.unusable = tuple(unusable)

    def as_openai(self) -> tuple[dict[str, Any], ...]:
        """Return all tools as chat models are told of them."""
        return tuple(tool.as_openai() for tool in self.tools.values())

    def check(self, call: RequestedCall) -> GoodCall | BadCall:
        """Return the call ready to be made, or what is wrong with it."""
        tool = self.tools.get(call.name)
        if tool is None:
            return BadCall(call.id, call.name, self._unknown(call.name))
        arguments, why = read_arguments(call.arguments)
        if arguments is None:
            return BadCall(call.id, call.name, f"{why} Call {tool.name} again with one JSON object.")
        problems = schema_problems(tool.schema, arguments)
        if problems:
            return BadCall(call.id, call.name, f"{' '.join(problems)} Call {tool.name} again as its schema says.")
        return GoodCall(call.id, tool, arguments)

    def _unknown(self, name: str) -> str:
        shown = name if len(name) <= LONGEST_NAME else name[:LONGEST_NAME] + "…"
        if not self.tools:
            return f'There is no tool "{shown}": no tools can be called now. Answer without one.'
        near = get_close_matches(name[:LONGEST_NAME].casefold(), self.tools, 1, 0.6)
        hint = f' Did you mean "{near[0]}"?' if near else ""
        known = ", ".join(list(self.tools)[:NAMED_TOOLS])
        return f'There is no tool "{shown}".{hint} The tools are: {known}.'


def pack(values: Sequence[Any], slots: Sequence[int], answers: Callable[[int], bool]) -> Toolbox:
    """Return the tools that came by the slots of `tools`: each value a definition, or a list of them.

    Two tools of one name get different ones; the name a tool gives itself is what it is called by.
    """
    tools: list[Tool] = []
    unusable: list[str] = []
    taken: set[str] = set()
    for value, slot in zip(values, slots, strict=True):
        for definition in _definitions(value):
            tool = _tool(definition, slot, taken, answers=answers(slot))
            if tool is None or not schema_is_usable(tool.schema):
                name = str(definition.get("name") or "without a name")[:LONGEST_NAME]
                unusable.append(f"The tool {name} was left out: its definition cannot be used.")
                continue
            taken.add(tool.name)
            tools.append(tool)
    return Toolbox(tools, unusable)


def _definitions(value: Any) -> Iterator[dict[str, Any]]:
    several = as_sequence(value)
    for each in (value,) if several is None else several:
        definition = as_mapping(each)
        if definition is not None:
            yield as_mapping(definition.get("function")) or definition


def _tool(definition: Mapping[str, Any], slot: int, taken: set[str], *, answers: bool) -> Tool | None:
    own_name = definition.get("name")
    if not isinstance(own_name, str) or not own_name:
        return None
    given = next((definition[key] for key in ("input_schema", "inputSchema", "parameters") if key in definition), None)
    schema = as_mapping(given or {"properties": {}})
    if schema is None:
        return None
    description = definition.get("description")
    about = description if isinstance(description, str) else ""
    return Tool(_free(own_name, taken), own_name, about, {"type": "object", **schema}, slot, answers)


def plain_name(name: str) -> str:
    """Return a name as every provider takes it: letters, digits, `_` and `-`, at most 64."""
    return re.sub(r"[^A-Za-z0-9_-]+", "_", name)[:LONGEST_NAME] or "tool"


def _free(own_name: str, taken: set[str]) -> str:
    plain = plain_name(own_name)
    name, number = plain, 2
    while name in taken:
        ending = f"_{number}"
        name, number = plain[: LONGEST_NAME - len(ending)] + ending, number + 1
    return name


def read_arguments(text: str) -> tuple[dict[str, Any] | None, str]:
    """Return the arguments that a model wrote, or None and what is wrong with them."""
    if not text.strip() or text.strip() == "null":
        return {}, ""
    if len(text) > LONGEST_ARGUMENTS:
        return None, f"The arguments are too long: {len(text):,} characters, the most is {LONGEST_ARGUMENTS:,}."
    try:
        read = json.loads(text, object_pairs_hook=_once_each, parse_constant=_no_constant, parse_float=_finite)
        arguments = as_mapping(read)
        orjson.dumps(arguments, default=_no_constant)
    except RecursionError:
        return None, "The arguments are nested too deeply."
    except (orjson.JSONEncodeError, UnicodeEncodeError) as error:
        return None, f"The arguments hold what no JSON can say: {error}."
    except ValueError as error:
        fence = " Leave the Markdown fence out." if text.lstrip().startswith("```") else ""
        return None, f"The arguments are not valid JSON: {error}.{fence}"
    return (None, "The arguments are not a JSON object.") if arguments is None else (arguments, "")


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _finite(digits: str) -> float:
    number = float(digits)
    return number if isfinite(number) else _no_constant(digits)


def _no_constant(word: object) -> Any:
    raise ValueError(f"{word} is no JSON number")
