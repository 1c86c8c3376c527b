"""The contract between a model and a tool node: the definition it reads, the call it makes, the result it gets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal, get_args, get_origin

import orjson

from nodebuilder.definition import REQUIRED
from nodebuilder.errors import InputError
from nodebuilder.signature import Parameter, Signature, unwrap
from nodebuilder.values import ToolDefinition, as_mapping, as_sequence
from nodebuilder.widgets import Required

INVALID_CALL: Final = "Invalid tool call format"
MOST_PROBLEMS: Final = 3
"""How many things wrong with one call a model is told at once."""
LONGEST_PROBLEM: Final = 300
_DATA: Final = frozenset({"const", "enum", "default", "examples"})
"""Words of a schema that hold values, not schemas."""
_JSON_TYPES: Final[Mapping[Any, str]] = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    dict: "object",
    Mapping: "object",
    list: "array",
}


@dataclass(frozen=True, slots=True)
class FallbackIds:
    """The ids of results for calls that brought none: of success, of a refused call, of a failed one."""

    success: str
    error: str
    exception: str


@dataclass(frozen=True, slots=True)
class ToolCall:
    """One call as a model or a person made it; `id` is empty when there was none."""

    id: str
    name: str
    arguments: Mapping[str, Any]


def define(name: str, signature: Signature) -> ToolDefinition:
    """Return what a model is told of the function: name, first paragraph, and the schema of what it may fill."""
    properties = {parameter.name: _schema(parameter, signature) for parameter in signature.flowing}
    required = [parameter.name for parameter in signature.flowing if parameter.default is REQUIRED]
    schema: dict[str, Any] = {"type": "object", "properties": properties, "required": required}
    return ToolDefinition(name=name, description=signature.doc.summary, input_schema=schema)


def _schema(parameter: Parameter, signature: Signature) -> dict[str, Any]:
    schema = _type_schema(parameter.type)
    if schema is None:
        raise signature.mistake(
            f"tool argument {parameter.name} has type {parameter.type!r}, which a model cannot fill.",
            "Use str, int, float, bool, Literal, list[…] or dict.",
        )
    if parameter.about:
        schema["description"] = parameter.about
    if parameter.default not in (REQUIRED, None):
        schema["default"] = parameter.default
    return schema


def _type_schema(hint: Any) -> dict[str, Any] | None:
    origin = get_origin(hint)
    if hint is Any:
        return {}
    if origin is Literal:
        return {"type": "string", "enum": list(get_args(hint))}
    kind = _JSON_TYPES.get(origin or hint)
    if kind is None:
        return None
    if origin is list:
        items = _type_schema(unwrap(get_args(hint)[0])[0])
        return {"type": kind} if items is None else {"type": kind, "items": items}
    return {"type": kind}


def missing_sentences(signature: Signature) -> dict[str, str]:
    """Return what to say when an argument is missing, for those arguments that say it."""
    marks = {parameter.name: parameter.mark(Required) for parameter in signature.flowing}
    return {name: mark.sentence for name, mark in marks.items() if mark}


def parse_call(value: Any) -> ToolCall:
    """Read a tool call: `{"id", "name", "arguments": {…}}`, where id and name may be missing.

    Raises:
        InputError: it has another form; the message begins with "Invalid tool call format".
    """
    if isinstance(value, str):
        value = _json(value)
    given = as_mapping(value)
    if given is None or "arguments" not in given:
        raise _invalid("there are no arguments.", 'Send {"id": "…", "arguments": {…}}.')
    arguments = given["arguments"]
    arguments = as_mapping(_json(arguments) if isinstance(arguments, str) else arguments)
    if arguments is None:
        raise _invalid("arguments is no object.", "Send the arguments as a JSON object.")
    name = given.get("name")
    return ToolCall(identity(given), name if isinstance(name, str) else "", arguments)


def identity(value: Any) -> str:
    """Return the id that a call brings, however malformed the rest is, or an empty text."""
    given = (as_mapping(value) or {}).get("id")
    return given if isinstance(given, str) else ""


def _json(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise _invalid(f"it is not JSON ({error}).", "Send one JSON object.") from error


def _invalid(why: str, remedy: str) -> InputError:
    return InputError(f"{INVALID_CALL}: {why}", remedy, code="invalid_tool_call")


def check_arguments(
    definition: ToolDefinition, arguments: Mapping[str, Any], missing: Mapping[str, str]
) -> dict[str, Any]:
    """Return the arguments that the tool knows, checked against its schema.

    `missing` gives the sentence to say when an argument is absent, or null.

    Raises:
        InputError: an argument is missing or of the wrong type; the message names it.
    """
    schema = definition["input_schema"]
    for name, sentence in missing.items():
        if arguments.get(name) is None:
            raise InputError(sentence, f"Call {definition['name']} again with {name}.", code="missing_argument")
    known = {name: value for name, value in arguments.items() if name in schema["properties"]}
    errors = sorted(_validator(orjson.dumps(schema)).iter_errors(known), key=lambda error: list(error.path))
    if errors:
        first = errors[0]
        place = f"Argument {'.'.join(str(part) for part in first.path)}: " if first.path else ""
        raise _invalid(f"{place}{first.message}.", f"Call {definition['name']} again as its schema says.")
    return known


def schema_problems(schema: Mapping[str, Any], arguments: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with a model's arguments, one sentence each, at most `MOST_PROBLEMS`."""
    known = _named(schema)
    strange = [name for name in arguments if known is not None and name not in known]
    said = [_unknown_argument(name, known or []) for name in strange]
    for error in _violations(schema, arguments):
        place = ".".join(str(part) for part in error.path)
        text = error.message if len(error.message) <= LONGEST_PROBLEM else error.message[:LONGEST_PROBLEM] + "…"
        said.append(f"Argument {place}: {text}." if place else f"{text}.")
        if len(said) >= MOST_PROBLEMS:
            break
    return said[:MOST_PROBLEMS]


def _violations(schema: Mapping[str, Any], arguments: Mapping[str, Any]) -> Iterator[Any]:
    from jsonschema import ValidationError
    from referencing.exceptions import Unresolvable

    try:
        yield from _validator(orjson.dumps(schema)).iter_errors(dict(arguments))
    except (Unresolvable, RecursionError, re.error):
        yield ValidationError("the schema refers to something that cannot be found, so that no call can be checked")


def schema_is_usable(schema: Mapping[str, Any]) -> bool:
    """Say whether arguments can be checked against a schema: it is one, and refers to nothing outside itself."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError
    from referencing.exceptions import Unresolvable

    try:
        Draft202012Validator.check_schema(_readable(schema))
        list(_validator(orjson.dumps(schema)).iter_errors({}))
    except (SchemaError, Unresolvable, LookupError, RecursionError, TypeError, ValueError, re.error):
        return False
    return True


def _readable(schema: Any) -> Any:
    """Return a schema without the patterns that are no Python ones: many servers write theirs for JavaScript.

    Where the names of further properties cannot be told, all are allowed.
    """
    given = as_mapping(schema)
    if given is None:
        items = as_sequence(schema)
        return schema if items is None else [_readable(item) for item in items]
    if isinstance(given.get("pattern"), str) and not _is_pattern(given["pattern"]):
        del given["pattern"]
    by_pattern = as_mapping(given.get("patternProperties")) or {}
    if not all(map(_is_pattern, by_pattern)):
        given["patternProperties"] = {name: each for name, each in by_pattern.items() if _is_pattern(name)}
        given.pop("additionalProperties", None)
        given.pop("unevaluatedProperties", None)
    return {name: each if name in _DATA else _readable(each) for name, each in given.items()}


def _is_pattern(text: str) -> bool:
    try:
        re.compile(text)
    except (re.error, OverflowError, RecursionError):
        return False
    return True


def _named(schema: Mapping[str, Any]) -> list[str] | None:
    """Return the names of all arguments there are; None when the schema leaves room for others."""
    open_ended = {"additionalProperties", "patternProperties", "allOf", "anyOf", "oneOf", "$ref", "if", "not"}
    properties = as_mapping(schema.get("properties"))
    return None if properties is None or not open_ended.isdisjoint(schema) else list(properties)


def _unknown_argument(name: str, known: list[str]) -> str:
    shown = name if len(name) <= LONGEST_PROBLEM else name[:LONGEST_PROBLEM] + "…"
    return f"There is no argument {shown}: {', '.join(known) if known else 'it takes none'}."


@lru_cache(maxsize=256)
def _validator(schema: bytes) -> Any:
    from jsonschema import Draft202012Validator
    from referencing import Registry

    return Draft202012Validator(
        _readable(orjson.loads(schema)), registry=Registry()
    )  # an empty registry fetches nothing
