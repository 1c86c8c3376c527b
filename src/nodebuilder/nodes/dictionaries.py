"""One entry of a dictionary: Dictionary Get Element and Dictionary Set Element."""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

from nodebuilder.context import Context
from nodebuilder.node import node
from nodebuilder.nodes.comparison import as_text
from nodebuilder.values import SKIP, SocketType, as_mapping
from nodebuilder.widgets import Meant, Pull


class Element(NamedTuple):
    """What Dictionary Get Element gives: one of the two.

    Attributes:
        value: The value that stands under the key.
        error: What is wrong, when there is none.
    """

    value: Any
    error: str


@node("dictionary_get_element", category="Dictionary", tags=("dictionary", "key", "get", "object"))
async def dictionary_get_element(
    ctx: Context, dictionary: Annotated[Any, Pull(), Meant(SocketType.DICTIONARY)], *, key_to_get: str = "name"
) -> Element:
    """Take one value out of a dictionary.

    Args:
        dictionary: The dictionary.
        key_to_get: The key under which the value stands.
    """
    entries = as_mapping(dictionary)
    if entries is not None and key_to_get.strip() and key_to_get in entries:
        return Element(entries[key_to_get], SKIP)  # pyright: ignore[reportArgumentType] - no text is sent
    problem, remedy = _problem(dictionary, entries, key_to_get)
    if ctx.heard("error"):
        ctx.log(problem, "error")
    else:
        ctx.error(problem, remedy, code="no_element")
    return Element(SKIP, problem)


def _problem(given: Any, entries: dict[str, Any] | None, key: str) -> tuple[str, str]:
    """Return cause and remedy of why there is no value for a key."""
    if entries is None:
        return f"The input is no dictionary, but {type(given).__name__}.", "Connect an output that gives a dictionary."
    if not key.strip():
        return "No key is set.", "Write the key in the widget key_to_get."
    known = ", ".join(list(entries)[:12])
    return f'The dictionary has no key "{key}".', f"Its keys: {known}." if known else "It is empty."


class UpdatedDictionary(NamedTuple):
    """What Dictionary Set Element gives.

    Attributes:
        updated_dictionary: A copy of the dictionary with the new entry.
    """

    updated_dictionary: dict[str, Any]


@node("dictionary_set_element", category="Dictionary", tags=("dictionary", "key", "set", "object"))
async def dictionary_set_element(
    ctx: Context,
    dictionary: Annotated[Any, Pull(), Meant(SocketType.DICTIONARY)],
    value: Annotated[Any, Pull()],
    *,
    key_to_set: str = "new_key",
) -> UpdatedDictionary:
    """Put one value into a copy of a dictionary.

    Args:
        dictionary: The dictionary, which stays as it is; anything else is passed on untouched.
        value: The value; what is neither text nor number becomes a text.
        key_to_set: The key under which it will stand.
    """
    entries = as_mapping(dictionary)
    if entries is None:
        return UpdatedDictionary(dictionary)
    if not key_to_set.strip():
        ctx.error("No key is set.", "Write the key in the widget key_to_set.", code="no_key_set")
        return UpdatedDictionary(entries)
    stored = value if isinstance(value, str | int | float) else as_text(value)
    return UpdatedDictionary({**entries, key_to_set: stored})
