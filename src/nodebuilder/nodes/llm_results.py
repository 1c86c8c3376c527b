"""What a model is told of a tool's result: lean JSON text, and small pictures for models that see. Never base64."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson

from nodebuilder.errors import InputError, StorageError
from nodebuilder.nodes.llm_messages import picture_part, text_part
from nodebuilder.providers.pictures import Pictures
from nodebuilder.values import DEEPEST, TOO_DEEP, Asset, as_mapping, as_sequence, to_json

LONGEST_RESULT: Final = 50_000
"""Characters of a result that a model is told."""
MOST_PICTURES: Final = 4
THUMBNAIL_PIXELS: Final = 512
_DATA_URL = re.compile(r"data:[\w.+/-]*(?:;[\w.+=-]+)*;base64,[A-Za-z0-9+/_%-]{100,}={0,2}", re.IGNORECASE)
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/_-]{1000,}|(?:[A-Za-z0-9+/_-]{60,}\r?\n){8,}[A-Za-z0-9+/_-]*)={0,2}")
_KINDS_OF_SIGNS = tuple(map(re.compile, ("[a-z]", "[A-Z]", "[0-9]")))


async def content_of(answer: Mapping[str, Any], pictures: Pictures, *, sees: bool) -> str | list[dict[str, Any]]:
    """Return the content of the message that tells a model what a tool answered (`{"id", "result" | "error"}`)."""
    value = {"error": answer["error"]} if "error" in answer else answer.get("result")
    seen: list[Asset | str] = []
    text = _as_text(lean(value, seen))
    shown = await _thumbnails(seen[:MOST_PICTURES], pictures) if sees else []
    return [text_part(text), *map(picture_part, shown)] if shown else text


def lean(value: Any, seen: list[Asset | str], depth: int = 0) -> Any:
    """Return a result without base64 and with files as their addresses; the pictures in it are added to `seen`."""
    if depth > DEEPEST:
        return TOO_DEEP
    if isinstance(value, Asset):
        _see(value, value.url, seen)
        about = {"servable_url": value.url, "name": value.filename, "size": value.size}
        return {**about, "media_type": value.media_type}
    if isinstance(value, str):
        return _without_base64(value)
    if (items := as_sequence(value)) is not None:
        return [lean(item, seen, depth + 1) for item in items]
    entries = as_mapping(value)
    if entries is None:
        return value
    link = entries.get("servable_url")
    if isinstance(link, str):
        _see(link, link, seen)
    return {_without_base64(key): lean(item, seen, depth + 1) for key, item in entries.items()}


def _see(picture: Asset | str, url: str, seen: list[Asset | str]) -> None:
    if all(url != (each.url if isinstance(each, Asset) else each) for each in seen):
        seen.append(picture)


def _without_base64(text: str) -> str:
    return _BASE64.sub(_size, _DATA_URL.sub(_size, text)) if len(text) > 100 else text


def _size(match: re.Match[str]) -> str:
    found = match[0]
    if found[:5].lower() == "data:" or all(kind.search(found) for kind in _KINDS_OF_SIGNS):
        return f"({len(found):,} characters of binary data)"
    return found


def _as_text(value: Any) -> str:
    try:
        text = orjson.dumps(to_json(value)).decode()
    except orjson.JSONEncodeError:
        return '{"error": "The result cannot be written as JSON."}'
    if len(text) <= LONGEST_RESULT:
        return text
    return f"{text[:LONGEST_RESULT]} … (cut: these are the first {LONGEST_RESULT:,} of {len(text):,} characters)"


async def _thumbnails(seen: Sequence[Asset | str], pictures: Pictures) -> list[str]:
    shown: list[str] = []
    for reference in seen:
        try:
            small = await pictures.thumbnail(reference, THUMBNAIL_PIXELS)
        except (InputError, StorageError):
            continue  # the model still has the address
        shown.append(f"data:{small.media_type};base64,{base64.b64encode(small.data).decode()}")
    return shown
