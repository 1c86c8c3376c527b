"""What may be set in a widget: one reader for each kind, used by check and by the call of a node."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from nodebuilder.definition import Widget, WidgetKind
from nodebuilder.errors import InputError
from nodebuilder.values import JSON

SHOWN_CHARS: Final = 60
SHOWN_OPTIONS: Final = 12


def read(widget: Widget, value: JSON) -> JSON:
    """Return `value` as the node gets it: a whole number for an integer widget, plain numbers, all else unchanged.

    Nothing is evaluated and no text is turned into a number or a switch.

    Raises:
        InputError: the value cannot be used; code `missing_value`, `bad_value`, `bad_option` or `out_of_range`.
    """
    if value is None:
        raise InputError(
            f'Widget "{widget.name}" has no value.',
            "Set one, or remove the entry so that the default applies.",
            code="missing_value",
        )
    return _READERS[widget.kind](widget, value)


def _text(widget: Widget, value: JSON) -> str:
    if isinstance(value, str):
        return value
    wanted = {"secret": "the name of a secret", "image": "the name of a picture"}.get(widget.kind, "a text")
    raise _misfit(widget, value, wanted)


def _number(widget: Widget, value: JSON) -> int | float:
    whole = widget.integer
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _misfit(widget, value, "a whole number" if whole else "a number")
    if isinstance(value, float) and not math.isfinite(value):
        raise _misfit(widget, value, "a finite number")
    if whole and value != math.floor(value):
        raise _misfit(widget, value, "a whole number")
    _within(widget, value)
    return int(value) if whole or isinstance(value, int) else float(value)


def _within(widget: Widget, value: float) -> None:
    low, high = widget.minimum, widget.maximum
    if (low is None or value >= low) and (high is None or value <= high):
        return
    if low is not None and high is not None:
        allowed = f"between {_plain(low)} and {_plain(high)}"
    else:
        allowed = f"at most {_plain(high)}" if high is not None else f"at least {_plain(low)}"
    raise InputError(
        f'Widget "{widget.name}" wants a number {allowed}, but {show(value)} is set.',
        f"Set a number {allowed}.",
        code="out_of_range",
    )


def _plain(number: float | None) -> str:
    return str(number).removesuffix(".0")


def _toggle(widget: Widget, value: JSON) -> bool:
    if isinstance(value, bool):
        return value
    raise _misfit(widget, value, "true or false")


def _option(widget: Widget, value: JSON) -> str:
    if isinstance(value, str) and value in widget.options:
        return value
    near = near_name(value, widget.options) if isinstance(value, str) else None
    raise InputError(
        f'Widget "{widget.name}" has no option {show(value)}.',
        f'Did you mean "{near}"?' if near else f"Choose one of {_some(widget.options)}.",
        code="bad_option",
    )


_READERS: Final[Mapping[WidgetKind, Callable[[Widget, JSON], JSON]]] = {
    "text": _text,
    "code": _text,
    "secret": _text,
    "image": _text,
    "number": _number,
    "slider": _number,
    "toggle": _toggle,
    "combo": _option,
}


def _misfit(widget: Widget, value: JSON, wanted: str) -> InputError:
    shown = "something else" if widget.kind == "secret" else show(value)
    return InputError(f'Widget "{widget.name}" wants {wanted}, but {shown} is set.', f"Set {wanted}.", code="bad_value")


def show(value: JSON) -> str:
    """Return `value` as a sentence can name it: short, and with its kind where that helps."""
    match value:
        case None | bool():
            return {None: "null", True: "true", False: "false"}[value]
        case str():
            return f'"{value}"' if len(value) <= SHOWN_CHARS else f'"{value[: SHOWN_CHARS - 1]}…"'
        case int():
            return str(value) if abs(value) < 10**18 else "a very large number"
        case float():
            return str(value)
        case list():
            return f"a list of {len(value)}"
        case dict():
            return f"an object with {len(value)} keys"


def near_name(name: str, names: Sequence[str]) -> str | None:
    """Return the one of `names` that `name` was probably meant to be, or None."""
    found = difflib.get_close_matches(name[:64], names, 1)
    return found[0] if found else None


def _some(options: Sequence[str]) -> str:
    shown, more = ", ".join(options[:SHOWN_OPTIONS]), len(options) - SHOWN_OPTIONS
    return f"{shown} and {more} more" if more > 0 else shown
