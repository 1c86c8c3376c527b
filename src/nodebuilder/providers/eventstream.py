"""Reading server-sent events out of bytes that arrive in any pieces: only their `data`, which is all that is used."""

from __future__ import annotations

import re
from typing import Final

_LINE_END: Final = re.compile(rb"\r\n|\n|\r")
_BOM: Final = b"\xef\xbb\xbf"


class EventReader:
    """Takes bytes and gives the data of each event that is whole; half an event at the end is never given."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self._data: list[bytes] = []
        self._begun = False

    def feed(self, piece: bytes) -> list[bytes]:
        """Return the data of the events that `piece` completes."""
        self._rest += piece
        if not self._begun and len(self._rest) >= len(_BOM):
            self._begun = True
            if self._rest.startswith(_BOM):
                del self._rest[: len(_BOM)]
        end = max(self._rest.rfind(b"\n"), self._rest.rfind(b"\r", 0, -1)) + 1  # a last CR may be half a CRLF
        if not end:
            return []
        lines = _LINE_END.split(bytes(self._rest[:end]))
        lines.pop()
        del self._rest[:end]
        return [data for line in lines if (data := self._take(line)) is not None]

    def _take(self, line: bytes) -> bytes | None:
        if line.startswith(b"data"):
            name, _, value = line.partition(b":")
            if name == b"data":
                self._data.append(value.removeprefix(b" "))
        elif not line and self._data:
            data = b"\n".join(self._data)
            self._data.clear()
            return data
        return None
