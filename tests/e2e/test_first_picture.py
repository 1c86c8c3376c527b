from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from PIL import Image
from playwright.async_api import Page, expect

from tests.e2e.editor import Editor, document
from tests.e2e.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_new_user_presses_run_and_sees_a_picture(editor: Editor) -> None:
    page = editor.page
    assert await editor.nodes() == ["prompt", "image", "show"]
    await editor.run()
    on_node = editor.node("image").get_by_role("img").last
    await expect(on_node).to_be_visible()
    shown = page.get_by_role("tabpanel", name="Display").locator("img").first
    await expect(shown).to_be_visible()
    source = await shown.get_attribute("src") or ""
    filename = source.rpartition("/")[2]
    assert re.fullmatch(r"gpt_image_[0-9a-f]{8}\.png", filename)
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"{editor.url}/servable/{filename}")
    assert answer.headers["content-type"] == "image/png"
    with Image.open(BytesIO(answer.content)) as picture:
        assert picture.size == (1024, 1024)
    assert await shown.evaluate("image => image.naturalWidth") == 1024


async def test_each_node_tells_how_long_it_took(editor: Editor) -> None:
    await editor.run()
    for name in ("prompt", "image", "show"):
        await expect(editor.node(name)).to_have_attribute("data-status", "done")
        await expect(editor.node(name).get_by_text(re.compile(r"^\d+\.\d s$"))).to_be_visible()


async def test_the_banner_says_that_calls_are_simulated(editor: Editor) -> None:
    await expect(editor.page.get_by_text("simulated, no cost")).to_be_visible()


async def test_without_a_key_the_node_says_so_and_offers_the_way_out(page: Page, keyless: Server) -> None:
    editor = await Editor(page, keyless.url).open()
    await editor.run("Failed")
    alert = editor.node("image").get_by_role("alert")
    await expect(alert).to_contain_text("OpenAI API key is required for GPT-image-1")
    await alert.get_by_role("button", name="Add key").click()
    form = page.get_by_role("form", name="Add a secret")
    await expect(form.get_by_role("textbox", name="Name")).to_have_value("openai")
    await form.get_by_role("textbox", name="Value").fill("sk-e2e-0123456789abcdef")
    await form.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("region", name="Secrets").get_by_text("openai", exact=True)).to_be_visible()
    assert "sk-e2e" not in await page.content()


async def test_a_run_goes_on_when_the_tab_is_closed_and_is_found_again(editor: Editor, tmp_path: Path) -> None:
    gate = tmp_path / "open"
    nodes = {"a": {"type": "text"}, "b": {"type": "held", "values": {"path": str(gate)}}}
    await editor.load(document("Slow", nodes, ["a.text_out -> b.text"]))
    await editor.page.get_by_role("button", name="Run Ctrl").click()
    await expect(editor.node("b")).to_have_attribute("data-status", "running")
    await editor.open()
    await expect(editor.node("b")).to_have_attribute("data-status", "running")
    gate.touch()
    await expect(editor.node("b")).to_have_attribute("data-status", "done", timeout=15_000)


async def test_stop_ends_a_run_at_once(editor: Editor) -> None:
    await editor.load(document("Slower", {"a": {"type": "text"}, "b": {"type": "slow"}}, ["a.text_out -> b.text"]))
    await editor.page.get_by_role("button", name="Run Ctrl").click()
    await expect(editor.node("b")).to_have_attribute("data-status", "running")
    await editor.page.get_by_role("button", name="Stop").click()
    await expect(editor.status).to_contain_text("Stopped", timeout=10_000)
    await expect(editor.node("b")).to_have_attribute("data-status", "skipped")
