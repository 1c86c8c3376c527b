"""For everybody: axe finds nothing serious, and the keyboard is enough."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from tests.e2e.editor import Editor, document
from tests.e2e.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

ROOMS = ("Nodes", "Workflows", "Files", "History", "Listening", "Outline", "Secrets", "Settings")


async def nothing_serious(page: Page, where: str) -> None:
    results = await Axe().run(page)
    found = [
        f"{violation['id']} ({violation['impact']}): {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
        for violation in results.response["violations"]
        if violation["impact"] in {"serious", "critical"}
        for node in violation["nodes"][:3]
    ]
    assert not found, f"{where}: " + "\n".join(found)


@pytest.fixture(params=[("dark", 1440, 900), ("light", 1440, 900), ("dark", 900, 700), ("light", 900, 700)], ids=str)
async def look(request: pytest.FixtureRequest) -> tuple[str, int, int]:
    return request.param


async def test_axe_finds_nothing_serious_in_any_state(
    browser: Browser, sandbox: Server, look: tuple[str, int, int], tmp_path: Path
) -> None:
    theme, width, height = look
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="light" if theme == "light" else "dark",
        reduced_motion="reduce",
    )
    page = await context.new_page()
    editor = await Editor(page, sandbox.url).open()
    await nothing_serious(page, "idle")
    await editor.run()
    if width < 1000:
        await page.get_by_role("button", name="Side panel", exact=True).click()
    await expect(editor.display.locator("img")).to_be_visible()
    await nothing_serious(page, "done")
    gate = tmp_path / "open"
    nodes = {
        "a": {"type": "text"},
        "b": {"type": "broken"},
        "g": {"type": "held", "values": {"path": str(gate)}},
        "f": {"type": "form"},
        "u": {"type": "unheard_of"},
        "r": {"type": "gpt_image"},
    }
    layout = {"a": [0, 0], "b": [300, 0], "g": [300, 240], "f": [600, 0], "u": [0, 260], "r": [900, 0]}
    links = ["a.text_out -> b.text", "a.text_out -> g.text"]
    await editor.load(document("All states", {name: nodes[name] for name in "abgf"}, links, layout=layout, start="a"))
    await page.get_by_role("button", name="Run Ctrl").click()
    await expect(editor.node("b")).to_have_attribute("data-status", "failed")
    await nothing_serious(page, "running")
    gate.touch()
    await expect(editor.status).to_contain_text("Failed")
    await editor.load(document("Unknown", nodes, links, layout=layout))
    await nothing_serious(page, "with an unknown node")
    await context.close()


@pytest.mark.parametrize("theme", ["dark", "light"])
async def test_axe_finds_nothing_serious_in_rooms_menus_and_dialogs(
    browser: Browser, sandbox: Server, theme: str
) -> None:
    context = await browser.new_context(
        viewport={"width": 1440, "height": 900}, color_scheme="light" if theme == "light" else "dark"
    )
    page = await context.new_page()
    editor = await Editor(page, sandbox.url).open()
    await editor.run()
    for tab in ("Inspector", "Log", "Docs"):
        await page.get_by_role("tab", name=tab).click()
        await nothing_serious(page, tab)
    for room in ROOMS[1:]:
        await page.get_by_role("navigation", name="Rooms").get_by_role("button", name=room, exact=True).click()
        await expect(page.get_by_role("region", name=room, exact=True)).to_be_visible()
        await expect(page.locator(".ui-skeleton")).to_have_count(0)
        await nothing_serious(page, room)
    await editor.head("image").click(button="right")
    await expect(page.get_by_role("menu")).to_be_visible()
    await nothing_serious(page, "the menu of a node")
    await editor.press("Escape")
    await page.mouse.dblclick(*await editor.blank())
    await expect(page.get_by_role("dialog", name="Add a node")).to_be_visible()
    await nothing_serious(page, "the search")
    await editor.press("Escape")
    await editor.press("Control+k")
    await expect(page.get_by_placeholder("What do you want to do?")).to_be_visible()
    await nothing_serious(page, "the commands")
    await editor.press("Escape")
    await editor.press("Shift+?")
    await expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    await nothing_serious(page, "the shortcuts")
    await context.close()


async def test_the_keyboard_is_enough(editor: Editor) -> None:
    page = editor.page
    await editor.press("Control+k")
    await page.keyboard.type("new workflow")
    await editor.press("Enter")
    await editor.has_nodes()
    for words, node in (("add text text", "text"), ("add display", "display_output")):
        await editor.press("Control+k")
        await page.get_by_placeholder("What do you want to do?").fill(words)
        await editor.press("Enter")
        await editor.has(f"doc.nodes.{node}.type", node)
    await editor.press("Control+k")
    await page.get_by_placeholder("What do you want to do?").fill("go to text")
    await editor.press("Enter")
    wrapper = page.locator(".react-flow__node[data-id='text']")
    await expect(wrapper).to_be_focused()
    await editor.press("c")
    await expect(page.get_by_placeholder("Connect which sockets?")).to_be_visible()
    await page.keyboard.type("display")
    await editor.press("Enter")
    await editor.has_links("text.text_out -> display_output.data")
    await wrapper.focus()
    await editor.press("Tab")
    field = editor.node("text").get_by_role("textbox", name="value")
    await expect(field).to_be_focused()
    await page.keyboard.type("by hand alone")
    await editor.press("Control+Enter")
    await expect(editor.status).to_contain_text("Succeeded", timeout=15_000)
    await expect(editor.display).to_contain_text("by hand alone")


async def test_tab_reaches_every_room_and_the_splitters_move_by_keys(editor: Editor) -> None:
    page = editor.page
    names: list[str] = []
    for _ in range(16):
        await editor.press("Tab")
        names.append(await page.evaluate("() => document.activeElement?.getAttribute('aria-label') ?? ''"))
    for name in ("Name of the workflow", "Workflow menu", *ROOMS):
        assert name in names
    splitter = page.get_by_role("separator", name="Width of the left panel")
    await splitter.focus()
    before = await page.locator(".pn-place").bounding_box()
    await editor.press("ArrowRight")
    after = await page.locator(".pn-place").bounding_box()
    assert before
    assert after
    assert after["width"] > before["width"]
    for room in ROOMS[1:]:
        await page.get_by_role("navigation", name="Rooms").get_by_role("button", name=room, exact=True).click()
        await expect(page.get_by_role("region", name=room, exact=True)).to_be_visible()
        box = await page.locator(".pn-place").bounding_box()
        assert box
        assert box["width"] == after["width"]
    await editor.open()
    kept = await page.locator(".pn-place").bounding_box()
    assert kept
    assert kept["width"] == after["width"]
