"""JSON Schema made plain for the sandbox: one shape without references or choices, and values made to fit it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast

Schema = Mapping[str, Any]

DEEPEST: Final = 6
"""How deep a schema is followed; deeper it may be anything."""

LONGEST: Final = 10_000


def plain(schema: Schema, root: Schema | None = None, depth: int = 0) -> dict[str, Any]:
    """Return a schema with its references followed and the first of each choice taken."""
    root = schema if root is None else root
    if depth > DEEPEST:
        return {}
    found = _chosen(dict(schema), root)
    properties: object = found.get("properties")
    if isinstance(properties, Mapping):
        named = cast("Mapping[str, object]", properties)
        found["properties"] = {name: plain(_schema(each), root, depth + 1) for name, each in named.items()}
    if isinstance(found.get("items"), Mapping):
        found["items"] = plain(cast("Schema", found["items"]), root, depth + 1)
    return found


def fitted(value: Any, wanted: Schema) -> Any:
    """Return a value within the bounds of its schema, where that takes no wit."""
    if "const" in wanted:
        return wanted["const"]
    match value:
        case bool():
            return value
        case int() | float():
            return _within(value, wanted)
        case str():
            longest, shortest = wanted.get("maxLength"), wanted.get("minLength")
            text = value.ljust(_count(shortest), ".") if isinstance(shortest, int) else value
            return text[: _count(longest)] if isinstance(longest, int) else text
        case list():
            most = wanted.get("maxItems")
            items = cast("list[Any]", value)
            return items[: _count(most)] if isinstance(most, int) else items
        case _:
            return value


def _count(bound: int) -> int:
    """Return a bound as a number of things there can be."""
    return max(0, min(bound, LONGEST))


def _within(value: float, wanted: Schema) -> float:
    least, most = wanted.get("minimum"), wanted.get("maximum")
    if isinstance(over := wanted.get("exclusiveMinimum"), int | float) and not isinstance(over, bool):
        least = over + 1
    if isinstance(least, int | float) and value < least:
        value = least
    return most if isinstance(most, int | float) and value > most else value


def _chosen(schema: dict[str, Any], root: Schema) -> dict[str, Any]:
    for _ in range(DEEPEST):
        if isinstance(reference := schema.pop("$ref", None), str):
            schema = {**_at(root, reference), **schema}
        elif choices := schema.pop("anyOf", None) or schema.pop("oneOf", None):
            options = [_schema(each) for each in cast("list[object]", choices)]
            schema |= next((each for each in options if each.get("type") != "null"), _schema(None))
        elif parts := schema.pop("allOf", None):
            for part in map(_schema, cast("list[object]", parts)):
                schema = _merged(schema, _chosen(dict(part), root))
        else:
            break
    return schema


def _merged(one: Schema, other: Schema) -> dict[str, Any]:
    both = {**other, **one}
    if "properties" in one and "properties" in other:
        both["properties"] = {**other["properties"], **one["properties"]}
    if "required" in one and "required" in other:
        both["required"] = [*one["required"], *other["required"]]
    return both


def _at(root: Schema, reference: str) -> Schema:
    found: object = root
    for part in reference.removeprefix("#").strip("/").split("/") if reference != "#" else ():
        key = part.replace("~1", "/").replace("~0", "~")
        found = cast("Mapping[str, object]", found).get(key) if isinstance(found, Mapping) else None
    return _schema(found)


def _schema(value: object) -> Schema:
    return cast("Schema", value) if isinstance(value, Mapping) else {}
