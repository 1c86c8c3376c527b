"""Which files a test of paths means: those that are named, and in folders all that are workflows."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from nodebuilder.errors import WorkflowError
from nodebuilder.interop.litegraph.foreign import is_older
from nodebuilder.settings import Settings
from nodebuilder.workflow.parse import parse

FLOW: Final = ".flow.json"
_PASSED_OVER: Final = frozenset({"node_modules", "__pycache__"})


@dataclass(frozen=True, slots=True)
class Found:
    """A file to be tested; `named` when a person named it, and not just a folder that it lies in."""

    path: Path
    named: bool


def find(paths: Iterable[Path], settings: Settings) -> list[Found]:
    """Return the workflows that the paths mean, each once: files as they are named, then folders by name.

    In folders these are all `*.flow.json`, and those `*.json` that are workflows of the earlier system; hidden folders
    are left out.

    Raises:
        WorkflowError: there is no such file or folder (code `unreadable_file`).
    """
    found: dict[Path, Found] = {}
    for path in paths:
        if path.is_dir():
            each = (Found(file, named=False) for file in _within(path) if is_workflow(file, settings))
        elif path.exists():
            each = iter([Found(path, named=True)])
        else:
            raise WorkflowError(
                f"There is no file or folder {path}.",
                "Name workflows (*.flow.json, or older *.json), or folders that hold some.",
                code="unreadable_file",
            )
        for one in each:
            known = found.get(one.path.resolve())
            if known is None or (one.named and not known.named):
                found[one.path.resolve()] = one
    return list(found.values())


def is_workflow(path: Path, settings: Settings) -> bool:
    """Say whether a file in a folder is one to test: by its name, or as an older workflow by what it holds."""
    if path.name.endswith(FLOW):
        return True
    if path.suffix != ".json":
        return False
    try:
        if path.stat().st_size > settings.max_document_bytes:
            return False
        text = path.read_bytes()
        return b'"nodes"' in text and is_older(parse(text, settings))
    except (OSError, WorkflowError):
        return False


def _within(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _PASSED_OVER)
        names = (name for name in sorted(files) if name.endswith(".json") and not name.startswith("."))
        yield from (path for name in names if _can_be_read(path := Path(place, name)))


def _can_be_read(path: Path) -> bool:
    """Say whether a file is no pipe or device, which would be waited for without end; a broken link is told later."""
    return path.is_file() or not path.exists()
