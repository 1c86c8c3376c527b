"""The official conformance suites, as they are published, against a real server of ours."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.conformance import npm
from tests.server.serving import Server

SUITE = "@modelcontextprotocol/conformance/dist/index.js"
UNSCORED = "tasks-"
"""An extension of the protocol that we do not offer; the suite runs it for the record."""


def suite(folder: str, server: Server, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return npm.run(folder, SUITE, "server", "--url", f"{server.url}/mcp", *arguments, "-o", str(home), home=home)


def summary(output: str) -> dict[str, tuple[int, int]]:
    """Passed and failed checks of each scenario, as the suite sums them up."""
    lines = re.findall(r"^[✓✗] ([a-z0-9-]+): (\d+) passed, (\d+) failed$", output, re.MULTILINE)
    return {name: (int(passed), int(failed)) for name, passed, failed in lines}


@pytest.mark.parametrize("folder", ["suite-0.1"], indirect=True)
def test_the_active_suite_passes(folder: str, hosting: Server, tmp_path: Path) -> None:
    done = suite(folder, hosting, tmp_path, "--suite", "active")
    assert "Total: 40 passed, 0 failed" in done.stdout, done.stdout[-3000:]
    assert done.returncode == 0


@pytest.mark.parametrize("folder", ["suite-0.2"], indirect=True)
def test_all_that_the_newest_protocol_requires_passes(folder: str, hosting: Server, tmp_path: Path) -> None:
    done = suite(folder, hosting, tmp_path, "--requirements", "2026-07-28")
    told = summary(done.stdout)
    failed = {name: counts for name, counts in told.items() if counts[1] and not name.startswith(UNSCORED)}
    assert not failed, done.stdout[-6000:]
    assert done.returncode == 0
    assert len(told) >= 45
    assert told["server-stateless"][0] >= 30
    assert told["http-header-validation"][0] >= 14


@pytest.mark.parametrize("folder", ["suite-0.2"], indirect=True)
def test_the_newer_suite_passes_for_the_older_protocol_too(folder: str, hosting: Server, tmp_path: Path) -> None:
    done = suite(folder, hosting, tmp_path, "--spec-version", "2025-11-25")
    assert re.search(r"Total: 7\d passed, 0 failed", done.stdout), done.stdout[-3000:]
    assert done.returncode == 0
