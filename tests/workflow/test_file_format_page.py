"""The page about the file format says what is so: its documents open, its tables are those of the code."""

from __future__ import annotations

import re
from dataclasses import replace

import frontmatter
import pytest

from nodebuilder.registry import load_registry
from nodebuilder.settings import Settings
from nodebuilder.values import CONNECTIONS, SocketType
from nodebuilder.workflow import parse, read
from nodebuilder.workflow.check import MOST_PROBLEMS, check
from nodebuilder.workflow.check_links import MOST_SLOTS
from nodebuilder.workflow.read import NODE_SHAPES, WORKFLOW_SHAPES, load
from nodebuilder.workflow.write import WIDTH, save
from tests.source import PACKAGE, ROOT
from tests.workflow.test_check import ERRORS, WARNINGS

PAGE = (ROOT / "docs/guide/file-format.md").read_text(encoding="utf-8")
BLOCKS: list[str] = re.findall(r"^```json\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def rows(title: str) -> list[list[str]]:
    section = PAGE.split(f" {title}\n")[1].split("\n## ")[0].split("\n### ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def codes(title: str) -> set[str]:
    return {row[0].strip("`") for row in rows(title)}


def test_the_page_has_its_front_matter() -> None:
    head = frontmatter.loads(PAGE).metadata
    assert {"title", "description", "category", "tags", "author", "version"} == set(head)
    assert head["category"] == "Guides"


@pytest.mark.parametrize("text", BLOCKS)
def test_a_document_of_the_page_opens_and_stands_there_as_it_would_be_written(text: str) -> None:
    assert save(replace(load(text), origin=None)) == text


def test_the_examples_show_what_they_say() -> None:
    registry = load_registry()
    assert check(load(BLOCKS[0]), registry) == []
    assert [problem.code for problem in check(load(BLOCKS[-1]), registry)] == [
        "bad_value",
        "bad_option",
        "missing_socket",
    ]


def test_the_keys_of_documents_and_nodes_are_listed() -> None:
    assert [row[0].strip("`") for row in rows("The document")] == list(WORKFLOW_SHAPES)
    assert [row[0].strip("`") for row in rows("Nodes")][: len(NODE_SHAPES)] == list(NODE_SHAPES)


def test_every_problem_is_listed_with_its_severity() -> None:
    listed = {row[0].strip("`"): row[1] for row in rows("What check reports")}
    found = {case[0]: "warning" for case in WARNINGS} | {case[0]: "error" for case in ERRORS}
    assert listed.keys() == found.keys()
    assert all(listed[code].startswith(severity) for code, severity in found.items())
    sources = "".join(
        path.read_text() for path in [*(PACKAGE / "workflow").glob("check*.py"), PACKAGE / "widget_values.py"]
    )
    written = set(re.findall(r'(?:Problem\(\s*|code=|code, .*?= )"(\w+)"', sources))
    assert written - {"more_problems"} <= listed.keys()


def test_every_refusal_is_listed() -> None:
    written = set(re.findall(r'code="(\w+)"', "".join(open_source(module) for module in ("parse", "read"))))
    assert codes("What is refused") == written | {"too_many_nodes", "too_many_links"}


def open_source(module: str) -> str:
    return (PACKAGE / "workflow" / f"{module}.py").read_text()


def test_the_limits_are_those_of_the_settings() -> None:
    named = re.findall(r"`NODEBUILDER_(\w+)` \(([\d,]+)\)", PAGE)
    assert len(named) == 5
    for name, number in named:
        assert Settings.model_fields[name.lower()].default == int(number.replace(",", ""))
    assert parse.VALUES_PER_ENTRY == 10
    assert "ten JSON values" in PAGE
    assert f"at most {WIDTH} characters" in PAGE
    assert f"from 0 to {MOST_SLOTS - 1}" in PAGE
    assert f"More than {MOST_PROBLEMS:,} are" in PAGE
    assert read.FAMILY == "nodebuilder/"


def test_the_types_that_connect_are_those_of_the_one_table() -> None:
    listed: dict[str, set[str]] = {"ANY": {one.value for one in SocketType}}
    for sources, targets in (row for row in rows("Links") if row[0].startswith("`")):
        for source in re.findall("`([A-Z]+)`", sources):
            listed[source] = {source, "ANY", *re.findall("`([A-Z]+)`", targets)}
    assert listed == {source.value: {target.value for target in targets} for source, targets in CONNECTIONS.items()}
