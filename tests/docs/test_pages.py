"""What the documentation must hold: every setting, event and error code, and pages that are up to date."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import get_args

import pytest

from nodebuilder.documentation import built_in, node_page
from nodebuilder.events import Event
from nodebuilder.settings import Settings
from nodebuilder.tool_calls import FallbackIds
from tests.docs.codes import error_codes
from tests.source import ROOT

DOCS = ROOT / "docs"
TEXT = "\n".join(path.read_text() for path in DOCS.rglob("*.md"))
GUIDES = "\n".join(path.read_text() for path in (DOCS / "guide").glob("*.md"))


@pytest.mark.parametrize("kind", built_in(), ids=lambda kind: kind.type)
def test_the_page_of_a_node_is_up_to_date(kind: object) -> None:
    page = DOCS / "nodes" / f"{kind.type}.md"  # type: ignore[attr-defined]  # it is a NodeType
    again = "run: python -m nodebuilder.documentation docs/nodes"
    assert page.is_file(), again
    assert page.read_text() == node_page(kind), again  # type: ignore[arg-type]  # it is a NodeType


def test_there_is_a_page_for_each_node_and_no_other() -> None:
    assert {page.stem for page in (DOCS / "nodes").glob("*.md")} == {kind.type for kind in built_in()}


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_documented(name: str) -> None:
    assert f"NODEBUILDER_{name.upper()}" in GUIDES


@pytest.mark.parametrize("event", get_args(Event), ids=lambda event: event.kind)
def test_every_event_is_documented_with_all_that_it_carries(event: type) -> None:
    page = (DOCS / "guide" / "how-a-run-moves.md").read_text()
    row = next((line for line in page.splitlines() if line.startswith(f"| `{event.kind}` |")), "")  # type: ignore[attr-defined]  # it is an event
    assert row
    for name in (field.name for field in fields(event)):
        if name not in ("seq", "run_id", "at", "node", "firing"):
            assert f"`{name}`" in row, f"{name} is missing"


@pytest.mark.parametrize(("code", "place"), sorted(error_codes().items()))
def test_every_error_code_is_documented(code: str, place: str) -> None:
    assert f"`{code}`" in TEXT, f"{code} ({place}) stands in no page: add it to docs/guide/error-codes.md"


def test_every_documented_setting_exists() -> None:
    known = {f"NODEBUILDER_{name.upper()}" for name in Settings.model_fields} | {"NODEBUILDER_DEBUG"}
    assert set(re.findall(r"NODEBUILDER_[A-Z_]*[A-Z]", TEXT)) <= known


def test_the_error_messages_of_the_image_nodes_stand_in_their_pages() -> None:
    for name in ("images", "image_tools"):
        source = (ROOT / "src" / "nodebuilder" / "nodes" / f"{name}.py").read_text()
        page = (DOCS / "nodes" / f"{'gpt_image' if name == 'images' else 'gpt_image_tool'}.md").read_text()
        sentences = re.findall(r'^(?:KEY_REQUIRED|NO_DATA|GENERAL): Final = "([^"]+)"', source, re.MULTILINE)
        assert len(sentences) == 3
        assert all(f"| {sentence} |" in page for sentence in sentences)


def test_the_ids_of_tool_results_stand_in_their_page() -> None:
    page = (DOCS / "nodes" / "gpt_image_tool.md").read_text()
    ids = FallbackIds("image_success", "image_error", "image_exception")
    assert all(f"`{name}`" in page for name in (ids.success, ids.error, ids.exception))


def test_the_documentation_builds_strictly_and_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path / "site")]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=environment)
    assert built.returncode == 0, built.stderr
    for page in (tmp_path / "site").rglob("*.html"):
        text = page.read_text()
        loaded = re.findall(r"<(?:script|img|iframe|link)\b[^>]*?\b(?:src|href)=\"?(https?:)?//[^\s\">]+", text)
        assert not loaded, f"{page.name} loads {loaded}"
    shutil.rmtree(tmp_path / "site")
