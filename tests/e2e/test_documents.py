"""What is written is kept: saving, restoring, conflicts, files, and strange documents."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest
from playwright.async_api import BrowserContext, expect

from tests.e2e.editor import Editor, document

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

STRANGE = document(
    "Strange",
    {
        "a": {"type": "text", "values": {"value": "A", "unknown_widget": [1.50, 1e3]}, "note": "kept"},
        "x": {"type": "from_the_future", "values": {"power": 9007199254740993}, "extra": {"deep": [None, True]}},
    },
    ["a.text_out -> x.whatever", "x.out -> a.nothing", "not a link at all"],
    future={"a": [1, 2]},
    groups=[{"title": "G", "nodes": ["a"]}],
)


async def kept(editor: Editor) -> tuple[str, int]:
    """Return the text of the workflow as the server keeps it, and its version."""
    await editor.saved()
    async with httpx.AsyncClient(base_url=editor.url) as client:
        answer = await client.get(f"/api/workflows/{(await editor.state())['id']}")
    return answer.text, answer.json()["version"]


async def edit(editor: Editor, node: str, text: str) -> None:
    await editor.node(node).get_by_role("textbox", name="value").click()
    await editor.press("Control+a")
    await editor.page.keyboard.type(text)
    await editor.press("Escape")


async def test_work_is_saved_by_itself_and_is_there_after_a_reload(editor: Editor) -> None:
    await edit(editor, "prompt", "a fox in the snow")
    assert "a fox in the snow" in (await kept(editor))[0]
    before = await editor.text()
    await editor.open()
    assert await editor.text() == before
    await expect(editor.page.get_by_text("Saved", exact=True)).to_be_visible()


async def test_what_the_server_never_took_is_restored_from_the_browser(editor: Editor) -> None:
    await editor.saved()
    await editor.page.route("**/api/workflows/*", lambda route: route.abort())
    await edit(editor, "prompt", "written while away")
    await editor.has("saved", "local")
    await expect(editor.page.get_by_text("Kept in this browser")).to_be_visible()
    await editor.page.unroute("**/api/workflows/*")
    await editor.open()
    await editor.has("doc.nodes.prompt.values.value", "written while away")
    assert "written while away" in (await kept(editor))[0]


async def test_two_windows_never_write_over_each_other(editor: Editor, context: BrowserContext) -> None:
    await editor.saved()
    other = await Editor(await context.new_page(), editor.url).open()
    assert (await other.state())["id"] == (await editor.state())["id"]
    await edit(other, "prompt", "theirs")
    theirs, version = await kept(other)
    await edit(editor, "prompt", "mine")
    dialog = editor.page.get_by_role("dialog", name="Someone else saved this workflow in between")
    await expect(dialog).to_be_visible()
    assert await kept(other) == (theirs, version)
    await dialog.get_by_role("button", name="Keep mine as a copy").click()
    await editor.saved()
    assert (await editor.state())["id"] != (await other.state())["id"]
    assert "mine" in (await kept(editor))[0]
    assert await kept(other) == (theirs, version)


@pytest.mark.parametrize(("choice", "shown"), [("Keep mine", "mine"), ("Take theirs", "theirs")])
async def test_a_conflict_is_settled_by_choice(editor: Editor, choice: str, shown: str) -> None:
    text, version = await kept(editor)
    changed = json.loads(text)["workflow"]
    changed["nodes"]["prompt"]["values"]["value"] = "theirs"
    identity = (await editor.state())["id"]
    async with httpx.AsyncClient(base_url=editor.url, headers={"X-Requested-With": "nodebuilder"}) as client:
        body = {"workflow": changed, "base_version": version}
        (await client.put(f"/api/workflows/{identity}", json=body)).raise_for_status()
    await edit(editor, "prompt", "mine")
    await editor.has("saved", "conflict")
    await editor.page.get_by_role("dialog").get_by_role("button", name=choice, exact=True).click()
    await editor.has("doc.nodes.prompt.values.value", shown)
    assert shown in (await kept(editor))[0]


async def test_a_download_is_the_text_of_the_window(editor: Editor, tmp_path: Path) -> None:
    await editor.load(STRANGE)
    async with editor.page.expect_download() as downloading:
        await editor.press("Control+Shift+s")
    download = await downloading.value
    assert download.suggested_filename == "strange.flow.json"
    await download.save_as(tmp_path / "it.json")
    assert (tmp_path / "it.json").read_text() == await editor.text()


async def test_what_the_editor_does_not_know_survives_it(editor: Editor) -> None:
    await editor.load(STRANGE)
    await expect(editor.node("x")).to_contain_text("from_the_future is not installed")
    before = await editor.text()
    await editor.head("a").click()
    await editor.press("ArrowDown")
    moved = await editor.text()
    assert moved != before
    text, _ = await kept(editor)
    held = json.loads(text)["workflow"]
    assert {key: held[key] for key in held if key != "layout"} == {
        key: STRANGE[key] for key in STRANGE if key != "layout"
    }
    assert "9007199254740993" in text
    await editor.open()
    assert await editor.text() == moved


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"format": "nodebuilder/1", "nodes": {', "This is not a workflow: the text is not JSON"),
        ('{"format": "nodebuilder/9", "nodes": {}}', "was written by a newer version"),
        ('{"format": "nodebuilder/1", "nodes": {"a": {}}}', 'node "a" has no type'),
        ("7", "the file holds no object"),
        ("[]", "it has no list of nodes"),
    ],
)
async def test_a_damaged_file_is_explained_and_changes_nothing(editor: Editor, text: str, sentence: str) -> None:
    before = await editor.state()
    await editor.drop(text)
    await expect(editor.page.locator("[data-sonner-toast]")).to_contain_text(sentence)
    after = await editor.state()
    assert (after["text"], after["id"]) == (before["text"], before["id"])


async def test_hostile_words_are_words(editor: Editor) -> None:
    page = editor.page
    evil = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>[x](javascript:window.hit=1)'
    nodes = {
        "a": {"type": "text", "title": evil, "values": {"value": evil}},
        "b": {"type": "display_output", "title": "\u202eשלום עולם 🦊🦊"},
        "c": {"type": "text", "title": "T" * 80, "values": {"value": "word " * 1600}},
        "d": {"type": "display_output"},
    }
    await editor.load(document(evil, nodes, ["a.text_out -> b.data", "c.text_out -> d.data"]))
    await editor.run()
    await expect(editor.head("a")).to_have_text(evil)
    await expect(editor.display.locator(".pn-entry")).to_have_count(2)
    await expect(editor.display).to_contain_text("<script>")
    await expect(editor.display.get_by_role("button", name="Show all 8,000 characters")).to_be_visible()
    await page.get_by_role("button", name="Outline").click()
    await expect(page.get_by_role("region", name="Outline")).to_contain_text("<img src=x")
    await page.get_by_role("tab", name="Log").click()
    await page.get_by_role("tab", name="Inspector").click()
    await editor.head("a").click()
    await expect(page.get_by_role("tabpanel", name="Inspector")).to_contain_text("<img src=x")
    assert await page.evaluate("() => window.hit") is None
    assert await page.locator("img[src='x'], .md a[href^='javascript']").count() == 0
    for node in "ac":
        box, title = await editor.node(node).bounding_box(), await editor.head(node).bounding_box()
        assert box
        assert title
        assert title["x"] + title["width"] <= box["x"] + box["width"]


async def test_a_workflow_is_opened_from_the_list_and_a_new_one_begun(editor: Editor) -> None:
    page = editor.page
    await editor.saved()
    await page.get_by_role("button", name="Workflow menu").click()
    await page.get_by_role("menuitem", name="New workflow").click()
    await editor.has_nodes()
    await expect(page.get_by_text("Double-click anywhere to add a node.")).to_be_visible()
    await page.get_by_role("navigation", name="Rooms").get_by_role("button", name="Workflows").click()
    await page.get_by_role("region", name="Workflows").get_by_text("My first picture").first.click()
    await editor.has_nodes("prompt", "image", "show")
