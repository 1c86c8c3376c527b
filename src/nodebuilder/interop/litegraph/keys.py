"""Keys in clear text, taken out of an older file before anything else looks at it.

The earlier system kept a key twice: among the values of the widgets and, by name, among the properties. Graphs within
graphs hold more of them, and people paste keys into the wrong field. What is long enough to be told from a word is
blanked out wherever else it stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final

from nodebuilder.errors import WorkflowError
from nodebuilder.interop.litegraph.catalogue import CLASSES, OldClass, class_name
from nodebuilder.values import JSON, Secret
from nodebuilder.workflow.keys import is_secret_name, is_surely_key, looks_like_key

LEAST_CHARS: Final = 12
"""A key of so many characters is looked for everywhere; a shorter one might be a word."""

MOST_KEYS: Final = 100
"""A file with more different keys is refused."""

_TELLING_NAME: Final = re.compile(r"(.*[_-])?(api_?key|token|secret|password)", re.IGNORECASE)
_LOOKED_AT: Final = 64


@dataclass(frozen=True, slots=True)
class FoundKey:
    """A key, the place of its node in the file, and the widget it stood in."""

    place: int
    widget: str
    value: Secret


@dataclass(frozen=True, slots=True)
class Cleared:
    """A file without its keys: the nodes, the rest of the document, the keys of nodes, and whether the rest had any."""

    entries: list[JSON]
    rest: JSON
    keys: list[FoundKey]
    rest_had_keys: bool


def take_keys(entries: Sequence[JSON], classes: Sequence[OldClass | None], rest: JSON) -> Cleared:
    """Return the nodes without keys, the rest of the document without them, and the keys.

    `classes` says what is known of each node. Of a node that nobody knows, a property whose name tells of a key and a
    widget whose text can be nothing else are taken for keys; deeper, and in any other place, what a graph within it
    holds, what is named like a key, and what is surely one.

    Raises:
        WorkflowError: there are more than `MOST_KEYS` (code `too_many_keys`).
    """
    found: list[FoundKey] = []
    cleaned: list[JSON] = []
    for place, (entry, old) in enumerate(zip(entries, classes, strict=True)):
        if not isinstance(entry, dict):
            cleaned.append(entry)
            continue
        keys = _known(entry, old) if old else _guessed(entry)
        nested: dict[str, str] = {}
        cleaned.append(_emptied(_without(entry, old, keys), "", nested))
        for key, name in nested.items():
            if key not in keys.values():
                keys.setdefault(_widget(name, old, keys), key)
        found.extend(FoundKey(place, widget, Secret(key)) for widget, key in keys.items())
    others: dict[str, str] = {}
    rest = _emptied(rest, "", others)
    texts = sorted({*others, *(key.value.reveal() for key in found)}, key=len)[::-1]
    texts = [text for text in texts if len(text) >= LEAST_CHARS]
    if len(texts) > MOST_KEYS:
        raise WorkflowError(
            f"The file holds {len(texts)} different keys in clear text; at most {MOST_KEYS} are looked for.",
            "Remove some of them, or split the file.",
            code="too_many_keys",
        )
    if texts:
        cleaned, rest = [_blanked(entry, texts) for entry in cleaned], _blanked(rest, texts)
    return Cleared(cleaned, rest, found, bool(others))


def _emptied(value: JSON, name: str, keys: dict[str, str]) -> JSON:
    """Return `value`, which stands under `name`, without keys; they go to `keys`, with the names they stood under."""
    match value:
        case str():
            named = bool(value.strip()) and _TELLING_NAME.fullmatch(name[:200]) is not None
            if named or is_surely_key(value):
                keys.setdefault(value.strip(), name)
                return ""
            return value
        case list():
            return [_emptied(item, f"{name}[{index}]", keys) for index, item in enumerate(value)]
        case dict():
            old = CLASSES.get(class_name(value.get("type")))
            known = _known(value, old) if old else {}
            keys.update({key: widget for widget, key in known.items() if key not in keys})
            within = _without(value, old, known) if old else value
            return {field: _emptied(item, field, keys) for field, item in within.items()}
        case _:
            return value


def _widget(name: str, old: OldClass | None, taken: Mapping[str, str]) -> str:
    """Return what to call the place of a key: the widget, if it is the value of one, and in any case a free name."""
    names = {f"widgets_values[{index}]": widget.name for index, widget in enumerate(old.widgets)} if old else {}
    stem = names.get(name, name)
    return next(free for at in count(1) if (free := stem if at == 1 else f"{stem} ({at})") not in taken)


def _known(entry: Mapping[str, JSON], old: OldClass) -> dict[str, str]:
    values, properties = entry.get("widgets_values"), entry.get("properties")
    keys: dict[str, str] = {}
    for index, widget in enumerate(old.widgets):
        if widget.kind != "secret":
            continue
        written: list[JSON] = []
        if isinstance(values, list) and index < len(values):
            written.append(values[index])
        elif isinstance(values, dict):
            written.append(values.get(widget.name))
        if isinstance(properties, dict):
            written.append(properties.get(widget.name))
        key = next((text.strip() for text in written if isinstance(text, str) and text.strip()), "")
        if key:
            keys[widget.name] = key
    return keys


def _guessed(entry: Mapping[str, JSON]) -> dict[str, str]:
    properties, values = entry.get("properties"), entry.get("widgets_values")
    keys: dict[str, str] = {}
    for name, text in properties.items() if isinstance(properties, dict) else ():
        if isinstance(text, str) and text.strip() and (_TELLING_NAME.fullmatch(name[:200]) or _certain(text)):
            keys[name] = text.strip()
    for index, text in enumerate(values) if isinstance(values, list) else ():
        if isinstance(text, str) and text.strip() not in keys.values() and _certain(text):
            keys[f"widgets_values[{index}]"] = text.strip()
    return keys


def _certain(text: str) -> bool:
    head = text.strip()[:_LOOKED_AT]
    return is_secret_name(head) and looks_like_key(head)


def _without(entry: dict[str, JSON], old: OldClass | None, keys: Mapping[str, str]) -> dict[str, JSON]:
    """Return the node with its secret widgets emptied, and every value that is one of its keys, however short."""
    secret = {widget.name for widget in old.widgets if widget.kind == "secret"} if old else set[str]()
    places = {index for index, widget in enumerate(old.widgets) if widget.kind == "secret"} if old else set[int]()
    taken = set(keys.values())

    def left(name: str | int, value: JSON) -> JSON:
        named = name in secret or name in places
        return "" if isinstance(value, str) and (named or (value.strip() in taken and not old)) else value

    changed = dict(entry)
    for field in ("widgets_values", "properties"):
        match entry.get(field):
            case list() as values:
                changed[field] = [left(index, value) for index, value in enumerate(values)]
            case dict() as named_values:
                changed[field] = {name: left(name, value) for name, value in named_values.items()}
            case _:
                pass
    return changed


def _blanked(value: JSON, keys: Sequence[str]) -> JSON:
    match value:
        case str():
            return _blank(value, keys)
        case list():
            return [_blanked(item, keys) for item in value]
        case dict():
            return {_blank(name, keys): _blanked(item, keys) for name, item in value.items()}
        case _:
            return value


def _blank(text: str, keys: Sequence[str]) -> str:
    for key in keys:
        if key in text:
            text = text.replace(key, "")
    return text
