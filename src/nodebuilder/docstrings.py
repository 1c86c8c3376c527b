"""What a docstring says: its first sentence, its prose, and a line for each argument or attribute."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_SECTION = re.compile(r"^(Args|Arguments|Attributes|Returns|Yields|Raises|Example|Examples):\s*$")
_ENTRY = re.compile(r"^(?P<name>\*{0,2}\w+)\s*(?:\([^)]*\))?:\s*(?P<text>.*)$")


@dataclass(frozen=True, slots=True)
class Docstring:
    """A docstring taken apart; `entries` are those of Args and Attributes, by name."""

    summary: str = ""
    body: str = ""
    entries: Mapping[str, str] = field(default_factory=dict[str, str])
    returns: str = ""


def parse(text: str | None) -> Docstring:
    """Take a docstring in Google's style apart; anything else is prose."""
    prose, sections = _split(inspect.cleandoc(text or ""))
    paragraphs = prose.split("\n\n", 1)
    entries: dict[str, str] = {}
    for name in ("Args", "Arguments", "Attributes"):
        entries.update(_entries(sections.get(name, [])))
    returned = sections.get("Returns") or sections.get("Yields") or []
    return Docstring(
        summary=" ".join(paragraphs[0].split()),
        body=paragraphs[1].strip() if len(paragraphs) > 1 else "",
        entries=entries,
        returns=" ".join(" ".join(returned).split()),
    )


def _split(text: str) -> tuple[str, dict[str, list[str]]]:
    prose: list[str] = []
    sections: dict[str, list[str]] = {}
    current = prose
    for line in text.splitlines():
        heading = _SECTION.match(line)
        if heading:
            current = sections.setdefault(heading.group(1), [])
        else:
            current.append(line)
    return "\n".join(prose).strip(), sections


def _entries(lines: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    name = ""
    for line in inspect.cleandoc("\n".join(lines)).splitlines():
        entry = _ENTRY.match(line)
        if entry:
            name = entry.group("name").lstrip("*")
            found[name] = entry.group("text").strip()
        elif name and line.strip():
            found[name] = f"{found[name]} {line.strip()}".strip()
    return found
