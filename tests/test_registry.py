from __future__ import annotations

import sys
from pathlib import Path

import pytest

from nodebuilder import node
from nodebuilder.errors import DefinitionError
from nodebuilder.registry import Registry, load_registry

THREE_LINES = """from nodebuilder import node

@node
async def shout(text: str) -> str:
    return text.upper() + "!"
"""


def test_the_built_in_nodes_enter_by_the_public_door() -> None:
    registry = load_registry()
    assert {node_type.type for node_type in registry} >= {
        "text",
        "number",
        "gpt_image",
        "gpt_image_tool",
        "display_output",
    }
    assert registry.definition("text") is not None
    assert registry.get("nothing") is None
    assert registry.definition("nothing") is None


def test_a_file_in_the_users_folder_adds_its_nodes(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(THREE_LINES)
    (tmp_path / "_hidden.py").write_text("raise RuntimeError('never read')")
    registry = load_registry(tmp_path)
    shout = registry.get("shout")
    assert shout is not None
    assert shout.file == tmp_path / "mine.py"


def test_two_nodes_with_one_id_are_refused_and_both_named(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        THREE_LINES.replace("async def shout", "async def text").replace("text: str", "a: str")
    )
    with pytest.raises(DefinitionError) as caught:
        load_registry(tmp_path)
    assert "mine.py" in caught.value.message
    assert "inputs.py" in caught.value.message


def test_adding_the_same_node_again_changes_nothing() -> None:
    @node
    async def once() -> str:
        return ""

    registry = Registry((once, once))
    assert len(registry) == 1


@pytest.mark.parametrize(
    ("source", "word", "line"),
    [
        ("import nowhere_at_all\n", "nowhere_at_all", 1),
        ("x = 1\nx +\n", "SyntaxError", 2),
        ("from nodebuilder import node\n\n@node\nasync def f(x) -> str: ...\n", "x has no type", 3),
        ("def boom():\n    raise ValueError('no')\n\nboom()\n", "ValueError", 2),
        ("import sys\nsys.exit(3)\n", "SystemExit", 2),
    ],
)
@pytest.mark.parametrize("relative", [False, True])
def test_a_broken_file_is_named_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, word: str, line: int, relative: bool
) -> None:
    (tmp_path / "broken.py").write_text(source)
    monkeypatch.chdir(tmp_path.parent)
    with pytest.raises(DefinitionError) as caught:
        load_registry(Path(tmp_path.name) if relative else tmp_path)
    assert word in caught.value.message
    assert f"broken.py:{line}" in caught.value.message
    sys.modules.pop("nodebuilder_user_nodes.broken", None)


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match="not a folder"):
        load_registry(tmp_path / "gone")


def test_an_installed_pack_is_found_and_a_broken_one_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def install(name: str, source: str) -> None:
        (tmp_path / f"{name}.py").write_text(source)
        facts = tmp_path / f"{name}-1.0.dist-info"
        facts.mkdir()
        (facts / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (facts / "entry_points.txt").write_text(f"[nodebuilder.nodes]\n{name} = {name}\n")

    monkeypatch.syspath_prepend(str(tmp_path))
    install("pack_that_works", THREE_LINES.replace("shout", "whisper"))
    assert load_registry().get("whisper") is not None
    install("pack_that_breaks", "import a_module_that_is_gone\n")
    with pytest.raises(DefinitionError, match="pack_that_breaks") as caught:
        load_registry()
    assert "a_module_that_is_gone" in caught.value.message
