"""The documentation is where the work is."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import expect

from tests.e2e.editor import Editor
from tests.e2e.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
CLICK = "(button) => button.click()"  # at once: waiting until each of so many can be hit takes most of the time
LINKS = """(page) => [
    [...page.querySelectorAll("a")].map((link) => link.getAttribute("href")),
    page.querySelectorAll("button.ui-link").length,
]"""


async def test_the_right_button_on_a_node_opens_its_page(editor: Editor) -> None:
    page = editor.page
    await editor.head("image").click(button="right")
    await page.get_by_role("menuitem", name="Documentation").click()
    docs = page.get_by_role("tabpanel", name="Docs")
    await expect(docs.get_by_role("heading", name="GPT Image", exact=True)).to_be_visible()
    await expect(docs.get_by_role("table").first).to_be_visible()
    await expect(docs).to_contain_text("quality")
    await docs.get_by_role("button", name="All pages").click()
    await docs.get_by_role("searchbox").or_(docs.get_by_label("Search the documentation")).first.fill("first picture")
    await docs.get_by_role("button", name="First picture").click()
    await expect(docs.get_by_role("heading", name="First picture")).to_be_visible()


async def test_every_page_can_be_opened_and_every_link_inside_leads_somewhere(editor: Editor, sandbox: Server) -> None:
    page = editor.page
    pages = (await asyncio.to_thread(sandbox.api, "GET", "/api/docs"))["pages"]
    await page.get_by_role("tab", name="Docs").click()
    docs = page.get_by_role("tabpanel", name="Docs")
    inside = 0
    for entry in pages:
        button = docs.get_by_role("button", name=entry["title"]).filter(has_text=entry["description"]).first
        await button.evaluate(CLICK)
        await expect(docs.locator(".pn-doc .md")).to_be_visible()
        hrefs, buttons = await docs.locator(".pn-doc .md").evaluate(LINKS)
        for href in hrefs:
            assert href.startswith(("http://", "https://", "#", "/")), f"{entry['slug']} links to {href}"
        inside += buttons
        await docs.get_by_role("button", name="All pages").evaluate(CLICK)
    assert inside > 10


async def test_a_link_in_a_page_opens_the_other_page_in_the_panel(editor: Editor) -> None:
    page = editor.page
    await page.get_by_role("tab", name="Docs").click()
    docs = page.get_by_role("tabpanel", name="Docs")
    await docs.get_by_role("button", name="First picture").click()
    link = docs.locator(".md button.ui-link").first
    await expect(link).to_be_visible()
    before = await docs.get_by_role("heading").first.inner_text()
    await link.click()
    await expect(docs.get_by_role("heading").first).not_to_have_text(before)
    await editor.nodes()
