from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from tests.e2e.editor import Editor, document
from tests.e2e.server import Server, served
from tests.server.test_elsewhere import gallery

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

ECHO = document(
    "Echo",
    {"chat": {"type": "display_input"}, "show": {"type": "display_output", "title": "Echo"}},
    ["chat.user_input -> show.data"],
)


def field(editor: Editor) -> Locator:
    return editor.display.get_by_role("textbox", name="Write a message")


async def say(editor: Editor, text: str) -> None:
    await field(editor).fill(text)
    await field(editor).press("Enter")


async def shown(editor: Editor, *entries: str) -> None:
    """Wait until the panel holds these entries, each written as `who: text`."""
    articles = editor.display.get_by_role("article")
    await expect(articles).to_have_count(len(entries), timeout=20_000)
    for place, entry in enumerate(entries):
        who, _, text = entry.partition(": ")
        await expect(articles.nth(place)).to_have_attribute("aria-label", who)
        await expect(articles.nth(place)).to_contain_text(text)


async def test_a_message_is_answered_by_a_model_and_the_conversation_is_kept(editor: Editor) -> None:
    nodes = {
        "chat": {"type": "display_input"},
        "llm": {"type": "llm", "values": {"use_display_context": True}},
        "show": {"type": "display_output", "title": "Answer"},
    }
    await editor.load(document("Talk", nodes, ["chat.user_input -> llm.prompt", "llm.response -> show.data"]))
    await say(editor, "Hello there")
    await shown(editor, "You: Hello there", "Answer: you asked about “Hello there”")
    await expect(editor.display).not_to_contain_text("Chat: ")
    await expect(field(editor)).to_have_value("")
    await editor.open()
    await shown(editor, "You: Hello there", "Answer: you asked about “Hello there”")
    await say(editor, "Hello again")
    await shown(editor, "You: Hello there", "Answer: ", "You: Hello again", "Answer: Hello again")


async def test_a_message_waits_for_the_run_before_it(editor: Editor, tmp_path: Path) -> None:
    gate = tmp_path / "open"
    nodes = {**ECHO["nodes"], "gate": {"type": "held", "values": {"path": str(gate)}}}
    await editor.load(document("Slow", nodes, ["chat.user_input -> gate.text", "gate.output -> show.data"]))
    await say(editor, "first")
    await expect(editor.node("gate")).to_have_attribute("data-status", "running")
    await say(editor, "second")
    await say(editor, "third")
    await shown(editor, "You: first", "You: waits", "You: waits")
    await editor.display.get_by_role("button", name="Take this message back").first.click()
    await shown(editor, "You: first", "You: third")
    await expect(field(editor)).to_have_value("second")
    await editor.display.get_by_role("button", name="Stop the run").click()
    await expect(editor.display.get_by_text("waits")).to_have_count(0)
    gate.touch()
    await shown(editor, "You: first", "You: third", "Echo: third")
    await expect(editor.status).to_contain_text("Succeeded")


async def test_a_workflow_without_a_place_for_messages_gets_one_by_a_button(editor: Editor) -> None:
    await editor.load(document("Deaf", {"a": {"type": "text"}}))
    await editor.display.get_by_role("button", name="Add Display Input").click()
    await editor.has_nodes("a", "display_input")
    await expect(field(editor)).to_be_visible()


async def test_html_in_an_answer_is_inert(editor: Editor) -> None:
    await editor.load(ECHO)
    evil = (
        "<script>window.caught = 1</script>\n\n<img src=x onerror='window.caught = 2'> **bold** "
        "[bad](javascript:window.caught=3) <iframe src=/></iframe> ![d](data:image/gif;base64,R0lGODlhAQABAAAAACw=)"
    )
    await say(editor, evil)
    answer = editor.display.get_by_role("article", name="Echo")
    await expect(answer.locator("strong")).to_have_text("bold")
    await expect(answer).to_contain_text("<script>window.caught = 1</script>")
    assert await answer.locator("script, iframe, [onerror]").count() == 0
    assert await answer.locator("img").count() == 1
    assert await answer.locator("a[href^=javascript]").count() == 0
    assert await editor.page.evaluate("() => window.caught") is None


async def test_a_picture_elsewhere_is_not_asked_for_until_it_is_clicked(page: Page, tmp_path: Path) -> None:
    with gallery() as foreign, served(tmp_path, allowed_private_hosts=json.dumps([foreign.place])) as server:
        editor = await Editor(page, server.url).open()
        await editor.load(ECHO)
        await say(editor, f"![far](http://{foreign.place}/a.png)")
        answer = editor.display.get_by_role("article", name="Echo")
        load = answer.get_by_role("button", name=f"Load picture from {foreign.place}")
        await expect(load).to_be_visible()
        assert foreign.asked == []
        await load.click()
        picture = answer.get_by_role("img", name="far")
        await expect(picture).to_be_visible()
        assert await picture.evaluate("image => image.naturalWidth") == 20
        assert [path for path, _ in foreign.asked] == ["/a.png"]


async def test_a_conversation_is_cleared_brought_back_saved_and_loaded(editor: Editor, tmp_path: Path) -> None:
    await editor.load(ECHO)
    await say(editor, "keep this")
    await shown(editor, "You: keep this", "Echo: keep this")
    menu = editor.display.get_by_role("button", name="Conversation")
    await menu.click()
    async with editor.page.expect_download() as download:
        await editor.page.get_by_role("menuitem", name="Save to a file").click()
    file = tmp_path / "echo.display.json"
    await (await download.value).save_as(file)
    assert [entry["data"] for entry in json.loads(file.read_text())["context"]] == ["keep this", "keep this"]
    await menu.click()
    await editor.page.get_by_role("menuitem", name="Clear").click()
    await shown(editor)
    undo = editor.page.get_by_role("button", name="Undo")
    await undo.click()
    await shown(editor, "You: keep this", "Echo: keep this")
    await expect(undo).to_have_count(0)
    old = {"node_id": 9, "node_title": "Old node", "content_type": "text", "data": "from the older system"}
    file.write_text(json.dumps({"context": [old], "graph_hash": "12ab"}))
    await menu.click()
    async with editor.page.expect_file_chooser() as chooser:
        await editor.page.get_by_role("menuitem", name="Load from a file").click()
    await (await chooser.value).set_files(file)
    await shown(editor, "Old node: from the older system")


async def test_the_conversation_is_the_same_in_another_tab(editor: Editor, sandbox: Server) -> None:
    await editor.load(ECHO)
    await editor.saved()
    other = await Editor(await editor.page.context.new_page(), sandbox.url).open()
    await other.has("doc.name", "Echo")
    await say(editor, "seen by both")
    await shown(other, "You: seen by both", "Echo: seen by both")
