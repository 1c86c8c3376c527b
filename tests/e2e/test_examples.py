"""The examples in the editor: each opened from the list and run, some talked to."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.e2e.conftest import fresh_profile
from tests.e2e.editor import Editor
from tests.e2e.server import Server
from tests.source import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
EXAMPLES = sorted((ROOT / "examples").glob("*.flow.json"))
OVERLAPS = """() => {
    const nodes = [...document.querySelectorAll(".react-flow__node")];
    const boxes = nodes.map((node) => [node.dataset.id, node.getBoundingClientRect()]);
    return boxes.flatMap(([one, a], i) => boxes.slice(i + 1).filter(([, b]) =>
        a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom).map(([other]) => [one, other]));
}"""


async def open_example(editor: Editor, title: str) -> None:
    """Open an example by its title; its nodes stand apart."""
    region = editor.page.get_by_role("region", name="Examples")
    if not await region.is_visible():  # a second click would fold it away
        await editor.page.get_by_role("navigation", name="Rooms").get_by_role("button", name="Workflows").click()
    listed = region.get_by_role("button")
    await expect(listed.first).to_be_visible()
    assert title in await listed.all_inner_texts(), "the editor is older than the example: make editor"
    await listed.get_by_text(title, exact=True).click()
    await editor.has("doc.name", title)
    await editor.settled()
    assert await editor.page.evaluate(OVERLAPS) == []


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def gallery(browser: Browser, sandbox_server: Server) -> AsyncIterator[Editor]:
    """One page for all examples, as somebody has it who looks at one after the other."""
    sandbox_server.forget()
    async with fresh_profile(browser, elsewhere="https://example.org/lion.png") as context:
        yield await Editor(await context.new_page(), sandbox_server.url).open()


def run_ids(server: Server) -> list[str]:
    """Return the ids of the last runs, the newest first."""
    return [run["run_id"] for run in server.api("GET", "/api/runs?limit=50")["runs"]]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name.removesuffix(".flow.json"))
async def test_an_example_runs_by_a_click_on_run(gallery: Editor, sandbox_server: Server, path: Path) -> None:
    document = json.loads(path.read_text())
    for called in (node.get("values", {}).get("workflow") for node in document["nodes"].values()):
        if called:  # what lies beside the file is found in the terminal only; here it is saved first
            beside = json.loads((path.parent / f"{called}.flow.json").read_text())
            sandbox_server.api("PUT", f"/api/workflows/{called}", {"workflow": beside})
    await open_example(gallery, document["name"])
    await expect(gallery.status.locator(".status-run")).to_have_attribute("data-status", "none")
    earlier = run_ids(sandbox_server)
    await gallery.run()
    await expect(gallery.page.locator('.react-flow__node [data-status="failed"]')).to_have_count(0)
    begun = [run_id for run_id in run_ids(sandbox_server) if run_id not in earlier]
    run = sandbox_server.api("GET", f"/api/runs/{begun[-1]}")  # those after it were set off by it
    assert (run["name"], run["status"], run["errors"]) == (document["name"], "succeeded", [])
    await expect(gallery.display.get_by_role("article")).to_have_count(len(run["displayed"]))


async def test_a_sunset_that_is_asked_for_in_the_chat_is_drawn_by_the_tool_and_shown_in_the_answer(
    editor: Editor,
) -> None:
    await open_example(editor, "A chat that draws")
    field = editor.display.get_by_role("textbox", name="Write a message")
    await field.fill("Generate an image of a sunset over mountains")
    await field.press("Enter")
    answer = editor.display.get_by_role("article").nth(1)
    picture = answer.get_by_role("img")
    await expect(picture).to_be_visible(timeout=30_000)
    link = str(await picture.get_attribute("src"))
    assert "/servable/gpt_image_" in link
    await expect(editor.node("draw")).to_contain_text("1 call")
    name = link.rpartition("/")[2]
    assert name in await editor.node("answer").inner_text()


async def test_the_research_assistant_asks_the_tools_that_a_question_needs(editor: Editor) -> None:
    await open_example(editor, "A research assistant")
    await editor.run()
    await expect(editor.display.get_by_role("article")).to_contain_text("7006652")
    for tool, calls in {"calculator": "1 call", "weather": "1 call", "analysis": "1 call", "web": "no calls"}.items():
        await expect(editor.node(tool)).to_contain_text(calls)
