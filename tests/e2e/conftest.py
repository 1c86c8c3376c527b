"""A real server and a real Chromium for the tests of the editor."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright

from tests import chromium
from tests.e2e.editor import Editor

SLOW = '''import asyncio
from nodebuilder import Context, node

@node("slow", title="Slow", category="Test")
async def slow(ctx: Context, text: str, *, seconds: float = 60.0) -> str:
    """Wait a while."""
    for tenth in range(int(seconds * 10)):
        ctx.progress(tenth / (seconds * 10))
        await asyncio.sleep(0.1)
    return text
'''


@contextmanager
def served(folder: Path, *options: str) -> Iterator[str]:
    """Serve a data folder with the real command; gives the URL."""
    nodes = folder / "nodes"
    nodes.mkdir()
    (nodes / "slow.py").write_text(SLOW)
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("NODEBUILDER_", "OPENAI_"))}
    environment["NODEBUILDER_OPENAI_BASE_URL"] = "http://127.0.0.1:9/v1"  # nothing listens there, and nobody is called
    environment["NODEBUILDER_KEY_FILE"] = str(folder / "secret.key")
    command = [sys.executable, "-m", "nodebuilder", "serve", "--port", "0", "--no-open", "--nodes", str(nodes)]
    with (folder / "log.txt").open("w") as log:
        process = subprocess.Popen(
            [*command, "--data-dir", str(folder / "data"), *options],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env=environment,
        )
        assert process.stdout is not None
        try:
            yield _url(process.stdout, folder / "log.txt")
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(15)


def _url(output: Iterator[str], log: Path) -> str:
    for line in output:
        found = re.search(r"http://localhost:\d+", line)
        if found:
            return found[0]
    raise AssertionError(f"the server did not start: {log.read_text()}")


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with the sandbox on."""
    with served(tmp_path_factory.mktemp("sandbox"), "--sandbox") as url:
        yield url


@pytest.fixture(scope="session")
def keyless(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server without sandbox and without any key."""
    with served(tmp_path_factory.mktemp("keyless")) as url:
        yield url


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A fresh Chromium."""
    path = chromium.executable()
    if path is None:
        pytest.fail(chromium.ADVICE)
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=path, args=chromium.ARGUMENTS)
        yield opened
        await opened.close()


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A page of 1440 by 900 that fails its test when its script does."""
    context = await browser.new_context(
        viewport={"width": 1440, "height": 900}, permissions=["clipboard-read", "clipboard-write"]
    )
    page = await context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if "Content Security" in message.text else None)
    yield page
    assert not errors


@pytest.fixture
async def editor(page: Page, sandbox: str) -> Editor:
    """The editor with its first workflow, on the server with the sandbox."""
    return await Editor(page, sandbox).open()
