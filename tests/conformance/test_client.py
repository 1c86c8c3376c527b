"""The official suites against our client: all that is not about signing in with a browser or asking the person back."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest

from tests.conformance import npm
from tests.conformance.test_conformance import SUITE

CLIENT = Path(__file__).with_name("client.py")


@pytest.mark.parametrize(
    ("folder", "scenario"),
    [
        ("suite-0.1", "initialize"),
        ("suite-0.1", "tools_call"),
        ("suite-0.1", "sse-retry"),
        ("suite-0.2", "tools_call"),
        ("suite-0.2", "request-metadata"),
        ("suite-0.2", "http-standard-headers"),
        ("suite-0.2", "http-custom-headers"),
        ("suite-0.2", "http-invalid-tool-headers"),
        ("suite-0.2", "json-schema-ref-no-deref"),
        ("suite-0.2", "json-schema-2020-12-preservation"),
    ],
    indirect=["folder"],
)
def test_the_suite_takes_our_client(folder: str, scenario: str, tmp_path: Path) -> None:
    command = shlex.join([sys.executable, str(CLIENT)])
    done = npm.run(
        folder, SUITE, "client", "--command", command, "--scenario", scenario, "-o", str(tmp_path), home=tmp_path
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    assert "OVERALL: PASSED" in done.stdout + done.stderr
