from __future__ import annotations

import re
from io import BytesIO

import httpx
import pytest
from PIL import Image
from playwright.async_api import Page, expect

from tests.e2e.editor import Editor

pytestmark = pytest.mark.browser


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


async def test_without_a_key_the_node_says_so_and_offers_the_way_out(page: Page, keyless: str) -> None:
    editor = await Editor(page, keyless).open()
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


async def test_a_run_goes_on_when_the_tab_is_closed_and_is_found_again(editor: Editor) -> None:
    page = editor.page
    await editor.load(
        {
            "format": "nodebuilder/1",
            "name": "Slow",
            "nodes": {"a": {"type": "text"}, "b": {"type": "slow", "values": {"seconds": 3}}},
            "links": ["a.text_out -> b.text"],
        }
    )
    await page.get_by_role("button", name="Run Ctrl").click()
    await expect(editor.node("b")).to_have_attribute("data-status", "running")
    await editor.open()
    await expect(editor.node("b")).to_have_attribute("data-status", "done", timeout=15_000)


async def test_stop_ends_a_run_at_once(editor: Editor) -> None:
    page = editor.page
    await editor.load(
        {
            "format": "nodebuilder/1",
            "name": "Slower",
            "nodes": {"a": {"type": "text"}, "b": {"type": "slow"}},
            "links": ["a.text_out -> b.text"],
        }
    )
    await page.get_by_role("button", name="Run Ctrl").click()
    await expect(editor.node("b")).to_have_attribute("data-status", "running")
    await page.get_by_role("button", name="Stop").click()
    await expect(page.get_by_text("Cancelled").first).to_be_visible(timeout=10_000)
