"""The values of widgets, which the earlier system kept by their place; each is read as the widget's kind wants it."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from nodebuilder.definition import NodeDefinition, Widget
from nodebuilder.interop.litegraph.catalogue import Kind, OldClass, OldWidget
from nodebuilder.interop.litegraph.mends import Mends, number
from nodebuilder.values import JSON
from nodebuilder.widget_values import show

_TRUE: Final = frozenset({"true", "yes", "on", "1"})
_FALSE: Final = frozenset({"false", "no", "off", "0"})


@dataclass(frozen=True, slots=True)
class Values:
    """What the widgets hold, by name, and the values that belong to no widget."""

    widgets: Mapping[str, JSON]
    left: Mapping[str, JSON]


def read_values(
    node: str, entry: Mapping[str, JSON], old: OldClass, definition: NodeDefinition | None, mends: Mends
) -> Values:
    """Return the values of a node; a widget without one, or with one that means nothing, is left to its default."""
    written, left = _by_name(node, entry, old, mends)
    found: dict[str, JSON] = {}
    for widget in old.widgets:
        if widget.kind == "secret" or widget.name not in written:
            continue
        known = definition.widget(widget.name) if definition else None
        value = _read(node, widget, written[widget.name], known, mends)
        if value is None:
            continue
        if definition and known is None:
            mends.add(f'Node "{node}" has no widget "{widget.name}" any more; its value {show(value)} is kept aside.')
            left[widget.name] = value
        else:
            found[widget.name] = value
    return Values(found, left)


def _by_name(
    node: str, entry: Mapping[str, JSON], old: OldClass, mends: Mends
) -> tuple[dict[str, JSON], dict[str, JSON]]:
    """Return the values by the names of the widgets, and what is left: properties of its own, values beyond them."""
    names = [widget.name for widget in old.widgets]
    properties = entry.get("properties")
    own: dict[str, JSON] = properties if isinstance(properties, dict) else {}
    left: dict[str, JSON] = {name: value for name, value in own.items() if name not in names}
    match entry.get("widgets_values"):
        case list() as values:
            beyond: list[JSON] = [value for value in values[len(names) :] if value not in ("", None)]
            if beyond:
                mends.add(f'Node "{node}" holds more values than it has widgets; they are kept aside.')
                left["widgets_values"] = beyond
            return dict(zip(names, values, strict=False)), left
        case dict() as named:
            mends.add(f'The widgets of node "{node}" are written by name and were read so.')
            left.update({name: value for name, value in named.items() if name not in names})
            return named, left
        case None:
            pass
        case other:
            left["widgets_values"] = other
    if any(name in own for name in names):
        mends.add(f'Node "{node}" has no list of values; those among its properties are taken.')
    return {name: own[name] for name in names if name in own}, left


def _read(node: str, widget: OldWidget, value: JSON, known: Widget | None, mends: Mends) -> JSON:
    """Return what a value means, or None for the default. Empty text is a button's place in what is no text."""
    if value is None or (value == "" and widget.kind != "text"):
        if value is None:
            mends.add(f'"{widget.name}" of node "{node}" holds null; its default is used.')
        return None
    read = _READERS[widget.kind](value, known)
    if read is None:
        mends.add(f'"{widget.name}" of node "{node}" holds {show(value)}, which it cannot use; it is kept.')
        return value
    if read != value or isinstance(read, bool) != isinstance(value, bool):
        mends.add(f'"{widget.name}" of node "{node}" holds {show(value)}; it is read as {show(read)}.')
        return read
    return value


def _text(value: JSON, _known: Widget | None) -> JSON:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _number(value: JSON, known: Widget | None) -> JSON:
    found = int(value) if isinstance(value, bool) else number(value)
    if found is None or known is None:
        return found
    if known.minimum is not None:
        found = max(found, _plain(known.minimum))
    if known.maximum is not None:
        found = min(found, _plain(known.maximum))
    return math.floor(found + 0.5) if known.integer and found != math.floor(found) else found


def _plain(bound: float) -> int | float:
    return int(bound) if bound == math.floor(bound) else bound


def _toggle(value: JSON, _known: Widget | None) -> JSON:
    match value:
        case bool():
            return value
        case int() | float() if value in (0, 1):
            return bool(value)
        case str() if value.strip().lower() in _TRUE | _FALSE:
            return value.strip().lower() in _TRUE
        case _:
            return None


def _option(value: JSON, known: Widget | None) -> JSON:
    text = value if isinstance(value, str) else json.dumps(value)
    if known is None or text in known.options:
        return text
    return next((option for option in known.options if option.lower() == text.strip().lower()), None)


_READERS: Final[Mapping[Kind, Callable[[JSON, Widget | None], JSON]]] = {
    "text": _text,
    "number": _number,
    "toggle": _toggle,
    "combo": _option,
}
