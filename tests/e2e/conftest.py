"""A real server and a real Chromium for the tests of the editor: one of each for all, a fresh profile per test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from tests import chromium
from tests.e2e.editor import Editor
from tests.e2e.server import Server, served
from tests.standin import StandIn, standin_in_thread


@pytest.fixture(scope="session")
def sandbox_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with served(tmp_path_factory.mktemp("sandbox"), "--sandbox") as server:
        yield server


@pytest.fixture
def sandbox(sandbox_server: Server) -> Server:
    """A server with the sandbox on, without workflows and secrets."""
    sandbox_server.forget()
    return sandbox_server


@pytest.fixture(scope="session")
def keyless_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with served(tmp_path_factory.mktemp("keyless")) as server:
        yield server


@pytest.fixture
def keyless(keyless_server: Server) -> Server:
    """A server without sandbox and without any key."""
    keyless_server.forget()
    return keyless_server


@pytest.fixture(scope="session")
def openai() -> Iterator[StandIn]:
    """A stand-in for OpenAI that fails as it is told."""
    with standin_in_thread() as standin:
        yield standin


@pytest.fixture(scope="session")
def keyed_server(tmp_path_factory: pytest.TempPathFactory, openai: StandIn) -> Iterator[Server]:
    with served(tmp_path_factory.mktemp("keyed"), provider=openai.url) as server:
        yield server


@pytest.fixture
def keyed(keyed_server: Server) -> Server:
    """A server that calls the stand-in, with a key kept as a secret."""
    keyed_server.forget()
    keyed_server.api("PUT", "/api/secrets/openai", {"value": "sk-e2e-0123456789abcdefghij"})
    return keyed_server


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The Chromium of this machine."""
    path = chromium.executable()
    if path is None:
        pytest.fail(chromium.ADVICE)
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=path, args=chromium.ARGUMENTS)
        yield opened
        await opened.close()


@asynccontextmanager
async def fresh_profile(browser: Browser, *, elsewhere: str = "nowhere") -> AsyncIterator[BrowserContext]:
    """Open a fresh profile with pages of 1440 by 900; a script that fails in it is an error at the end.

    So is whatever the page may not load, but for what lies `elsewhere`.
    """
    context = await browser.new_context(
        viewport={"width": 1440, "height": 900},
        permissions=["clipboard-read", "clipboard-write"],
        reduced_motion="reduce",
    )
    errors: list[str] = []
    context.on("weberror", lambda error: errors.append(str(error.error)))
    context.on("console", lambda said: errors.append(said.text) if "Content Security" in said.text else None)
    yield context
    await context.close()
    assert not [error for error in errors if elsewhere not in error]


@pytest_asyncio.fixture(loop_scope="session")
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    """A fresh profile that fails its test when a script in it does."""
    async with fresh_profile(browser) as context:
        yield context


@pytest_asyncio.fixture(loop_scope="session")
async def page(context: BrowserContext) -> Page:
    return await context.new_page()


@pytest_asyncio.fixture(loop_scope="session")
async def editor(page: Page, sandbox: Server) -> Editor:
    """The editor with its first workflow, on the server with the sandbox."""
    return await Editor(page, sandbox.url).open()
