"""The house rules that can be read off the source: import directions, sizes, documentation, names."""

from __future__ import annotations

import ast
import re
import statistics
import subprocess
import sys

import pytest

from tests.source import PACKAGE, ROOT, TESTS, Function, Module, modules

LAYERS = (
    ("cli",),
    ("server",),
    ("house",),
    ("interop",),
    ("documentation",),
    ("nodes",),
    ("providers",),
    ("storage",),
    ("engine",),
    ("workflow",),
    ("registry", "node", "tool_calls", "signature", "docstrings", "widget_values", "widgets", "context", "definition"),
    ("values", "events", "errors", "settings", "redaction"),
)
"""From the edge inward: a module imports its own layer and those below."""

HEAVY = {"litellm", "openai", "dbos", "PIL", "mcp", "sqlalchemy", "fastapi", "starlette", "cryptography", "alembic"}
BANNED_NAMES = re.compile(r"(Base|Manager|Helper|Utils?|Common|Service)$")
IMPORTS_INSIDE_FUNCTIONS = {
    "nodebuilder.tool_calls": {"jsonschema", "referencing"},
    "nodebuilder.providers.litellm_library": {"litellm", "openai"},
    "nodebuilder.server.mcp": {"nodebuilder"},  # what needs mcp: half a second that only hosts are worth
    "nodebuilder.providers.mcp_client": {"nodebuilder"},  # the modules that need mcp, which no light command may load
}
"""Optional or heavy libraries that are imported on first use, each in one module."""


def layer(name: str) -> int | None:
    room = name.split(".")[1] if "." in name else None
    return next((index for index, rooms in enumerate(LAYERS) if room in rooms), None)


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_imports_point_inward_only(module: Module) -> None:
    own = layer(module.name)
    if own is None:
        assert module.name in {"nodebuilder", "nodebuilder.__main__"}, f"{module.name} stands in no layer"
        return
    for target, line, _ in module.imports():
        reached = layer(target) if target.startswith("nodebuilder.") else None
        assert reached is None or reached >= own, f"{module.path}:{line} imports {target}, which lies further out"


def test_no_modules_import_each_other_in_a_circle() -> None:
    known = {module.name for module in modules()}
    graph = {
        m.name: {t for t, _, _ in m.imports() if t in known and t not in (m.name, "nodebuilder")} for m in modules()
    }
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, "a circle: " + " -> ".join([*trail[trail.index(name) :], name])
        if name not in done:
            for target in graph[name]:
                if not name.startswith(target + "."):
                    visit(target, (*trail, name))
        done.add(name)

    for name in graph:
        visit(name, ())


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_a_module_is_read_in_one_sitting(module: Module) -> None:
    assert module.lines <= 500


def test_most_modules_are_small() -> None:
    sizes = sorted(module.lines for module in modules() if module.lines > 5)
    assert statistics.median(sizes) <= 130
    assert sizes[int(len(sizes) * 0.9)] <= 350


def body_lines(function: Function) -> int:
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_functions_are_short() -> None:
    sizes = {f"{m.path}:{f.lineno} {f.name}": body_lines(f) for m in modules() for f in m.functions()}
    long = [f"{place} has {size} lines" for place, size in sizes.items() if size > 60]
    assert not long
    ordered = sorted(sizes.values())
    assert statistics.median(ordered) <= 8
    assert ordered[int(len(ordered) * 0.9)] <= 25


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_every_public_name_is_documented_by_a_sentence(module: Module) -> None:
    first = (ast.get_docstring(module.tree) or "").split("\n")[0]
    assert first, f"{module.path} has no docstring"
    for item in module.public():
        text = ast.get_docstring(item) or ""
        assert text, f"{module.path}:{item.lineno} {item.name} has no docstring"
        head = " ".join(text.split("\n\n")[0].split())
        assert head[0].isupper() or not head[0].isalpha(), f"{module.path}:{item.lineno} {item.name}: {head!r}"
        assert head[-1] in ".:?", f"{module.path}:{item.lineno} {item.name}: {head!r} is no sentence"


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_names_say_what_a_thing_is(module: Module) -> None:
    for item in module.public():
        if isinstance(item, ast.ClassDef):
            assert not BANNED_NAMES.search(item.name), f"{module.path}:{item.lineno} {item.name}"
    assert not BANNED_NAMES.search(module.name.rpartition(".")[2].capitalize()), module.name


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_imports_stand_at_the_top(module: Module) -> None:
    allowed = IMPORTS_INSIDE_FUNCTIONS.get(module.name, set())
    for target, line, inside in module.imports():
        assert not inside or target.split(".")[0] in allowed, f"{module.path}:{line} imports {target} in a function"


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_a_suppressed_rule_gives_its_reason(module: Module) -> None:
    for number, line in enumerate(module.text.splitlines(), 1):
        for mark in re.finditer(r"#\s*(noqa|type: ignore|pyright: ignore)(?P<rest>[^#]*)", line):
            rest = mark["rest"]
            assert re.match(r"[:\[]\s*\w", rest), f"{module.path}:{number} suppresses every rule"
            assert re.search(r"[ -]- ?\S", rest), f"{module.path}:{number} suppresses a rule without a reason"


def test_suppressed_types_are_rare() -> None:
    marks = sum(module.text.count("type: ignore") + module.text.count("pyright: ignore") for module in modules())
    assert marks <= max(2, sum(module.lines for module in modules()) / 1000 * 1.5)


def test_any_is_rationed() -> None:
    annotations = [a for module in modules() for a in _annotations(module)]
    share = sum("Any" in text for text in annotations) / len(annotations)
    assert share <= 0.15, f"{share:.1%} of annotations say Any"


def _annotations(module: Module) -> list[str]:
    found: list[str] = []
    for function in module.functions():
        arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
        found += [ast.unparse(a.annotation) for a in arguments if a.annotation]
        found += [ast.unparse(function.returns)] if function.returns else []
    return found


def test_the_tests_mirror_the_source() -> None:
    sources = [m for m in modules() if m.path.name not in {"__init__.py", "__main__.py"} and m.lines > 40]
    wanted = {m.path: TESTS / m.path.relative_to(PACKAGE).parent / f"test_{m.path.name}" for m in sources}
    missing = [str(path.relative_to(PACKAGE)) for path, test in wanted.items() if not test.exists()]
    assert len(missing) <= 0.25 * len(wanted), f"no test file for {missing}"


def test_no_secret_machine_path_or_workplace_word_is_committed() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("this is no git checkout")
    words = re.compile("/" + r"work/(main|shared)|/" + r"tmp/plan|/" + r"root/|sk-[A-Za-z0-9]{32,}")
    for name in listed.stdout.split():
        path = ROOT / name
        if path.suffix in {".png", ".woff2", ".ico", ".lock"} or path.name == "package-lock.json" or not path.is_file():
            continue
        found = words.search(path.read_text(errors="replace"))
        assert not found, f"{name} says {found and found[0]!r}"


@pytest.mark.parametrize("arguments", [["--version"], ["nodes"], ["nodes", "--json"], []])
def test_a_light_command_imports_nothing_heavy(arguments: list[str]) -> None:
    program = (
        "import sys, runpy\n"
        f"sys.argv = ['nodebuilder', *{arguments!r}]\n"
        "from nodebuilder.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)\n"
    )
    finished = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = set(ast.literal_eval(finished.stderr.strip().splitlines()[-1]))
    assert not loaded & HEAVY
