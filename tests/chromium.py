"""Finds the Chromium that the browser tests drive, and installs it where it may: `python -m tests.chromium`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ADVICE = (
    "The browser tests need Chromium, and none was found. Install it with your system's packages "
    "(Debian: apt install chromium; macOS: brew install --cask chromium) or run: .venv/bin/playwright install chromium"
)


def executable() -> str | None:
    """Return the path of a Chromium: the one named by CHROMIUM, of the system, or of Playwright; else None."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    return next((path for name in NAMES if (path := shutil.which(name))), None) or _of_playwright()


def _of_playwright() -> str | None:
    root = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache" / "ms-playwright"))
    found = sorted(root.glob("chromium-*/chrome-*/chrome")) if root.is_dir() else []
    return str(found[-1]) if found else None


def install() -> None:
    """Install Chromium by Debian's packages as root, else by Playwright into the user's cache."""
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)
        packages = ["chromium", "fonts-dejavu-core"]
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages], check=False, **quiet)
    else:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


if __name__ == "__main__":
    if executable() is None:
        install()
    if executable() is None:
        sys.exit(ADVICE)
