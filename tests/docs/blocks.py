"""The code blocks of a Markdown page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(
    r"^```(?P<language>\w+)(?: title=\"(?P<title>[^\"]+)\")?\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE
)


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the file it shows (if it says so), its text, and where it stands."""

    language: str
    title: str | None
    text: str
    line: int


def blocks(path: Path) -> list[Block]:
    """Return the blocks of a page in their order."""
    page = path.read_text(encoding="utf-8")
    return [
        Block(match["language"], match["title"], match["text"], page.count("\n", 0, match.start()) + 1)
        for match in _BLOCK.finditer(page)
    ]
