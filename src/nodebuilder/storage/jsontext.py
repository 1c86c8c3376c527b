"""JSON as it is kept in the database: compact text that any database can hold."""

from __future__ import annotations

import json
from typing import Any

import orjson


def dumps(value: Any) -> str:
    """Return `value` as compact JSON; what orjson refuses (such as huge integers) in plain ASCII."""
    try:
        return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()
    except TypeError:
        return json.dumps(value, separators=(",", ":"), default=str)


def loads(text: str) -> Any:
    """Return what `dumps` was given."""
    return json.loads(text)  # exact for integers of any size, where orjson would make floats of them
