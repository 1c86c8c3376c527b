"""Every code block of the documentation is executed: files are written, workflows checked, commands run."""

from __future__ import annotations

import json
import shlex
import sys
import tomllib
from pathlib import Path

import pytest
import typer
import yaml

from nodebuilder.cli.app import COMMANDS
from nodebuilder.cli.loading import load
from nodebuilder.registry import load_registry
from nodebuilder.workflow.check import check
from nodebuilder.workflow.read import load as read
from tests.docs.blocks import Block, blocks
from tests.source import ROOT
from tests.terminal import Terminal

PAGES = [*sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
KNOWN = {"python", "json", "console", "text", "toml", "http", "javascript", "yaml"}
SERVERS = {"serve", "sandbox", "mcp"}
HAVE_THEIR_OWN_TEST = {"file-format"}
"""Pages that show broken documents on purpose (tests/workflow/test_file_format_page.py)."""
MAKE = {
    line.split(":")[0] for line in (ROOT / "Makefile").read_text().splitlines() if line[:1].isalpha() and ":" in line
}
KEY = "sk-not-a-real-key-0123456789"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_block_of_the_page_works(path: Path, terminal: Terminal) -> None:
    terminal.monkeypatch.setenv("NODEBUILDER_SANDBOX", "true")
    terminal.monkeypatch.setenv("NODEBUILDER_OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    (terminal.folder / "examples").symlink_to(ROOT / "examples")
    for block in blocks(path):
        where = f"{path.relative_to(ROOT)}:{block.line}"
        assert block.language in KNOWN, f"{where}: nobody knows how to run {block.language}"
        if block.title is not None:
            terminal.write(block.title, block.text)
        match block.language:
            case "python":
                _python(block, where)
            case "json" if path.stem not in HAVE_THEIR_OWN_TEST:
                _json(block, terminal)
            case "console":
                for line in _lines(block.text):
                    _command(line, terminal, where)
            case "toml":
                tomllib.loads(block.text)
            case "yaml":
                assert yaml.safe_load(block.text), where
            case _:
                pass


def test_no_block_is_overlooked() -> None:
    for path in PAGES:
        fences = [line for line in path.read_text().splitlines() if line.lstrip().startswith("```")]
        assert len(fences) == 2 * len(blocks(path)), f"{path} has a block that cannot be read"


def _python(block: Block, where: str) -> None:
    code = compile(block.text, where, "exec")
    if block.title is None:
        exec(code, {"__name__": "documentation"})  # noqa: S102 - this is what the test is for


def _json(block: Block, terminal: Terminal) -> None:
    value = json.loads(block.text)
    if not isinstance(value, dict) or "format" not in value:
        return
    nodes = terminal.folder / "nodes"
    known = {name for name in sys.modules if name.startswith("nodebuilder_user_nodes.")}
    registry = load_registry(nodes if nodes.is_dir() else None)
    problems = check(read(block.text), registry)
    assert not [problem for problem in problems if problem.severity == "error"]
    for name in {name for name in sys.modules if name.startswith("nodebuilder_user_nodes.")} - known:
        del sys.modules[name]


def _lines(text: str) -> list[str]:
    return [line for line in text.replace("\\\n", " ").splitlines() if line.strip() and not line.startswith("#")]


def _command(line: str, terminal: Terminal, where: str) -> None:
    words = shlex.split(line)
    match words:
        case ["make", target, *_]:
            assert target in MAKE, f"{where}: there is no make {target}"
        case ["export", setting] if setting.startswith("NODEBUILDER_"):
            assert setting.partition("=")[0] in _settings(), where
        case [setting, "nodebuilder" | "make", *_] | [setting, "rand", *_] if "=" in setting:
            assert setting.partition("=")[0] in _settings(), where
        case ["echo", text, "|", "nodebuilder", *arguments]:
            assert terminal.say(*arguments, stdin=text).code == 0, where
        case ["nodebuilder", command, *rest] if command in SERVERS:
            _options_exist(command, rest, where)
        case ["nodebuilder", *arguments]:
            told = arguments[: arguments.index(">")] if ">" in arguments else arguments
            said = terminal.say(*told, stdin=KEY)
            assert said.code == 0, f"{where}: {line} ended with {said.code}: {said.err}"
        case ["pytest", *options]:
            known = (ROOT / "src/nodebuilder/cli/pytest_plugin.py").read_text()
            assert all(f'"{option}"' in known for option in options if option.startswith("--")), where
        case ["git" | "cd" | "pip" | "curl" | ".venv/bin/pytest" | ".venv/bin/python", *_]:
            pass
        case _:
            pytest.fail(f"{where}: nobody knows how to run {line}")


def _settings() -> set[str]:
    return {f"NODEBUILDER_{name}".upper() for name in load("nodebuilder.settings").Settings.model_fields}


def _options_exist(command: str, words: list[str], where: str) -> None:
    assert command in COMMANDS
    known = {
        option
        for parameter in typer.main.get_command(load(f"nodebuilder.cli.{command}").app).params
        for option in (*parameter.opts, *parameter.secondary_opts)
    }
    for word in words:
        assert not word.startswith("--") or word in known, f"{where}: {command} has no {word}"
