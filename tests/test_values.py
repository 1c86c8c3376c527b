from __future__ import annotations

import math
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodebuilder.errors import InputError
from nodebuilder.values import CONNECTIONS, SKIP, Asset, Secret, SocketType, as_mapping, connects, convert, to_json

PICTURE = Asset("a.png", "http://localhost:8000/servable/a.png", "image/png", 7, 2, 3)
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.binary()
    | st.just(PICTURE)
    | st.just(SKIP),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner) | st.tuples(inner, inner),
    max_leaves=12,
)


@pytest.mark.parametrize("kind", SocketType)
def test_any_connects_with_everything_both_ways(kind: SocketType) -> None:
    assert connects(kind, SocketType.ANY)
    assert connects(SocketType.ANY, kind)
    assert connects(kind, kind)


@pytest.mark.parametrize(
    ("source", "target", "fits"),
    [
        (SocketType.NUMBER, SocketType.TEXT, True),
        (SocketType.TEXT, SocketType.NUMBER, False),
        (SocketType.IMAGE, SocketType.TEXT, True),
        (SocketType.TEXT, SocketType.IMAGE, False),
        (SocketType.TOOL, SocketType.DICTIONARY, True),
        (SocketType.DICTIONARY, SocketType.TOOL, False),
        (SocketType.LIST, SocketType.DICTIONARY, False),
    ],
)
def test_the_table_of_connections_says_which_types_fit(source: SocketType, target: SocketType, fits: bool) -> None:
    assert connects(source, target) is fits
    assert (target in CONNECTIONS[source]) is fits


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        ("a", SocketType.TEXT, "a"),
        (3, SocketType.TEXT, "3"),
        (True, SocketType.TEXT, "true"),
        (PICTURE, SocketType.TEXT, PICTURE.url),
        ("7", SocketType.NUMBER, 7),
        ("7.5", SocketType.NUMBER, 7.5),
        ("1e3", SocketType.NUMBER, 1000.0),
        (2.5, SocketType.NUMBER, 2.5),
        (False, SocketType.BOOLEAN, False),
        ({"a": 1}, SocketType.DICTIONARY, {"a": 1}),
        ([1], SocketType.LIST, [1]),
        ((1, 2), SocketType.LIST, (1, 2)),
        (PICTURE, SocketType.IMAGE, PICTURE),
        ("a.png", SocketType.IMAGE, "a.png"),
        (None, SocketType.ANY, None),
    ],
)
def test_a_value_becomes_what_the_socket_wants(value: Any, kind: SocketType, expected: Any) -> None:
    converted = convert(value, kind)
    assert converted == expected
    assert type(converted) is type(expected)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ({}, SocketType.TEXT),
        (None, SocketType.TEXT),
        ("seven", SocketType.NUMBER),
        (True, SocketType.NUMBER),
        ([], SocketType.NUMBER),
        (1, SocketType.BOOLEAN),
        ("text", SocketType.LIST),
        (b"ab", SocketType.LIST),
        ([], SocketType.DICTIONARY),
        (4, SocketType.IMAGE),
    ],
)
def test_a_misfit_names_the_socket_the_type_and_what_came(value: Any, kind: SocketType) -> None:
    with pytest.raises(InputError) as caught:
        convert(value, kind, "amount")
    assert "amount" in caught.value.message
    assert kind.value in caught.value.message
    assert type(value).__name__ in caught.value.message
    assert caught.value.socket == "amount"
    assert caught.value.remedy


def test_a_long_value_is_shortened_in_the_sentence() -> None:
    with pytest.raises(InputError) as caught:
        convert("x" * 10_000, SocketType.NUMBER)
    assert len(caught.value.message) < 200


@given(ANYTHING)
def test_whatever_flows_can_be_written_as_json(value: Any) -> None:
    wire = to_json(value)
    text = orjson.dumps(_without_huge(wire)) if _encodable(wire) else b""
    assert text is not None
    assert _plain(wire)


def _plain(value: Any) -> bool:
    match value:
        case None | bool() | int() | str():
            return True
        case float():
            return math.isfinite(value)
        case list():
            return all(_plain(item) for item in value)
        case dict():
            return all(isinstance(key, str) and _plain(item) for key, item in value.items())
        case _:
            return False


def _encodable(value: Any) -> bool:
    match value:
        case str():
            return value.isascii()
        case list():
            return all(_encodable(item) for item in value)
        case dict():
            return all(key.isascii() and _encodable(item) for key, item in value.items())
        case _:
            return True


def _without_huge(value: Any) -> Any:
    match value:
        case bool():
            return value
        case int():
            return value % 2**53
        case list():
            return [_without_huge(item) for item in value]
        case dict():
            return {key: _without_huge(item) for key, item in value.items()}
        case _:
            return value


def test_a_secret_never_shows_itself() -> None:
    key = Secret("sk-very-secret", "given")
    assert "sk-very-secret" not in f"{key} {key!r} {to_json(key)} {to_json({'a': [key]})}"
    assert key.reveal() == "sk-very-secret"
    assert key
    assert not Secret("")


def test_bytes_go_out_as_their_count() -> None:
    assert to_json(b"12345") == "<5 bytes>"
    assert to_json(-(10**4200)) == -(10**4200)
    assert to_json([10**6000]) == ["(a number of about 6,000 digits)"]


def test_an_asset_goes_out_as_its_facts() -> None:
    assert to_json(PICTURE) == {
        "filename": "a.png",
        "url": "http://localhost:8000/servable/a.png",
        "media_type": "image/png",
        "size": 7,
        "width": 2,
        "height": 3,
    }


def test_only_a_mapping_is_a_mapping() -> None:
    assert as_mapping({1: "a"}) == {"1": "a"}
    assert as_mapping([("a", 1)]) is None
