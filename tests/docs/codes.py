"""The codes of all errors and problems, read off the source: wherever something called `code` is given a text."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.source import Function, modules


def error_codes() -> dict[str, str]:
    """Return every code with a place where it is given.

    The sandbox answers in OpenAI's own codes, which are OpenAI's to document.
    """
    places = _positions()
    found: dict[str, str] = {}
    for module in [module for module in modules() if "sandbox" not in module.path.parts]:
        for node in ast.walk(module.tree):
            for value in _given(node, places):
                for code in _texts(value):
                    found.setdefault(code, f"{module.path.name}:{value.lineno}")
    return found


def _positions() -> dict[str, set[int]]:
    """Return for each function or class that takes a `code` by position, at which places."""
    found: dict[str, set[int]] = {}
    for module in modules():
        for node in ast.walk(module.tree):
            names = _parameters(node)
            if "code" in names and isinstance(node, Function | ast.ClassDef):
                found.setdefault(node.name, set()).add(names.index("code"))
    return found


def _parameters(node: ast.AST) -> list[str]:
    if isinstance(node, Function):
        return [argument.arg for argument in node.args.args if argument.arg not in ("self", "cls")]
    if not isinstance(node, ast.ClassDef):
        return []
    for each in node.body:
        if isinstance(each, ast.FunctionDef) and each.name == "__init__":
            return _parameters(each)
    fields = [each.target for each in node.body if isinstance(each, ast.AnnAssign)]
    return [target.id for target in fields if isinstance(target, ast.Name)]


def _given(node: ast.AST, places: dict[str, set[int]]) -> Iterator[ast.expr]:
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            yield from (keyword.value for keyword in node.keywords if keyword.arg == "code")
            yield from (node.args[place] for place in places.get(name, ()) if len(node.args) > place)
        case ast.ClassDef():
            for each in node.body:
                match each:
                    case ast.Assign(targets=[ast.Name(id="code")], value=value):
                        yield value
        case ast.FunctionDef(name=name) if name.endswith("_code"):
            yield from (each.value for each in ast.walk(node) if isinstance(each, ast.Return) and each.value)


def _texts(value: ast.expr) -> Iterator[str]:
    match value:
        case ast.Constant(value=str() as text) if re.fullmatch(r"[a-z][a-z0-9_]*", text):
            yield text
        case ast.IfExp():
            yield from _texts(value.body)
            yield from _texts(value.orelse)
