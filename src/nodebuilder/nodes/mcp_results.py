"""What comes of the answer of an MCP server's tool: text, data, links, and files that are kept here. Never base64."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import orjson

from nodebuilder.providers.tool_servers import FilePart, LinkPart, TextPart, ToolAnswer
from nodebuilder.storage.jsontext import dumps
from nodebuilder.values import Asset, to_json

LONGEST_TEXT: Final = 200_000
"""Characters of text, and of data, that are taken from one answer."""
MOST_FILES: Final = 32
MOST_LINKS: Final = 200
LONGEST_SENTENCE: Final = 2000

Save = Callable[[bytes, Mapping[str, Any]], Awaitable[Asset]]
"""Keeps bytes as a file; the mapping says where they came from."""


async def as_result(answer: ToolAnswer, save: Save) -> Any:
    """Return the result as it travels on: the text alone when there is nothing else, else what there is by its kind.

    `text`; `structured` (data as the tool's output schema says); `files` (assets); `links` (`uri`, `name` …).

    Raises:
        StorageError: a file cannot be kept.
    """
    parts: dict[str, Any] = {
        "text": _text(answer),
        "structured": _structured(answer),
        "files": await _files(answer, save),
        "links": [_link(part) for part in answer.parts if isinstance(part, LinkPart)][:MOST_LINKS],
    }
    found = {name: value for name, value in parts.items() if value or (name == "structured" and value is not None)}
    return parts["text"] if set(found) <= {"text"} else found


def as_sentence(answer: ToolAnswer) -> str:
    """Return what a failed tool says of its failure."""
    said = "\n".join(part.text for part in answer.parts if isinstance(part, TextPart)).strip()
    return _cut(said, LONGEST_SENTENCE) or "The tool failed and does not say why."


def _text(answer: ToolAnswer) -> str:
    """Return all texts as one; a text that only repeats the data is left out."""
    texts = [_quoted(part) for part in answer.parts if isinstance(part, TextPart) and not _repeats(part, answer)]
    files = sum(isinstance(part, FilePart) for part in answer.parts)
    left_out = [f"({files - MOST_FILES} more files were left out.)"] if files > MOST_FILES else []
    return _cut("\n".join([*texts, *left_out]), LONGEST_TEXT)


def _quoted(part: TextPart) -> str:
    return f"{part.uri}:\n{part.text}" if part.uri else part.text


def _repeats(part: TextPart, answer: ToolAnswer) -> bool:
    if answer.structured is None or len(part.text) > LONGEST_TEXT:
        return False
    try:
        return bool(orjson.loads(part.text) == answer.structured)
    except orjson.JSONDecodeError:
        return False


def _structured(answer: ToolAnswer) -> Any:
    if answer.structured is None:
        return None
    size = len(dumps(to_json(answer.structured)))
    return answer.structured if size <= LONGEST_TEXT else f"(The data were left out: {size:,} characters of JSON.)"


async def _files(answer: ToolAnswer, save: Save) -> list[Asset]:
    kept: list[Asset] = []
    for part in [part for part in answer.parts if isinstance(part, FilePart) and part.data][:MOST_FILES]:
        about = {"media_type": part.media_type, "uri": part.uri}
        kept.append(await save(part.data, {name: value for name, value in about.items() if value}))
    return kept


def _link(part: LinkPart) -> dict[str, Any]:
    told = {
        "uri": part.uri,
        "name": part.name,
        "description": part.description,
        "media_type": part.media_type,
        "size": part.size,
    }
    return {name: value for name, value in told.items() if value not in ("", None)}


def _cut(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    return f"{text[:longest]} … (cut: these are the first {longest:,} of {len(text):,} characters)"
