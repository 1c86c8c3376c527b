"""Installs the clients in an environment of their own: `python -m tests.clients.install`.

What is locked in this folder is installed here and nowhere else, so that the product's own lock stays small. Of the
package openai its source distribution is unpacked as well: it carries the client's own tests.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tarfile
import tomllib
from pathlib import Path

from tests.conformance import npm

HERE = Path(__file__).parent
VENV = HERE / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
SUITE = HERE / ".suite"
NODE = "../clients/node"
_STAMP = VENV / ".lock-stamp"


def ready() -> bool:
    """Say whether all that is locked is installed."""
    return _STAMP.exists() and _STAMP.read_text() == _wanted()


def main() -> None:
    """Install what is not there yet."""
    if ready():
        return
    uv = Path(sys.executable).with_name("uv")
    environment = {**os.environ, "UV_PROJECT_ENVIRONMENT": str(VENV)}
    _run([str(uv), "sync", "--quiet", "--frozen", "--project", str(HERE)], environment)
    _unpack_suite()
    reason = npm.install(NODE)
    if reason:
        sys.exit(reason)
    _STAMP.write_text(_wanted())


def suite() -> Path:
    """Return the folder of the unpacked source distribution."""
    return SUITE / f"openai-{_openai()['version']}"


def _unpack_suite() -> None:
    package = _openai()
    version, wanted = package["version"], package["sdist"]["hash"].removeprefix("sha256:")
    flags = ["--quiet", "--no-deps", "--no-binary", "openai", "--dest", str(SUITE)]
    _run([sys.executable, "-m", "pip", "download", *flags, f"openai=={version}"], {**os.environ})
    archive = SUITE / f"openai-{version}.tar.gz"
    if hashlib.sha256(archive.read_bytes()).hexdigest() != wanted:
        sys.exit(f"{archive.name} is not the file that is locked.")
    with tarfile.open(archive) as file:
        file.extractall(SUITE, filter="data")


def _openai() -> dict[str, dict[str, str]] | dict[str, str]:
    packages = tomllib.loads((HERE / "uv.lock").read_text())["package"]
    return next(package for package in packages if package["name"] == "openai")


def _wanted() -> str:
    locks = (HERE / "uv.lock", HERE / "node" / "package-lock.json")
    return hashlib.sha256(b"".join(lock.read_bytes() for lock in locks)).hexdigest()


def _run(command: list[str], environment: dict[str, str]) -> None:
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command[:3])} failed with code {done.returncode}: {done.stderr.strip()[-500:]}")


if __name__ == "__main__":
    main()
