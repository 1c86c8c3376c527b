"""Telling what tools answered: pictures are shown, links given, errors named, the rest said in words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final, cast

from nodebuilder.providers.sandbox.arguments import subject

LONGEST: Final = 600
_LINK: Final = re.compile(r"https?://[^\s\"'<>\\)\]]+")
_SERVABLE: Final = re.compile(r"\"servable_url\"\s*:\s*\"(/[^\"\s]+)\"")
_PICTURE: Final = re.compile(r"\.(?:png|jpe?g|webp|gif)$", re.IGNORECASE)


def tell(results: Sequence[str], asked: str) -> str:
    """Return what is said after tools: `results` as they came, `asked` what the person wanted."""
    said: list[str] = []
    if errors := [text for result in results if (text := _error(result))]:
        said.append(f"That did not work: {'; '.join(map(_short, errors))}")
    good = [result for result in results if not _error(result)]
    if pictures := [url for result in good for url in _pictures(result)]:
        topic = _short(re.sub(r"[\[\]()\s]+", " ", subject(asked)).strip(), 100) or "picture"
        said.append(f"Here it is: {topic}.\n\n" + "\n\n".join(f"![{topic}]({url})" for url in dict.fromkeys(pictures)))
    told = [_short(_plain(result)) for result in good if not any(_pictures(result))]
    if len(told) > 1:
        said.append("The tools say:\n\n" + "\n".join(f"- {text}" for text in told))
    elif told:
        said.append(f"The tool says: {told[0]}")
    return "\n\n".join(said)


def _pictures(result: str) -> Iterator[str]:
    yield from (url for url in (*_SERVABLE.findall(result), *_LINK.findall(result)) if _PICTURE.search(url))


def _error(result: str) -> str:
    value = _value(result)
    return str(cast("dict[str, Any]", value).get("error") or "") if isinstance(value, dict) else ""


def _plain(result: str) -> str:
    value = _value(result)
    while isinstance(value, dict) and "result" in value:
        value = cast("dict[str, Any]", value)["result"]
    return _in_words(value)


def _in_words(value: Any) -> str:
    if isinstance(value, dict):
        entries = cast("dict[str, Any]", value).items()
        return ", ".join(f"{name.replace('_', ' ')} {_in_words(item)}" for name, item in entries if item is not None)
    if isinstance(value, list):
        return ", ".join(_in_words(item) for item in cast("list[Any]", value))
    return f"{value:.12g}" if isinstance(value, float) else str(value).strip()


def _value(result: str) -> Any:
    try:
        return json.loads(result)
    except (ValueError, RecursionError):
        return result


def _short(text: str, most: int = LONGEST) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
