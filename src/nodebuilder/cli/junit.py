"""Tests of workflows as JUnit XML, which CI services read."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from nodebuilder.cli.verdicts import Verdict, account, count
from nodebuilder.errors import StorageError

_NOT_IN_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_junit(path: Path, verdicts: Sequence[Verdict], *, seconds: float, clean: Callable[[str], str]) -> None:
    """Write the report; `clean` takes keys out of every text.

    Raises:
        StorageError: the file cannot be written (code `unwritable_file`).
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(report(verdicts, seconds=seconds, clean=clean))
    except OSError as error:
        raise StorageError(
            f"{path} cannot be written: {error.strerror or error}.",
            "Give --junit a path in a folder that can be written.",
            code="unwritable_file",
        ) from error


def report(verdicts: Sequence[Verdict], *, seconds: float, clean: Callable[[str], str]) -> bytes:
    """Return the report as UTF-8: one suite, and in it a case for each workflow."""

    def text(value: str) -> str:
        return _NOT_IN_XML.sub("\ufffd", clean(value))

    counts = {
        "tests": str(len(verdicts)),
        "failures": str(count(verdicts, "failed")),
        "errors": "0",
        "time": f"{seconds:.3f}",
    }
    suites = ET.Element("testsuites", {"name": "nodebuilder", **counts})
    begun = datetime.now(UTC).replace(microsecond=0, tzinfo=None).isoformat()
    more = {"skipped": str(count(verdicts, "skipped")), "timestamp": begun}
    suite = ET.SubElement(suites, "testsuite", {"name": "workflows", **counts, **more})
    for verdict in verdicts:
        trial = verdict.trial
        about = {
            "classname": text(verdict.file),
            "name": text(verdict.name or Path(verdict.file).name),
            "assertions": str(trial.asserts),
            "time": f"{trial.seconds:.3f}",
        }
        case = ET.SubElement(suite, "testcase", about)
        if trial.outcome == "skipped":
            ET.SubElement(case, "skipped", {"message": text(trial.reason)})
        elif trial.outcome == "failed":
            first = trial.faults[0]
            failure = ET.SubElement(case, "failure", {"message": text(first.message), "type": first.code})
            failure.text = text("\n".join(account(trial)))
    ET.indent(suites)
    return ET.tostring(suites, encoding="utf-8", xml_declaration=True) + b"\n"
