"""What was mended while a file was read: one sentence each, and how numbers and ids in the wrong form are read."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Final

from nodebuilder.values import JSON

MOST_MENDS: Final = 1000
"""More mends than this are counted, not told one by one."""

_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,15}")


@dataclass(slots=True)
class Mends:
    """The sentences, in the order of the file; what one says twice is said once."""

    _told: dict[str, None] = field(default_factory=dict[str, None])
    _more: int = 0

    def add(self, sentence: str) -> None:
        """Tell of one mend."""
        if sentence in self._told:
            return
        if len(self._told) < MOST_MENDS:
            self._told[sentence] = None
        else:
            self._more += 1

    def sentences(self) -> tuple[str, ...]:
        """Return all sentences, and how many were left out."""
        told = tuple(self._told)
        return (*told, f"{self._more:,} more places were mended.") if self._more else told


def whole(value: JSON) -> int | None:
    """Return the whole number that a value means, as `3`, `3.0` and `"3"` do, or None."""
    match value:
        case bool():
            return None
        case int():
            return value
        case float() if math.isfinite(value) and value.is_integer():
            return int(value)
        case str() if _WHOLE.fullmatch(value.strip()):
            return int(value)
        case _:
            return None


def number(value: JSON) -> int | float | None:
    """Return the finite number that a value means, or None."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if not isinstance(value, str) or len(value) > 40 or "_" in value:
        return None
    try:
        found = float(value)
    except ValueError:
        return None
    return whole(value) if whole(value) is not None else found if math.isfinite(found) else None


def node_key(value: JSON) -> str | None:
    """Return the id of a node as it is compared: `3`, `3.0`, `"3"` and `"03"` are one; None when it is no id."""
    found = whole(value)
    if found is not None:
        return str(found)
    return value.strip()[:200] or None if isinstance(value, str) else None
