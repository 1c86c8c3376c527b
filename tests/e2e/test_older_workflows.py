"""Files of the earlier editor: opened, dropped, refused; the keys in them; their groups, colours and muted nodes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Locator, expect

from tests.e2e.editor import DROP, Editor
from tests.e2e.server import Server
from tests.interop.litegraph.old import EIGHT, graph, node

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

KEY = "sk-CANARY-EDITOR-0123456789-abcdef"
MENDED = graph(
    [node(1, "NumberNode", ["3"], title="My number"), node(2, "DisplayOutputNode", ["text"])],
    ("1.number_out > 2.data",),
    1,
)
OTHER_KEY = "sk-CANARY-EDITOR-9876543210-fedcba"
KEYED = graph(
    [
        node(1, "LLMNode", ["mistral", "m", KEY]),
        node(2, "LLMNode", ["mistral", "m", KEY], title="Two"),
        node(3, "LLMNode", ["groq", "m", OTHER_KEY], title="Three"),
    ],
    (),
)
COMFY = {"3": {"class_type": "KSampler", "inputs": {}}}
TWO_FILES = """([x, y]) => {
    const data = new DataTransfer();
    for (const name of ["a.json", "b.json"]) data.items.add(new File(["{}"], name, {type: "application/json"}));
    const target = document.elementFromPoint(x, y);
    target.dispatchEvent(new DragEvent("drop", {
        bubbles: true, cancelable: true, dataTransfer: data, clientX: x, clientY: y}));
}"""


async def drop_older(editor: Editor, data: dict[str, Any], name: str) -> None:
    """Drop an older file, and close what is said about its mends."""
    await editor.drop(json.dumps(data), f"{name}.json")
    await editor.has("doc.name", name)
    good = editor.page.get_by_role("button", name="OK", exact=True)
    if await good.is_visible():
        await good.click()
    await editor.settled()


@pytest.mark.parametrize("name", EIGHT)
async def test_a_dropped_file_runs_by_one_click(editor: Editor, name: str) -> None:
    before = (await editor.state())["id"]
    await editor.drop(json.dumps(EIGHT[name]), f"{name}.json")
    await editor.has("doc.name", name)
    await editor.saved()
    state = await editor.state()
    assert state["id"] != before
    assert state["undo"] == []
    good = editor.page.get_by_role("button", name="OK", exact=True)
    if await good.count():
        await good.click()
    await editor.run()


async def test_a_chosen_file_is_named_after_itself_and_says_what_was_mended(editor: Editor, tmp_path: Path) -> None:
    path = tmp_path / "Old numbers.json"
    path.write_text(json.dumps(MENDED))
    await editor.page.get_by_role("button", name="Workflows", exact=True).click()
    opener = editor.page.get_by_role("button", name="Open a file")
    async with editor.page.expect_file_chooser() as chooser:
        await opener.press("Enter")
    await (await chooser.value).set_files(path)
    dialog = editor.page.get_by_role("dialog", name="“Old numbers” is open")
    await expect(dialog).to_contain_text("1 thing mended")
    await expect(dialog).to_contain_text('"value" of node "my_number" holds "3"; it is read as 3.')
    await expect(dialog.get_by_role("button", name="OK")).to_be_focused()
    await editor.press("Enter")
    await expect(opener).to_be_focused()
    await expect(editor.page.get_by_role("textbox", name="Name of the workflow")).to_have_value("Old numbers")
    await editor.saved()
    assert (await editor.document())["nodes"]["my_number"]["values"] == {"value": 3}
    await expect(editor.page.get_by_role("button", name=re.compile("^Old numbers"))).to_be_visible()


async def test_keys_are_stored_only_when_a_person_says_so(editor: Editor, sandbox: Server) -> None:
    before = await editor.text()
    await editor.drop(json.dumps(KEYED), "chat.json")
    dialog = editor.page.get_by_role("dialog", name="“chat” holds 2 keys in clear text")
    await expect(dialog.get_by_role("listitem")).to_contain_text([re.compile("mistral.*LLM llm.*Two two"), "Three"])
    await expect(dialog).not_to_contain_text("CANARY")
    assert sandbox.api("GET", "/api/secrets")["secrets"] == []
    assert await editor.text() == before
    await editor.press("Escape")
    await expect(dialog).not_to_be_visible()
    assert await editor.text() == before

    await editor.drop(json.dumps(KEYED), "chat.json")
    await dialog.get_by_role("button", name="Leave them all out").click()
    await editor.has("doc.name", "chat")
    await editor.saved()
    assert "api_key" not in await editor.text()
    assert sandbox.api("GET", "/api/secrets")["secrets"] == []

    await editor.drop(json.dumps(KEYED), "chat again.json")
    dialog = editor.page.get_by_role("dialog", name="“chat again” holds 2 keys in clear text")
    await expect(dialog.get_by_role("button", name="Store as secrets")).to_be_enabled()
    await expect(dialog.get_by_role("switch").first).to_be_focused()
    await dialog.get_by_role("switch", name="Store groq").press("Space")
    await expect(dialog.get_by_role("listitem").nth(1)).to_contain_text("left out")
    await dialog.get_by_role("button", name="Store 1 of 2").click()
    await editor.has("doc.nodes.llm.values.api_key", "mistral")
    await editor.has("doc.nodes.two.values.api_key", "mistral")
    assert "api_key" not in (await editor.document())["nodes"]["three"]["values"]
    assert [secret["name"] for secret in sandbox.api("GET", "/api/secrets")["secrets"]] == ["mistral"]
    assert KEY not in await editor.page.content()
    assert (await editor.state())["undo"] == []


async def test_a_file_without_faults_opens_with_a_word_and_no_question_also_beside_the_canvas(editor: Editor) -> None:
    await editor.page.evaluate(DROP, [json.dumps(EIGHT["test_1"]), "clean.json", 120, 300])
    await editor.has("doc.name", "clean")
    await expect(editor.page.get_by_text("“clean” is open")).to_be_visible()
    await expect(editor.page.get_by_role("dialog")).to_have_count(0)


async def test_files_of_other_programs_are_refused_in_one_sentence(editor: Editor) -> None:
    before = await editor.text()
    await editor.drop(json.dumps(COMFY), "comfy.json")
    await expect(editor.page.get_by_text("This is a file of ComfyUI, which cannot be opened here.")).to_be_visible()
    await editor.drop("not JSON", "broken.json")
    await expect(editor.page.get_by_text("This is not a workflow: the text is not JSON")).to_be_visible()
    await editor.page.evaluate(TWO_FILES, list(await editor.blank()))
    await expect(editor.page.get_by_text("Several files were dropped, and none was opened.")).to_be_visible()
    await editor.page.evaluate(DROP, ["a picture", "cat.png", *await editor.blank()])
    await expect(editor.page.get_by_text("This file cannot be opened here")).to_be_visible()
    assert await editor.text() == before


async def test_an_unknown_node_keeps_its_title_and_its_links(editor: Editor) -> None:
    custom = node(2, "MyCustomNode", ["kept"], title="Mine")
    custom["inputs"] = [{"name": "data", "type": "*", "link": 1}]
    data = graph([node(1, "TextNode", ["a"]), custom], ())
    data["graph_data"]["links"] = [[1, 1, 0, 2, 0, "*"]]
    data["graph_data"]["nodes"][0]["outputs"][0]["links"] = [1]
    await drop_older(editor, data, "custom")
    await expect(editor.node("mine")).to_contain_text("is not installed")
    await expect(editor.head("mine")).to_have_text("Mine")
    await editor.has_links("text.text_out -> mine.data")


LOOKS = graph(
    [
        node(1, "TextNode", ["a"], color="#322", bgcolor="#533"),
        node(2, "NumberNode", [3], mode=2),
        node(3, "DisplayOutputNode", ["text"]),
    ],
    ("1.text_out > 3.data",),
    1,
)
GROUPS = [
    {"title": "Inputs", "bounding": [40, 0, 700, 330], "color": "#3f789e", "font_size": 24, "locked": False},
    {"title": "no box", "bounding": "?"},
    {"title": "Small", "bounding": [60, 20, 300, 200]},
]
for _at, _place in enumerate([[80, 60], [440, 60], [900, 60]]):
    LOOKS["graph_data"]["nodes"][_at]["pos"] = _place
LOOKS["graph_data"]["groups"] = GROUPS


def head_of(editor: Editor, group: int) -> Locator:
    return editor.page.get_by_test_id(f"group-{group}")


async def test_groups_are_drawn_and_kept_to_the_letter(editor: Editor, sandbox: Server) -> None:
    await drop_older(editor, LOOKS, "looks")
    await expect(head_of(editor, 0)).to_have_accessible_name("Group Inputs")
    await expect(head_of(editor, 2)).to_have_accessible_name("Group Small")
    await expect(head_of(editor, 1)).to_have_count(0)
    await editor.saved()
    kept = sandbox.api("GET", f"/api/workflows/{(await editor.state())['id']}")["workflow"]
    assert kept["groups"] == GROUPS
    await editor.open()
    await editor.has("doc.groups", GROUPS)


async def test_a_group_moves_with_all_that_is_in_it_in_one_step(editor: Editor) -> None:
    await drop_older(editor, LOOKS, "looks")
    before = await editor.text()
    layout = (await editor.document())["layout"]
    head = await head_of(editor, 0).bounding_box()
    assert head
    start = (head["x"] + head["width"] - 60, head["y"] + 8)
    await editor.drag(start, (start[0] - 40, start[1] + 90))
    after = await editor.document()
    zoom = (await editor.state())["zoom"]
    by = after["groups"][0]["bounding"][1]
    assert abs(by - 90 / zoom) < 4
    moved = {name: after["layout"][name][1] - layout[name][1] for name in layout}
    assert moved == {"text": by, "number": by, "display_output": 0}
    assert after["groups"][2]["bounding"][1] == 20 + by
    assert after["groups"][0]["color"] == "#3f789e"
    assert (await editor.state())["undo"] == ["Move group"]
    await editor.back_and_forth(before)


async def test_groups_are_made_named_coloured_and_deleted(editor: Editor) -> None:
    before = await editor.text()
    await editor.head("prompt").click()
    await editor.head("image").click(modifiers=["Shift"])
    await editor.press("Control+g")
    field = editor.page.get_by_role("textbox", name="Name of the group")
    await expect(field).to_be_focused()
    await editor.page.keyboard.type("Drawing")
    await editor.press("Enter")
    head = head_of(editor, 0)
    await expect(head).to_have_text("Drawing")
    await head.click(button="right", position={"x": 20, "y": 8})
    await editor.page.get_by_role("menuitem", name="Colour").hover()
    await editor.page.get_by_role("menuitemcheckbox", name="Violet").click()
    await editor.has("doc.groups.0.color", "#8266d6")
    await head.dblclick(position={"x": 20, "y": 8})
    await editor.page.keyboard.type("Other name")
    await editor.press("Escape")
    await expect(head).to_have_text("Drawing")
    await head.focus()
    for _ in range(3):
        await editor.press("ArrowDown")
    steps = ["Group", "Rename group", "Colour group", "Move group"]
    assert (await editor.state())["undo"] == steps
    await head.focus()
    await editor.press("Delete")
    await expect(head).to_have_count(0)
    assert {"prompt", "image", "show"} <= set(await editor.nodes())
    assert "groups" not in await editor.document()
    await editor.back_and_forth(before)


async def test_boxes_are_chosen_by_dragging_inside_a_group_too(editor: Editor) -> None:
    await drop_older(editor, LOOKS, "looks")
    text, number = await editor.node("text").bounding_box(), await editor.node("number").bounding_box()
    assert text
    assert number
    await editor.page.keyboard.down("Shift")
    await editor.drag(
        (text["x"] - 6, text["y"] + text["height"] + 6), (number["x"] + number["width"] / 2, number["y"] + 20)
    )
    await editor.page.keyboard.up("Shift")
    await editor.has("selection", ["text", "number"])


async def test_colours_and_muted_nodes_of_older_files_are_seen(editor: Editor) -> None:
    await drop_older(editor, LOOKS, "looks")
    await expect(editor.node("number")).to_contain_text("Muted in the older editor; it runs here.")
    await expect(editor.node("text")).not_to_contain_text("Muted")
    plain, tinted = [
        await editor.node(name).locator(".node-head").evaluate("(head) => getComputedStyle(head).backgroundColor")
        for name in ("number", "text")
    ]
    assert plain != tinted
