"""JSON from outside: read strictly, within limits, and without losing how a number was written.

The standard library reads it, because it alone lets us see repeated keys and the text of numbers. Size, number of
values and depth are counted in linear scans before it starts, so a hostile text costs little time and memory.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import accumulate
from typing import Final, NoReturn, Protocol

from nodebuilder.errors import WorkflowError
from nodebuilder.settings import Settings
from nodebuilder.values import JSON
from nodebuilder.workflow.numbers import read_float, read_int

VALUES_PER_ENTRY: Final = 10
"""A document may hold this many JSON values for each node and link that the settings allow."""

_DELTA: Final = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
_NO_BRACKETS: Final = bytes(byte for byte in range(256) if byte not in _DELTA)


class Limits(Protocol):
    """How large a document may be; `Settings` is one."""

    @property
    def max_document_bytes(self) -> int:
        """Largest text, in bytes."""
        ...

    @property
    def max_document_depth(self) -> int:
        """Deepest nesting of objects and lists."""
        ...

    @property
    def max_nodes(self) -> int:
        """Most nodes."""
        ...

    @property
    def max_links(self) -> int:
        """Most links."""
        ...

    @property
    def max_string_chars(self) -> int:
        """Longest single text, in characters."""
        ...


DEFAULT_LIMITS: Final[Limits] = Settings.model_construct()
"""The limits of settings that nobody changed."""


def parse(text: str | bytes, limits: Limits = DEFAULT_LIMITS) -> JSON:
    """Return the JSON value that `text` spells; a byte order mark in front is accepted.

    Raises:
        WorkflowError: with code `too_large`, `not_utf8`, `lone_surrogate`, `too_many_values`, `too_deep`, `not_json`,
            `not_finite`, `duplicate_id`, `duplicate_key` or `text_too_long`.
    """
    if len(text) > limits.max_document_bytes:
        raise _too_large(limits)
    raw, text = _decoded(text)
    if len(raw) > limits.max_document_bytes:
        raise _too_large(limits)
    strings = _scan(raw, limits)
    value = _read(text.removeprefix("\ufeff"))
    if strings > limits.max_string_chars:
        _refuse_long_strings(value, limits.max_string_chars)
    if b"\\ud" in raw or b"\\uD" in raw:
        _refuse_surrogates(json.dumps(value, ensure_ascii=False))
    return value


def _decoded(text: str | bytes) -> tuple[bytes, str]:
    if isinstance(text, str):
        return _refuse_surrogates(text), text
    try:
        return text, text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise WorkflowError(
            f"The text is not UTF-8: byte {error.start + 1} does not belong there.",
            "Save the file as UTF-8.",
            code="not_utf8",
        ) from None


def _refuse_surrogates(text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise WorkflowError(
            "The text holds half of a two-part character (a lone surrogate).",
            "Remove the broken character; it often comes from text that was cut in the middle of an emoji.",
            code="lone_surrogate",
        ) from None


def _scan(raw: bytes, limits: Limits) -> int:
    """Refuse too many values and too deep nesting; return the bytes of the longest string."""
    most = VALUES_PER_ENTRY * (limits.max_nodes + limits.max_links)
    bare = raw.replace(rb"\\", b"__").replace(rb"\"", b"__")
    if bare.count(b'"') > 4 * most:
        raise _too_many(most)
    pieces = bare.split(b'"')
    outside = b"".join(pieces[::2])
    brackets = outside.translate(None, _NO_BRACKETS)
    if outside.count(b",") + len(brackets) // 2 > most:
        raise _too_many(most)
    if max(accumulate(map(_DELTA.__getitem__, brackets)), default=0) > limits.max_document_depth:
        raise _too_deep(limits.max_document_depth)
    return max(map(len, pieces[1::2]), default=0)


def _read(text: str) -> JSON:
    repeated: list[tuple[dict[str, JSON], str]] = []

    def members(pairs: list[tuple[str, JSON]]) -> dict[str, JSON]:
        found = dict(pairs)
        if len(found) != len(pairs):
            repeated.append((found, _first_repeated(pairs)))
        return found

    try:
        value: JSON = json.loads(
            text,
            object_pairs_hook=members,
            parse_float=read_float,
            parse_int=read_int,
            parse_constant=_refuse_constant,
        )
    except json.JSONDecodeError as error:
        raise WorkflowError(
            f"The text is not JSON: {error.msg.removesuffix(' at')} at line {error.lineno}, column {error.colno}.",
            "Correct the text at that place.",
            code="not_json",
        ) from None
    except RecursionError:
        raise _too_deep(None) from None
    if repeated:
        _refuse_repeated(value, *repeated[0])
    return value


def _first_repeated(pairs: list[tuple[str, JSON]]) -> str:
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            return key
        seen.add(key)
    return ""


def _refuse_constant(name: str) -> NoReturn:
    raise WorkflowError(
        f"The text holds {name}, which JSON does not have.", "Replace it by a number.", code="not_finite"
    )


def _refuse_repeated(value: JSON, owner: dict[str, JSON], key: str) -> NoReturn:
    place = next((path for path, item in _walk(value) if item is owner), ())
    if place[-1:] == ("nodes",):
        raise WorkflowError(f'Two nodes have the id "{key[:80]}".', "Give one of them another id.", code="duplicate_id")
    where = f" in {'.'.join(place)[:200]}" if place else ""
    raise WorkflowError(
        f'The key "{key[:80]}" stands twice in one object{where}.', "Remove one of the two.", code="duplicate_key"
    )


def _refuse_long_strings(value: JSON, longest: int) -> None:
    for path, item in _walk(value):
        found = [len(item)] if isinstance(item, str) else [len(key) for key in item] if isinstance(item, dict) else []
        if max(found, default=0) > longest:
            raise WorkflowError(
                f"A text{' at ' + '.'.join(path)[:200] if path else ''} is longer than {longest:,} characters.",
                "Shorten it, keep it in a file, or raise NODEBUILDER_MAX_STRING_CHARS.",
                code="text_too_long",
            )


def _walk(value: JSON) -> Iterator[tuple[tuple[str, ...], JSON]]:
    waiting: list[tuple[tuple[str, ...], JSON]] = [((), value)]
    while waiting:
        path, item = waiting.pop()
        yield path, item
        match item:
            case dict():
                waiting.extend(((*path, key), member) for key, member in item.items())
            case list():
                waiting.extend(((*path, str(place)), member) for place, member in enumerate(item))
            case _:
                pass


def _too_large(limits: Limits) -> WorkflowError:
    return WorkflowError(
        f"The document is larger than {limits.max_document_bytes:,} bytes.",
        "Make it smaller, or raise NODEBUILDER_MAX_DOCUMENT_BYTES.",
        code="too_large",
    )


def _too_many(most: int) -> WorkflowError:
    return WorkflowError(
        f"The document holds more than {most:,} values.",
        "Make it smaller, or raise NODEBUILDER_MAX_NODES and NODEBUILDER_MAX_LINKS.",
        code="too_many_values",
    )


def _too_deep(most: int | None) -> WorkflowError:
    than = f" than {most} levels" if most else " than can be read"
    return WorkflowError(
        f"Objects and lists are nested deeper{than}.",
        "Flatten the document, or raise NODEBUILDER_MAX_DOCUMENT_DEPTH.",
        code="too_deep",
    )
