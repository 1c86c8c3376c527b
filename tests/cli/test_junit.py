from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodebuilder.cli.junit import report, write_junit
from nodebuilder.cli.verdicts import Verdict
from nodebuilder.errors import StorageError
from nodebuilder.house.trials import Fault, Trial
from nodebuilder.redaction import Redactor

KEY = "sk-CANARY-8888888888-88888"
ATTRIBUTES = {
    "testsuites": {"name", "tests", "failures", "errors", "time"},
    "testsuite": {"name", "tests", "failures", "errors", "time", "skipped", "timestamp"},
    "testcase": {"classname", "name", "assertions", "time"},
    "failure": {"message", "type"},
    "skipped": {"message"},
}
"""All that the schema of JUnit's reports knows and is used here."""


def verdict(message: str = "It failed.", *, file: str = "a.flow.json", name: str = "A") -> Verdict:
    return Verdict(file, name, Trial("failed", 1.5, faults=(Fault(message, "Mend it.", "odd", "same", "Assert"),)))


def test_every_outcome_has_its_case() -> None:
    given = [
        Verdict("b.flow.json", "", Trial("passed", 0.25, asserts=2, run_id="r")),
        verdict(),
        Verdict("c.flow.json", "C", Trial("skipped", reason="it has no Assert node")),
    ]
    root = ET.fromstring(report(given, seconds=2, clean=str))  # noqa: S314 - our own report
    assert all(set(each.attrib) == ATTRIBUTES[each.tag] for each in root.iter())
    (suite,) = root
    assert {key: suite.get(key) for key in ("tests", "failures", "errors", "skipped", "time")} == {
        "tests": "3",
        "failures": "1",
        "errors": "0",
        "skipped": "1",
        "time": "2.000",
    }
    passed, failed, skipped = suite
    assert (passed.get("classname"), passed.get("name"), passed.get("assertions")) == ("b.flow.json",) * 2 + ("2",)
    assert list(passed) == []
    assert failed[0].attrib == {"message": "It failed.", "type": "odd"}
    assert failed[0].text == "same (Assert): It failed.\n  Mend it."
    assert skipped[0].attrib == {"message": "it has no Assert node"}


@given(text=st.text(st.characters(exclude_categories=())))
def test_any_text_makes_a_report_that_can_be_read(text: str) -> None:
    root = ET.fromstring(report([verdict(text, file=text, name=text)], seconds=0, clean=str))  # noqa: S314 - our own report
    assert root.find(".//failure") is not None


def test_no_key_stands_in_it() -> None:
    redactor = Redactor()
    redactor.remember(KEY)
    assert KEY.encode() not in report([verdict(f"{KEY} is wrong", name=KEY)], seconds=0, clean=redactor.text)


def test_folders_are_made_and_what_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    write_junit(tmp_path / "in" / "report.xml", [verdict()], seconds=0, clean=str)
    assert ET.parse(tmp_path / "in" / "report.xml").getroot().tag == "testsuites"  # noqa: S314 - our own report
    with pytest.raises(StorageError, match="cannot be written"):
        write_junit(tmp_path / "in", [verdict()], seconds=0, clean=str)
