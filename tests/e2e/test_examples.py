"""The examples in the editor: opened from the list, talked to, run."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.e2e.editor import Editor

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
OVERLAPS = """() => {
    const boxes = [...document.querySelectorAll(".react-flow__node")].map((node) => node.getBoundingClientRect());
    return boxes.flatMap((a, i) => boxes.slice(i + 1).filter((b) =>
        a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)).length;
}"""


async def open_example(editor: Editor, title: str) -> None:
    """Open an example by its title; its nodes stand apart."""
    rooms = editor.page.get_by_role("navigation", name="Rooms")
    await rooms.get_by_role("button", name="Workflows").click()
    await editor.page.get_by_role("region", name="Examples").get_by_role("button", name=title).click()
    await editor.has("doc.name", title)
    await editor.settled()
    assert await editor.page.evaluate(OVERLAPS) == 0


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
