"""The tokens that an answer used, as OpenAI counts them; a count that cannot be true makes all of it unknown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast

MOST_TOKENS: Final = 1_000_000_000
_COUNTS: Final = ("prompt_tokens", "completion_tokens")
_DETAILS: Final = ("prompt_tokens_details", "completion_tokens_details")
_MORE: Final = ("total_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")


def read_usage(said: object) -> dict[str, Any] | None:
    """Return the believable counts in what a provider says of the usage; None if the two main ones are not there."""
    if not isinstance(said, Mapping):
        return None
    given = cast("Mapping[str, Any]", said)
    usage: dict[str, Any] = _counts(given, (*_COUNTS, *_MORE))
    if not all(name in usage for name in _COUNTS):
        return None
    usage.setdefault("total_tokens", usage["prompt_tokens"] + usage["completion_tokens"])
    for name in _DETAILS:
        details: object = given.get(name)
        if isinstance(details, Mapping) and (counts := _counts(cast("Mapping[str, Any]", details))):
            usage[name] = counts
    return usage


def count(usage: Mapping[str, Any], name: str) -> int:
    """Return a count in a usage, 0 when it is not there."""
    value = usage.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_TOKENS else 0


def _counts(given: Mapping[str, Any], names: tuple[str, ...] | None = None) -> dict[str, Any]:
    found = {name: given.get(name) for name in (given if names is None else names)}
    return {
        name: value
        for name, value in found.items()
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_TOKENS
    }
