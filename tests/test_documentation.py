from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import frontmatter
import pytest

from nodebuilder.documentation import PAGE_LINK, Page, built_in, guides, node_page, page, pages, write
from nodebuilder.node import NodeType
from tests.source import ROOT

SPEAK = '''
from typing import Annotated, Literal, NamedTuple

from nodebuilder import Array, Pull, Slider, node

__author__ = "Ada"


class Spoken(NamedTuple):
    """What Speak gives.

    Attributes:
        text: What was | said.
    """

    text: str


@node(title="Speak", category="Voice", tags=("loud",), version="1.2.0")
async def speak(
    words: Annotated[list[str], Array()],
    tone: Annotated[float, Pull()] = 0.5,
    *,
    mood: Literal["calm", "glad"] = "calm",
    times: Annotated[int, Slider(1, 5)] = 1,
) -> Spoken:
    """Say it.

    And say it well.

    Args:
        words: What is said.
        mood: How it is said.
    """
    return Spoken(" ".join(words))
'''


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def speak(tmp_path: Path) -> NodeType:
    path = tmp_path / "documented_speak.py"
    path.write_text(SPEAK)
    return load(path).speak


def test_a_page_begins_with_front_matter_as_the_first_pages_had_it(speak: NodeType) -> None:
    post = frontmatter.loads(node_page(speak))
    assert post.metadata == {
        "title": "Speak",
        "description": "Say it.",
        "category": "Voice",
        "tags": ["loud"],
        "author": "Ada",
        "version": "1.2.0",
    }
    assert post.content.startswith("# Speak\n\n## Overview\n\nSay it.\n\nAnd say it well.\n")


def test_the_tables_come_from_the_definition(speak: NodeType) -> None:
    text = node_page(speak)
    assert "| `words` | TEXT, any number | Yes | No | What is said. |" in text
    assert "| `tone` | NUMBER | No | Yes | (default: 0.5) |" in text
    assert "| `text` | TEXT | What was \\| said. |" in text
    assert '| `mood` | combo | `"calm"` | How it is said; one of `calm`, `glad` |' in text
    assert "| `times` | slider | `1` | at least 1; at most 5; in steps of 1 |" in text


def test_prose_beside_the_file_joins_the_page(speak: NodeType, tmp_path: Path) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "speak.md").write_text("---\nauthor: Grace\n---\nMore words.\n\n## Tips\n\nSpeak slowly.\n")
    text = node_page(speak)
    assert 'author: "Grace"' in text
    assert text.index("And say it well.") < text.index("More words.") < text.index("## Input Sockets")
    assert text.endswith("## Tips\n\nSpeak slowly.\n")


@pytest.mark.parametrize("prose", ["---\nauthor: [\n---\nWords.", "\udcff"])
def test_broken_prose_does_not_hide_the_page(speak: NodeType, tmp_path: Path, prose: str) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "speak.md").write_bytes(prose.encode("utf-8", "surrogateescape"))
    assert "| `words` |" in node_page(speak)


def test_a_tool_shows_all_that_a_model_is_told() -> None:
    tool = next(kind for kind in built_in() if kind.type == "gpt_image_tool")
    text = node_page(tool)
    assert '"name": "generate_image"' in text
    assert '"input_schema"' in text


def test_pages_are_guides_in_their_order_and_then_the_nodes() -> None:
    found = pages(built_in())
    assert [each.kind for each in found] == ["guide"] * len(guides()) + ["node"] * len(built_in())
    assert found[0].slug == "first-picture"
    assert len({each.slug for each in found}) == len(found)
    assert all(each.title and each.description for each in found)


def test_a_page_is_found_by_its_slug() -> None:
    text = page("text", built_in())
    assert text is not None
    assert (text.type, text.kind, text.title) == ("text", "node", "Text")
    security = page("security", built_in())
    assert security is not None
    assert (security.kind, security.type, security.category) == ("guide", None, "Guides")
    assert page("nothing", built_in()) is None


def test_the_wire_form_is_that_of_the_api() -> None:
    text = page("text", built_in())
    assert text is not None
    assert text.entry() == {
        "type": "text",
        "slug": "text",
        "title": "Text",
        "category": "Input",
        "description": "Give a text that you write on the node.",
        "kind": "node",
    }
    assert set(text.as_json()) == {"slug", "title", "markdown"}


@pytest.mark.parametrize("found", pages(built_in()), ids=lambda found: found.slug)
def test_a_page_begins_with_its_heading_and_links_only_to_pages_that_exist(found: Page) -> None:
    assert found.markdown.startswith("# ")
    slugs = {each.slug for each in pages(built_in())}
    for link in PAGE_LINK.finditer(found.markdown):
        assert link["slug"] in slugs, f"{found.slug} links to {link['slug']}"
    assert len(list(PAGE_LINK.finditer(found.markdown))) == len(re.findall(r"\.md[)#]", found.markdown))


def test_writing_replaces_what_is_there_and_removes_what_is_gone(tmp_path: Path) -> None:
    (tmp_path / "gone.md").write_text("old")
    (tmp_path / "index.md").write_text("mine")
    written = write(tmp_path, built_in())
    assert {path.stem for path in written} == {kind.type for kind in built_in()}
    assert not (tmp_path / "gone.md").exists()
    assert (tmp_path / "index.md").exists()


def test_it_is_a_program_that_writes_the_pages(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "nodebuilder.documentation", tmp_path], check=True, cwd=ROOT)
    assert (tmp_path / "gpt_image.md").read_text() == (ROOT / "docs" / "nodes" / "gpt_image.md").read_text()


def test_the_page_says_how_widgets_change_an_input() -> None:
    (kind,) = (kind for kind in built_in() if kind.type == "string_array_creator")
    (row,) = (line for line in node_page(kind).splitlines() if line.startswith("| `inputs` |"))
    assert "While `wait_toggle` is false: it does not wait." in row
    assert "While `dependency_toggle` is false, and no rule before holds: it waits for each value" in row
