"""What flows along links: the socket types, which of them connect, and how a value becomes another type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
from math import isfinite
from typing import Any, Final, TypedDict, cast

from nodebuilder.errors import InputError

JSON = None | bool | int | float | str | list["JSON"] | dict[str, "JSON"]


class SocketType(StrEnum):
    """The type of what a socket takes or gives."""

    TEXT = "TEXT"
    NUMBER = "NUMBER"
    BOOLEAN = "BOOLEAN"
    IMAGE = "IMAGE"
    DICTIONARY = "DICTIONARY"
    LIST = "LIST"
    TOOL = "TOOL"
    ANY = "ANY"


class Skip(Enum):
    """The type of `SKIP`."""

    SKIP = "skip"


SKIP: Final = Skip.SKIP
"""Returned for an output: nothing is sent down its links."""


class ToolDefinition(TypedDict):
    """What a model is told of a tool: MCP's three fields, with JSON Schema for the arguments."""

    name: str
    description: str
    input_schema: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asset:
    """A file kept in the servable directory; `size` in bytes, `width` and `height` in pixels (0: not a picture)."""

    filename: str
    url: str
    media_type: str
    size: int
    width: int = 0
    height: int = 0

    def as_json(self) -> dict[str, str | int]:
        """Return the asset as the JSON object that events and files use."""
        return {
            "filename": self.filename,
            "url": self.url,
            "media_type": self.media_type,
            "size": self.size,
            "width": self.width,
            "height": self.height,
        }


class Secret:
    """A key that never shows itself: `reveal()` gives it to the one call that needs it.

    In a node's signature `Secret("")` is the default of a secret widget. `source` says where a resolved key came
    from: "secret" (the store), "environment", "given" (for this run only), "sandbox", or "" when there is none.
    `hosts` are the places (`host`, `host:port`) beside the provider's own that the person bound it to, under `name`.
    """

    __slots__ = ("_value", "hosts", "name", "source")

    def __init__(
        self, value: str = "", source: str = "", *, name: str = "", hosts: frozenset[str] = frozenset()
    ) -> None:
        self._value = value
        self.source = source
        self.name = name
        self.hosts = hosts

    def reveal(self) -> str:
        """Return the key itself; only a provider call may ask for it."""
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return "Secret(***)" if self._value else "Secret()"

    __str__ = __repr__


_EXTRA: Final[Mapping[SocketType, frozenset[SocketType]]] = {
    SocketType.NUMBER: frozenset({SocketType.TEXT}),
    SocketType.BOOLEAN: frozenset({SocketType.TEXT}),
    SocketType.IMAGE: frozenset({SocketType.TEXT}),
    SocketType.TOOL: frozenset({SocketType.DICTIONARY}),
}
CONNECTIONS: Final[Mapping[SocketType, tuple[SocketType, ...]]] = {
    source: tuple(
        target
        for target in SocketType
        if SocketType.ANY in (source, target) or source is target or target in _EXTRA.get(source, ())
    )
    for source in SocketType
}
"""Which input types an output of each type may be linked to: the one table, used by check and by the editor."""


def connects(source: SocketType, target: SocketType) -> bool:
    """Say whether an output of type `source` may be linked to an input of type `target`."""
    return target in CONNECTIONS[source]


_FITS: Final[Mapping[SocketType, tuple[type, ...]]] = {
    SocketType.BOOLEAN: (bool,),
    SocketType.IMAGE: (Asset, str),
    SocketType.DICTIONARY: (Mapping,),
    SocketType.TOOL: (Mapping,),
    SocketType.LIST: (Sequence,),
}


def convert(value: Any, to: SocketType, socket: str = "") -> Any:
    """Return `value` as the type `to` wants it, or raise `InputError` naming the `socket`."""
    match to:
        case SocketType.ANY:
            return value
        case SocketType.TEXT:
            return value if isinstance(value, str) else _text(value, socket)
        case SocketType.NUMBER:
            return _number(value, socket)
        case _:
            if not isinstance(value, _FITS[to]) or (to is SocketType.LIST and isinstance(value, str | bytes)):
                raise _misfit(value, to, socket)
            return cast("Any", value)


def _text(value: Any, socket: str) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case Asset():
            return value.url
        case _:
            raise _misfit(value, SocketType.TEXT, socket)


def _number(value: Any, socket: str) -> int | float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if isinstance(value, str):
        try:
            number = float(value)
        except ValueError:
            raise _misfit(value, SocketType.NUMBER, socket) from None
        return int(number) if number.is_integer() and "." not in value and "e" not in value.lower() else number
    raise _misfit(value, SocketType.NUMBER, socket)


def _misfit(value: Any, to: SocketType, socket: str) -> InputError:
    shown = repr(value)
    shown = shown if len(shown) <= 60 else shown[:57] + "…"
    name = f"Input {socket}" if socket else "This input"
    return InputError(
        f"{name} wants {to.value}, but {type(value).__name__} {shown} arrived.",
        "Connect an output of that type, or convert the value on the way.",
        socket=socket or None,
    )


def as_mapping(value: Any) -> dict[str, Any] | None:
    """Return an object's entries with text keys, or None when `value` is no mapping."""
    return dict(_entries(value)) if isinstance(value, Mapping) else None


def as_sequence(value: Any) -> list[Any] | None:
    """Return the items of a list or tuple, or None when `value` is neither."""
    return list(cast("Iterable[Any]", value)) if isinstance(value, list | tuple) else None


def _told_number(value: float) -> JSON:
    if isinstance(value, float):
        return value if isfinite(value) else str(value)
    digits = round(value.bit_length() * 0.30103)
    return value if digits < MOST_DIGITS else f"(a number of about {digits:,} digits)"


def _entries(value: Any) -> Iterable[tuple[str, Any]]:
    mapping = cast("Mapping[Any, Any]", value)
    return ((str(key), item) for key, item in mapping.items())


DEEPEST: Final = 100
"""How many levels of lists and objects are told of a value: one that holds itself has no last."""
TOO_DEEP: Final = "(nested too deeply)"
MOST_DIGITS: Final = 4300
"""Python writes no longer whole numbers, and reads none."""


def to_json(value: Any, depth: int = 0) -> JSON:
    """Return `value` as plain JSON data: assets as objects, secrets hidden, what is unknown as its text."""
    if depth > DEEPEST:
        return TOO_DEEP
    match value:
        case None | bool() | str():
            return value
        case int() | float():
            return _told_number(value)
        case Asset():
            return dict(value.as_json())
        case Mapping():
            return {key: to_json(item, depth + 1) for key, item in _entries(value)}
        case list() | tuple() | set() | frozenset():
            return [to_json(item, depth + 1) for item in cast("Iterable[Any]", value)]
        case bytes() | bytearray():
            return f"<{len(value)} bytes>"
        case _:
            return str(value)
