"""Reads the two documents that the image nodes must agree with to the letter, when they lie beside the repository."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.source import ROOT

SEEDS = ROOT.parent / "shared" / "seeds"


@dataclass(frozen=True)
class Seed:
    """One document."""

    text: str

    def section(self, heading: str) -> str:
        """Return the text under a heading, down to the next one of its rank."""
        match = re.search(rf"^(#+) {re.escape(heading)}\s*$", self.text, re.MULTILINE)
        assert match, heading
        rest = self.text[match.end() :]
        end = re.search(rf"^#{{1,{len(match[1])}}} ", rest, re.MULTILINE)
        return rest[: end.start()] if end else rest

    def table(self, heading: str) -> list[dict[str, str]]:
        """Return the table under a heading, a dictionary a row."""
        rows = [line.strip("|").split("|") for line in self.section(heading).splitlines() if line.startswith("|")]
        names = [cell.strip() for cell in rows[0]]
        return [dict(zip(names, (cell.strip().strip("`") for cell in row), strict=True)) for row in rows[2:]]

    def widgets(self) -> dict[str, tuple[str, str, list[str]]]:
        """Return the widgets as name -> (kind in words, default, options)."""
        found: dict[str, tuple[str, str, list[str]]] = {}
        name = ""
        for line in self.section("Widgets").splitlines():
            widget = re.match(r'- \*\*(\w+)\*\*: (.+?) \(default: "(.*?)"\)', line)
            if widget:
                name = widget[1]
                found[name] = (widget[2], widget[3], [])
            elif line.strip().startswith("- Options:"):
                found[name][2].extend(re.findall(r'"(.+?)"', line))
        return found

    def messages(self, heading: str) -> list[str]:
        """Return the error messages listed under a heading."""
        return re.findall(r'- \*\*"(.+?)"\*\*:', self.section(heading))

    def json(self, heading: str) -> Any:
        """Return the JSON block under a heading."""
        block = re.search(r"```json\n(.*?)```", self.section(heading), re.DOTALL)
        assert block, heading
        return json.loads(block[1])


def seed(name: str) -> Seed | None:
    """Return the document with this file name, or None when it is not there."""
    path: Path = SEEDS / name
    return Seed(path.read_text()) if path.is_file() else None
