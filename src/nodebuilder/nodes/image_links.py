"""Image Link Extract: finds links to pictures in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from nodebuilder.node import node
from nodebuilder.values import SKIP, Skip

_KINDS = (
    re.compile(r"!\[[^\]\n]*\]\(\s*<?(?P<link>[^\s)>]+)>?(?:\s+[\"'][^)\n]*[\"'])?\s*\)", re.IGNORECASE),
    re.compile(r"<img\b[^>]*?\bsrc\s*=\s*(?P<quote>[\"'])(?P<link>[^\"'>]+)(?P=quote)[^>]*>", re.IGNORECASE),
    re.compile(
        r"(?P<link>https?://[^\s<>\"')\]]+\.(?:jpe?g|png|gif|webp|bmp|svg)(?:\?[^\s<>\"')\]]*)?)", re.IGNORECASE
    ),
    re.compile(r"(?P<link>data:image/[a-z0-9.+-]+;base64,[A-Za-z0-9+/]+={0,2})", re.IGNORECASE),
    re.compile(r"(?<![\w/:.])(?P<link>/servable/[^\s<>\"')\]]*[^\s<>\"')\].,;:!?])", re.IGNORECASE),
)


@dataclass(frozen=True, slots=True)
class ImageLink:
    """A link to a picture and where it stands in the text."""

    start: int
    end: int
    link: str


class ExtractedLink(NamedTuple):
    """What Image Link Extract gives.

    Attributes:
        text: The text without the link; nothing is sent when no text is left.
        image_link: The first link; nothing is sent when there is none.
    """

    text: str | Skip
    image_link: str | Skip


@node("image_link_extract", title="Image Link Extract", category="Image", tags=("image", "link", "url", "extract"))
async def image_link_extract(text: str, *, extract_first_only: bool = True) -> ExtractedLink:
    """Find links to pictures in a text: take the first one out and give both.

    Args:
        text: Any text: Markdown, HTML, plain links, `/servable/` paths or data URLs are found in it.
        extract_first_only: Remove only the first link from the text; off: remove all of them.
    """
    links = find_links(text)
    if not links:
        return ExtractedLink(text or SKIP, SKIP)
    rest = without(text, links[:1] if extract_first_only else links)
    return ExtractedLink(rest or SKIP, links[0].link)


def find_links(text: str) -> list[ImageLink]:
    """Return all links to pictures in their order; one that lies within another is part of it."""
    found: list[ImageLink] = []
    for link in sorted(_all_matches(text), key=lambda link: (link.start, -link.end)):
        if not found or link.start >= found[-1].end:
            found.append(link)
    return found


def _all_matches(text: str) -> Iterator[ImageLink]:
    for pattern in _KINDS:
        for match in pattern.finditer(text):
            yield ImageLink(match.start(), match.end(), match.group("link"))


def without(text: str, links: list[ImageLink]) -> str:
    """Return the text without these links, trimmed."""
    kept: list[str] = []
    position = 0
    for link in links:
        kept.append(text[position : link.start])
        position = link.end
    return "".join([*kept, text[position:]]).strip()
