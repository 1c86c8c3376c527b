"""Runs all tests: `python -m tests.halves`; in CI as two halves side by side, so that two cores are used.

One half has what waits for programs: terminals, clients, suites and the browser; what it said is printed at the end.
The other has the rest.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

WAITING = ("cli", "clients", "conformance", "e2e")
"""The folders of the first half."""


def main() -> int:
    """Run the tests and return the exit code."""
    pytest = [sys.executable, "-m", "pytest"]
    if not os.environ.get("CI"):
        return subprocess.run(pytest, check=False).returncode
    folders = [str(Path("tests", name)) for name in WAITING]
    with tempfile.TemporaryFile("w+") as said:
        first = subprocess.Popen([*pytest, *folders], stdout=said, stderr=subprocess.STDOUT)
        others = subprocess.run([*pytest, *(f"--ignore={folder}" for folder in folders)], check=False, text=True)
        first.wait()
        said.seek(0)
        sys.stdout.write(said.read())
        sys.stdout.flush()
    return first.returncode or others.returncode


if __name__ == "__main__":
    sys.exit(main())
