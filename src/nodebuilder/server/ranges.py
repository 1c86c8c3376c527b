"""Parts of a file, as a `Range` header asks for them: one at most, since many small ones cost a server dearly."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_RANGE: Final = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Part:
    """The bytes from `begin` up to, not including, `end`."""

    begin: int
    end: int


class NoSuchPart(Exception):
    """The file has none of the bytes that were asked for."""


def parse_range(header: str | None, size: int) -> Part | None:
    """Return the part of a file of `size` bytes that `header` asks for; None for the whole file.

    What cannot be read, or asks for several parts, means the whole file.

    Raises:
        NoSuchPart: the part lies behind the end.
    """
    match = _RANGE.fullmatch((header or "").strip())
    if match is None or match[1] == match[2] == "":
        return None
    if match[1] == "":
        length = int(match[2])
        if length == 0 or size == 0:
            raise NoSuchPart
        return Part(max(0, size - length), size)
    begin = int(match[1])
    end = int(match[2]) + 1 if match[2] else size
    if match[2] and end <= begin:
        return None
    if begin >= size:
        raise NoSuchPart
    return Part(begin, min(end, size))
