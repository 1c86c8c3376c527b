"""Takes the pictures of the documentation in a real editor: `python -m tests.e2e.pictures` writes `docs/images`."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import httpx
from playwright.async_api import Browser, FloatRect, async_playwright, expect

from tests import chromium
from tests.e2e.editor import Editor
from tests.e2e.server import Server, served
from tests.source import ROOT

IMAGES = ROOT / "docs" / "images"
LOOP: dict[str, Any] = {
    "format": "nodebuilder/1",
    "name": "A greeting for each name",
    "nodes": {
        "names": {"type": "input", "title": "Names", "values": {"type": "list", "default": '["Ada", "Grace", "Alan"]'}},
        "each": {"type": "for_each", "title": "For each name", "values": {"width": 4}},
        "hello": {"type": "text", "title": "Hello", "values": {"value": "Hello"}},
        "greet": {"type": "concatenate_array", "title": "Greet", "values": {"separator": " "}},
        "show": {"type": "display_output"},
    },
    "links": [
        "names.value -> each.items",
        "hello.text_out -> greet.texts[0]",
        "each.item -> greet.texts[1]",
        "greet.full_text -> each.result",
        "each.results -> show.data",
    ],
    "layout": {"names": [0, 0], "each": [310, 0], "hello": [310, -190], "greet": [620, -60], "show": [980, 60]},
}


async def opened(browser: Browser, server: Server, theme: str = "light") -> Editor:
    context = await browser.new_context(
        viewport={"width": 1440, "height": 900},
        color_scheme="dark" if theme == "dark" else "light",
        reduced_motion="reduce",
    )
    return await Editor(await context.new_page(), server.url).open()


async def take(editor: Editor, name: str, clip: FloatRect | None = None) -> None:
    """Write a picture of the page, or of a part of it."""
    await editor.page.mouse.move(720, 850)
    await editor.settled()
    await asyncio.sleep(0.5)  # pictures on the page may still fade in
    path = IMAGES / f"{name}.png"
    await editor.page.screenshot(path=path, clip=clip)
    sys.stdout.write(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1000} kB\n")


async def first_picture(browser: Browser, server: Server) -> None:
    for theme, name in (("light", "editor"), ("dark", "editor-dark")):
        server.forget()
        editor = await opened(browser, server, theme)
        await editor.run()
        await expect(editor.display.get_by_role("img")).to_be_visible()
        await take(editor, name)


async def loop(browser: Browser, server: Server) -> None:
    server.forget()
    editor = await opened(browser, server)
    await editor.load(LOOP)
    await editor.run()
    await editor.head("each").click()
    await expect(editor.node("greet")).to_have_attribute("data-body", "true")
    await take(editor, "loop", {"x": 293, "y": 190, "width": 815, "height": 480})


async def listening(browser: Browser, server: Server) -> None:
    server.forget()
    editor = await opened(browser, server)
    await editor.load(json.loads((ROOT / "examples" / "webhook.flow.json").read_text()))
    await editor.saved()
    await editor.page.locator(".pn-rail").get_by_role("button", name="Listening", exact=True).click()
    await editor.page.locator(".bar").get_by_role("button", name="Listen", exact=True).click()
    card = editor.page.get_by_role("listitem", name="Orders")
    await expect(card).to_be_visible()
    async with httpx.AsyncClient(base_url=server.url) as client:
        answer = await client.post("/hooks/orders", json={"order": 18, "item": "a blue bicycle"})
        answer.raise_for_status()
    await expect(card.get_by_label("Last runs")).to_contain_text("done")
    await take(editor, "listening", {"x": 0, "y": 0, "width": 1440, "height": 620})


async def main() -> None:
    """Take all pictures, on a server of their own that goes away afterwards."""
    path = chromium.executable()
    if path is None:
        sys.exit(chromium.ADVICE)
    with tempfile.TemporaryDirectory() as folder, served(Path(folder), "--sandbox") as server:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=path, args=chromium.ARGUMENTS)
            await opened(browser, server)
            await asyncio.sleep(5)  # the server gets ready once somebody has come, and times are in the pictures
            for picture in (first_picture, loop, listening):
                await picture(browser, server)
            await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
