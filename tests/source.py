"""The source tree as the tests of the architecture read it: modules, imports, functions, docstrings."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "nodebuilder"
TESTS = ROOT / "tests"
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One file of the package."""

    path: Path
    name: str
    text: str
    tree: ast.Module

    @property
    def lines(self) -> int:
        return len(self.text.splitlines())

    def imports(self) -> Iterator[tuple[str, int, bool]]:
        """Yield each imported module of the package as (name, line, whether inside a function)."""
        inner = {id(node) for function in self.functions() for node in ast.walk(function)}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                yield node.module, node.lineno, id(node) in inner
                if node.module.startswith("nodebuilder"):
                    for alias in node.names:
                        if f"{node.module}.{alias.name}" in names():
                            yield f"{node.module}.{alias.name}", node.lineno, id(node) in inner
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    yield alias.name, node.lineno, id(node) in inner

    def functions(self) -> Iterator[Function]:
        for node in ast.walk(self.tree):
            if isinstance(node, Function):
                yield node

    def public(self) -> Iterator[Function | ast.ClassDef]:
        """Yield the public functions, classes and methods."""
        yield from _public(self.tree.body)


def _public(body: list[ast.stmt]) -> Iterator[Function | ast.ClassDef]:
    for node in body:
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_"):
            overloaded = any("overload" in ast.unparse(mark) for mark in node.decorator_list)
            if not overloaded:
                yield node
            if isinstance(node, ast.ClassDef):
                yield from _public(node.body)


def _name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def names() -> frozenset[str]:
    return frozenset(_name(path) for path in PACKAGE.rglob("*.py") if "static" not in path.parts)


@cache
def modules() -> tuple[Module, ...]:
    """Return all modules of the package, migrations of the database apart."""
    paths = [p for p in sorted(PACKAGE.rglob("*.py")) if "static" not in p.parts and "versions" not in p.parts]
    texts = {path: path.read_text() for path in paths}
    return tuple(Module(path, _name(path), text, ast.parse(text)) for path, text in texts.items())
