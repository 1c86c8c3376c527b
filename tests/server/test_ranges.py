"""Parts of a file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodebuilder.server.ranges import NoSuchPart, Part, parse_range


@pytest.mark.parametrize(
    ("header", "part"),
    [
        (None, None),
        ("", None),
        ("bytes=0-0", Part(0, 1)),
        ("bytes=0-", Part(0, 100)),
        ("bytes=90-200", Part(90, 100)),
        ("bytes=-1", Part(99, 100)),
        ("bytes=-500", Part(0, 100)),
        ("bytes=5-4", None),
        ("bytes=-", None),
        ("bytes=0-1,3-4", None),
        ("bytes=" + ",".join(["0-1"] * 20_000), None),
        ("items=0-1", None),
        ("bytes=0x1-2", None),
        ("bytes=٠-١", None),
        ("bytes=" + "9" * 30 + "-", None),
    ],
)
def test_one_part_or_the_whole_file(header: str | None, part: Part | None) -> None:
    assert parse_range(header, 100) == part


@pytest.mark.parametrize(
    ("header", "size"), [("bytes=100-", 100), ("bytes=999-1000", 100), ("bytes=-0", 100), ("bytes=0-", 0)]
)
def test_what_lies_behind_the_end_is_said_to(header: str, size: int) -> None:
    with pytest.raises(NoSuchPart):
        parse_range(header, size)


@given(st.text("bytes=-0123456789, ", max_size=30), st.integers(0, 10_000))
def test_a_part_lies_within_the_file(header: str, size: int) -> None:
    try:
        part = parse_range(header, size)
    except NoSuchPart:
        return
    if part is not None:
        assert 0 <= part.begin < part.end <= size
